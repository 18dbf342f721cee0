"""The three lists of calls: which parameters each knows, and what a page of it holds."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from hillstone_ccc.sandbox.ask import DAY_SECONDS, Ask
from hillstone_ccc.sandbox.call import Call
from hillstone_ccc.sandbox.errors import Refusal
from hillstone_ccc.sandbox.filters import CallFilter
from hillstone_ccc.sandbox.parameters import LATEST_MS
from hillstone_ccc.sandbox.quirks import Quirks
from hillstone_ccc.sandbox.rendering import MIXED, UPPER, record_recent, record_v1, record_v2

_RECENT_MS = 180 * DAY_SECONDS * 1000
_NOTHING = ("\0",)
"""The value of a filter that no call meets."""

_RATING = re.compile(r"-?[0-9]{1,3}|[<>][0-9]{1,3}")

_ORDERS: Mapping[str, Callable[[Call], int]] = {
    "startTime": lambda call: call.start_time,
    "callDuration": lambda call: call.call_duration,
    "ringTime": lambda call: call.ring_time,
    "talkTime": lambda call: call.talk_time,
    "dialingTime": lambda call: call.dialing_time,
    "ivrTime": lambda call: call.ivr_time,
    "queueTime": lambda call: call.queue_time,
}


@attrs.frozen
class _Listing:
    """Which calls, and what the centre's own filter cannot say about them."""

    wanted: CallFilter
    keep: Callable[[Call], bool] | None = None
    order: Callable[[Call], int] | None = None

    def rows(self, ask: Ask, offset: int, limit: int) -> tuple[int, list[Call]]:
        """How many calls there are, and a slice of them."""
        selection = ask.centre.select(self.wanted)
        if self.keep is None and self.order is None:
            return selection.total, selection.rows(offset, limit)
        calls = [call for call in selection.rows(0, selection.total) if self.keep is None or self.keep(call)]
        if self.order is not None:
            calls.sort(key=self.order, reverse=self.wanted.descending)
        return len(calls), calls[offset : offset + limit]


def list_v1(ask: Ask) -> dict[str, Any]:
    """ListCallDetailRecords."""
    found = ask.parameters
    order = found.choice("OrderByField", _ORDERS, default="startTime")
    if contact_id := found.text("ContactId"):
        wanted = CallFilter(contact_ids=(contact_id,), descending=_descending(ask))
        return _page(ask, _Listing(wanted), record_v1)
    wanted = CallFilter(
        **_range(ask),
        contact_types=_spelled(_both(ask, "ContactType", "ContactTypeList"), UPPER),
        dispositions=_both(ask, "ContactDisposition", "ContactDispositionList"),
        early_media_states=found.words("EarlyMediaStateList"),
        agent_id=found.text("AgentId"),
        skill_group_ids=_both(ask, "SkillGroupId"),
        calling_number=found.text("CallingNumber"),
        called_number=found.text("CalledNumber"),
        number_part=_criterion(found.criteria("Criteria"), "phoneNumber"),
        satisfactions=_ratings(ask, "SatisfactionList"),
        satisfaction_descriptions=found.words("SatisfactionDescriptionList"),
        satisfaction_channel=found.text("SatisfactionSurveyChannel"),
    )
    return _page(ask, _Listing(wanted, order=None if order == "startTime" else _ORDERS[order]), record_v1)


def list_v2(ask: Ask) -> dict[str, Any]:
    """ListCallDetailRecordsV2."""
    found = ask.parameters
    found.choice("OrderByField", ("startTime",), default="startTime")
    media = found.choice("MediaType", ("AUDIO", "VIDEO", "CHAT", "ALL"), default=ask.quirks.media_type_default)
    contact_ids = found.words("ContactIdList")
    free = contact_ids and ask.quirks.contact_ids_ignore_range
    exact = ask.quirks.number_match == "exact"
    wanted = CallFilter(
        **({"descending": _descending(ask)} if free else _range(ask)),
        number=found.text("Number") if exact else None,
        number_part=None if exact else found.text("Number"),
        contact_ids=_NOTHING if _only_chats(ask) else contact_ids,
        contact_types=_spelled(found.words("ContactTypeList"), MIXED),
        dispositions=found.words("ContactDispositionList"),
        early_media_states=found.words("EarlyMediaStateList"),
        agent_id=found.text("AgentId"),
        first_agent_id=found.text("FirstAgentId"),
        skill_group_ids=found.words("SkillGroupIdList"),
        calling_number=found.text("CallingNumber"),
        called_number=found.text("CalledNumber"),
        broker=found.text("Broker"),
        satisfactions=_ratings(ask, "SatisfactionRateList"),
        satisfaction_descriptions=found.words("SatisfactionDescriptionList"),
        satisfaction_channel=found.text("SatisfactionSurveyChannel"),
        release_initiators=found.words("ReleaseInitiatorList"),
        media_type=None if media == "ALL" else media,
    )
    reasons = found.words("ReleaseReasonList")
    if not reasons:
        return _page(ask, _Listing(wanted), record_v2)
    return _page(ask, _Listing(wanted, keep=lambda call: call.release_reason in reasons), record_v2)


