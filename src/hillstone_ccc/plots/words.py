"""What pictures say, in English and in Chinese; the words are those of the page in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc._core.events import Party
from hillstone_ccc._core.vocabulary import ContactType, EventName

from .stretches import Phase

Language: TypeAlias = Literal["en", "zh"]
Counted: TypeAlias = tuple[str, str]
"""What is said of one, and of several."""


@attrs.frozen
class Words:
    """The words of one language; those with braces take a number or a name."""

    no_calls: str
    no_times: str
    parties: Mapping[Party | None, str]
    phases: Mapping[Phase, str]
    happened: Mapping[EventName, str]
    contact_types: Mapping[ContactType, str]
    call: str
    since_begin: str
    held: str
    held_untold: str
    inexact: str
    goes_on: str
    weekdays: tuple[str, ...]
    hour_of_day: str
    calls: Counted
    inbound: Counted
    no_waits: str
    traffic: str
    busiest: str
    outcomes_title: str
    outcomes: tuple[str, str, str]
    waiting: str
    waits: tuple[str, str]
    waited: str
    median: str
    ninth: str
    longest: str
    load: str
    agents: Counted
    talked: str
    others: Counted
    agent: str


EN = Words(
    no_calls="There are no calls to draw.",
    no_times="No time of this call is known.",
    parties={None: "Phases", "customer": "Customer", "ivr": "IVR", "queue": "Queue", "agent": "Agent"},
    phases={
        "ivr": "IVR",
        "queue": "queue",
        "dialing": "dialling",
        "ringing": "ringing",
        "talking": "talking",
        "consulting": "consulting",
        "in_call": "in the call",
        "hold": "hold",
    },
    happened={
        EventName.DIALING: "dialling",
        EventName.RINGING: "ringing",
        EventName.ESTABLISHED: "answered",
        EventName.RELEASED: "released",
        EventName.BLIND_TRANSFER: "blind transfer",
        EventName.CONSULTING: "consulting",
        EventName.COACHING: "coaching",
        EventName.BARGING: "barging in",
        EventName.INTERCEPTING: "taken over",
        EventName.MONITORING: "monitoring",
        EventName.START_CONFERENCE: "conference begun",
        EventName.ENQUEUE: "entered the queue",
        EventName.ASSIGN_AGENT: "agent assigned",
        EventName.GIVE_UP: "gave up while ringing",
        EventName.ABANDONED: "abandoned",
        EventName.QUEUEING_TIMEOUT: "queue timed out",
        EventName.QUEUEING_OVERFLOW: "queue overflowed",
        EventName.ROUTE_TO_IVR: "entered the IVR",
    },
    contact_types={
        ContactType.INBOUND: "inbound",
        ContactType.OUTBOUND: "outbound",
        ContactType.INTERNAL: "internal",
        ContactType.PREDICTIVE: "predictive",
        ContactType.BACK2BACK: "back to back",
        ContactType.PRIVACY_DIAL: "privacy dial",
        ContactType.CONFERENCE: "conference",
    },
    call="Call {}",
    since_begin="since {}",
    held="On hold",
    held_untold="{} in all; it is not told when",
    inexact="Its events could not be had: the phases' durations, one after the other",
    goes_on="not over",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    hour_of_day="hour of the day",
    calls=("{} call", "{} calls"),
    inbound=("{} inbound call", "{} inbound calls"),
    no_waits="Nobody waited.",
    traffic="Calls by weekday and hour",
    busiest="The busiest hour is {} {}:00 with {}.",
    outcomes_title="Inbound calls answered and abandoned",
    outcomes=("answered", "abandoned", "other"),
    waits=("answered", "not answered"),
    waiting="How long customers waited for an agent",
    waited="minutes:seconds, queue and ringing together",
    median="median",
    ninth="90 % within",
    longest="longest",
    load="Agents' load",
    agents=("{} agent", "{} agents"),
    talked="talk time; a call that several agents had counts with each",
    others=("{} other", "{} others, average"),
    agent="{}, {}",
)

ZH = Words(
    no_calls="没有可画的通话。",
    no_times="这通电话没有可画的时间。",
    parties={None: "各阶段", "customer": "客户", "ivr": "IVR", "queue": "队列", "agent": "坐席"},
    phases={
        "ivr": "IVR",
        "queue": "排队",
        "dialing": "拨号",
        "ringing": "振铃",
        "talking": "通话",
        "consulting": "咨询",
        "in_call": "在线",
        "hold": "保持",
    },
    happened={
        EventName.DIALING: "拨号",
        EventName.RINGING: "振铃",
        EventName.ESTABLISHED: "接通",
        EventName.RELEASED: "挂断",
        EventName.BLIND_TRANSFER: "直接转接",
        EventName.CONSULTING: "咨询",
        EventName.COACHING: "辅导",
        EventName.BARGING: "强插",
        EventName.INTERCEPTING: "拦截",
        EventName.MONITORING: "监听",
        EventName.START_CONFERENCE: "发起会议",
        EventName.ENQUEUE: "进入队列",
        EventName.ASSIGN_AGENT: "分配坐席",
        EventName.GIVE_UP: "振铃中放弃",
        EventName.ABANDONED: "放弃",
        EventName.QUEUEING_TIMEOUT: "排队超时",
        EventName.QUEUEING_OVERFLOW: "排队溢出",
        EventName.ROUTE_TO_IVR: "进入 IVR",
    },
    contact_types={
        ContactType.INBOUND: "呼入",
        ContactType.OUTBOUND: "呼出",
        ContactType.INTERNAL: "内部通话",
        ContactType.PREDICTIVE: "预测式外呼",
        ContactType.BACK2BACK: "双呼",
        ContactType.PRIVACY_DIAL: "隐私拨号",
        ContactType.CONFERENCE: "会议",
    },
    call="通话 {}",
    since_begin="自 {} 起",
    held="保持",
    held_untold="共 {}，上游不说明在什么时候",
    inexact="事件取不到，只按各阶段的时长依次画出",
    goes_on="尚未结束",
    weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    hour_of_day="时（一天之中）",
    calls=("{} 通", "{} 通"),
    inbound=("呼入 {} 通", "呼入 {} 通"),
    no_waits="没有客户等待过。",
    traffic="各星期、各时段的通话数",
    busiest="最忙的是{} {} 时，{}。",
    outcomes_title="呼入的接通与放弃",
    outcomes=("接通", "放弃", "其他"),
    waits=("接通", "未接通"),
    waiting="客户等待坐席的时长",
    waited="分:秒，排队与振铃合计",
    median="中位数",
    ninth="90% 不超过",
    longest="最长",
    load="坐席工作量",
    agents=("{} 名坐席", "{} 名坐席"),
    talked="通话时长；多名坐席接过的通话，每名都计入",
    others=("其余 {} 名", "其余 {} 名，平均"),
    agent="{}，{}",
)


def counted(told: Counted, count: int) -> str:
    """So many of something, in words."""
    return told[count != 1].format(f"{count:,}")


_LANGUAGES: Mapping[str, Words] = {"en": EN, "zh": ZH}


def words_of(language: str) -> Words:
    """The words of a language.

    Raises:
        InvalidQueryError: There are none of that language.
    """
    found = _LANGUAGES.get(language)
    if found is None:
        raise InvalidQueryError(f"language must be 'en' or 'zh', not {language!r}.")
    return found
