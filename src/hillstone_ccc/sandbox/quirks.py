"""What the upstream's documents leave unknown, as switches: a client must be right with each of them.

Every field names the open point that it stands for; its default is the likeliest reading of the documents,
and only a live instance can settle it. One open point has no switch: whether recordings may be MP3 on some
instances, since the sandbox makes WAV and Matroska only.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs


def _switch(default: Any, *others: Any, besides: tuple[Any, ...] = ()) -> Any:
    """A field whose other settings a suite should try as well; `besides` are allowed and not tried."""
    settings = (default, *others, *besides)

    def check(_: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if not any(value == one and type(value) is type(one) for one in settings):
            raise ValueError(f"{field.name} must be one of {', '.join(map(repr, settings))}, not {value!r}")

    return attrs.field(default=default, metadata={"others": others}, validator=check)


@attrs.frozen(kw_only=True)
class Quirks:
    """One way in which the upstream may behave.

    Attributes:
        start_inclusive: unknown whether the time bounds of a call list are inclusive: a call at exactly
            `StartTime` is listed.
        end_inclusive: the same for a call at exactly `EndTime`.
        stable_ties: unknown how calls of the same millisecond are ordered: True means the same way in every
            answer, False a new way each time.
        empty: unknown how empty values are sent (`EstablishedTime`, `SatisfactionIndex`, comma lists and all
            other fields that may be empty): as `null`, left out (`absent`), as `""` (`blank`), or numbers as
            0 and texts as `""` (`zero`).
        throttle_status: unknown HTTP status of a throttled request; 200 means an HTTP 200 whose `Code` is
            `Throttling.User`.
        scalars: the documents of 2021 quote every number and truth value (`quoted`), the later ones do not.
        unknown_call: unknown what GetCallDetailRecord says of a call that does not exist: HTTP 200 without
            `Data` (`empty`) or 404 `NotExists.JobId` (`not_found`).
        recording_not_ready: unknown what a recording action says when there is no file, or not yet: an empty
            `Data` (`empty`), none at all (`no_data_field`), or 404 `NotExists.JobId` (`not_found`).
        unknown_user: unknown what GetUser says of an agent that does not exist: 404 `NotExists.UserId`
            (`not_found`) or HTTP 200 without `Data` (`empty`).
        multi_channel_as_list: one sample of 2021 wraps the `Data` of GetMultiChannelRecording in a list.
        file_url_scheme: some samples have `http` links, others `https`. The sandbox's port speaks plain HTTP,
            so `https` is for programs that reach it in process.
        page_beyond: unknown what a page number above the limit (100) gives: `Parameter.Maximum` (`error`) or an empty
            page (`empty`).
        release_initiator_blank: the enumeration table of GetCallDetailRecord writes `agent` with a trailing
            blank.
        location_blank: one sample of a number's home region starts with a blank.
        envelope_extras: samples of successful answers carry the filler `无` as `Message` and in `Params`.
        media_type_default: unknown which calls ListCallDetailRecordsV2 lists without `MediaType`.
        number_match: unknown whether `Number` of ListCallDetailRecordsV2 means the whole number or a part.
        contact_ids_ignore_range: unknown whether `ContactIdList` of ListCallDetailRecordsV2 finds calls
            outside the time range.
        transfers_counted: unknown whether `TransferCount` counts consults: those that led to a transfer
            (`completed`), all of them (`begun`), or none (`blind`).
        outside_number_of_agents: unknown whether an agent's transfer to an outside number fills
            `OutsideNumberDestinationNumber` and `OutsideNumberReleaseReason`, as the IVR's forwarding does.
        recordings_cross_origin: unknown whether the recordings' bucket has rules that let pages of other origins
            read its answers (CORS): True answers a GET that carries `Origin` with
            `Access-Control-Allow-Origin: *`.
    """

    start_inclusive: bool = _switch(True, False)
    end_inclusive: bool = _switch(True, False)
    stable_ties: bool = _switch(True, False)
    empty: Literal["null", "absent", "blank", "zero"] = _switch("null", "absent", "blank", "zero")
    throttle_status: Literal[400, 429, 200] = _switch(400, 429, 200)
    scalars: Literal["native", "quoted"] = _switch("native", "quoted")
    unknown_call: Literal["empty", "not_found"] = _switch("empty", "not_found")
    recording_not_ready: Literal["empty", "not_found", "no_data_field"] = _switch("empty", "not_found", "no_data_field")
    unknown_user: Literal["not_found", "empty"] = _switch("not_found", "empty")
    multi_channel_as_list: bool = _switch(False, True)
    file_url_scheme: Literal["http", "https"] = _switch("http", besides=("https",))
    page_beyond: Literal["error", "empty"] = _switch("error", "empty")
    release_initiator_blank: bool = _switch(False, True)
    location_blank: bool = _switch(False, True)
    envelope_extras: bool = _switch(False, True)
    media_type_default: Literal["ALL", "AUDIO"] = _switch("ALL", "AUDIO")
    number_match: Literal["exact", "part"] = _switch("exact", "part")
    contact_ids_ignore_range: bool = _switch(False, True)
    transfers_counted: Literal["completed", "begun", "blind"] = _switch("completed", "begun", "blind")
    outside_number_of_agents: bool = _switch(True, False)
    recordings_cross_origin: bool = _switch(True, besides=(False,))

    @classmethod
    def variants(cls) -> Mapping[str, "Quirks"]:
        """Every single departure from the defaults, by a name such as `empty=zero`.

        `file_url_scheme="https"` is left out, since nothing on the sandbox's port answers such a link, and
        `recordings_cross_origin=False`, since only a page in a browser notices it.
        """
        return {
            f"{field.name}={other}": cls(**{field.name: other})
            for field in attrs.fields(cls)
            for other in field.metadata["others"]
            if other != field.default
        }