def list_recent(ask: Ask) -> dict[str, Any]:
    """ListRecentCallDetailRecords, of the agent whom the caller stands for: the centre's first one."""
    found = ask.parameters
    criteria = found.criteria("Criteria")
    calling, called = (_criterion(criteria, name) or "" for name in ("callingNumber", "calledNumber"))
    bounds = _range(ask)
    wanted = CallFilter(
        **{**bounds, "start_ms": max(bounds["start_ms"], ask.now_ms - _RECENT_MS)},
        agent_id=ask.centre.agents[0].user_id,
        number_part=_criterion(criteria, "phoneNumber"),
    )
    listing = _Listing(wanted, keep=lambda call: calling in call.calling_number and called in call.called_number)
    return _page(ask, listing, record_recent)


def page_of(ask: Ask) -> tuple[int, int]:
    """The page number and the page size, both required and both from 1 to the upstream's limits.

    Raises:
        Refusal: `Parameter.Minimum` or `Parameter.Maximum`.
    """
    number = ask.parameters.integer("PageNumber", minimum=1, maximum=ask.limits.pages, default=1)
    return number, ask.parameters.integer("PageSize", minimum=1, maximum=ask.limits.rows, default=10)


def _page(ask: Ask, listing: _Listing, render: Callable[[Call, Quirks], dict[str, Any]]) -> dict[str, Any]:
    last = ask.limits.pages
    highest = 2**31 - 1 if ask.quirks.page_beyond == "empty" else last
    number = ask.parameters.integer("PageNumber", minimum=1, maximum=highest, default=1)
    size = ask.parameters.integer("PageSize", minimum=1, maximum=ask.limits.rows, default=10)
    total, calls = listing.rows(ask, (number - 1) * size, size)
    return {
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total if number == 1 else 0,
        "List": [render(call, ask.quirks) for call in calls] if number <= last else [],
    }


def _range(ask: Ask) -> dict[str, Any]:
    found, quirks = ask.parameters, ask.quirks
    return {
        "start_ms": found.time("StartTime", default=ask.today_ms),
        "end_ms": found.time("EndTime", default=min(ask.now_ms, LATEST_MS)),
        "include_start": quirks.start_inclusive,
        "include_end": quirks.end_inclusive,
        "descending": _descending(ask),
        "tie_salt": 0 if quirks.stable_ties else ask.number,
    }


def _descending(ask: Ask) -> bool:
    return ask.parameters.choice("SortOrder", ("ASC", "DESC"), default="DESC") == "DESC"


def _both(ask: Ask, singular: str, plural: str = "") -> tuple[str, ...]:
    """A filter with a singular and a plural parameter; sent both, both must be met (unknown)."""
    one, many = ask.parameters.text(singular), ask.parameters.words(plural)
    if one is None:
        return many
    return (one,) if not many or one in many else _NOTHING


def _spelled(words: tuple[str, ...], spelling: Mapping[str, str]) -> tuple[str, ...]:
    """The contact types in the spelling of the action; one in the other action's spelling finds nothing."""
    return tuple(word for word in words if word in spelling) or (_NOTHING if words else ())


def _ratings(ask: Ask, name: str) -> tuple[str, ...]:
    words = ask.parameters.words(name)
    if not all(_RATING.fullmatch(word) for word in words):
        raise Refusal("Parameter.Format", name, "It must hold digits.")
    return words


def _criterion(criteria: Mapping[str, object], name: str) -> str | None:
    value = criteria.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal("Parameter.Format", "Criteria", f"{name} must be a string.")
    return value or None


def _only_chats(ask: Ask) -> bool:
    """Whether a filter is sent that only a chat or a call with an AI report can meet: there are none."""
    found = ask.parameters
    return bool(
        found.words("AccessChannelTypeList") or found.text("SearchPattern") or found.flag("AnalyticsReportReady")
    )
