"""The people of the call centre: about sixty made-up agents in eight skill groups."""

from __future__ import annotations

from functools import lru_cache

from attrs import evolve, frozen

from hillstone_ccc.sandbox import dice


@frozen(kw_only=True)
class SkillLevelData:
    """An agent's membership of a skill group; level 1 is the strongest, 10 the weakest."""

    skill_group_id: str
    skill_group_name: str
    skill_level: int


@frozen(kw_only=True)
class OutboundNumberData:
    """A number that is one agent's own; ``usage`` is ``Inbound``, ``Outbound`` or ``Bidirection``."""

    number: str
    province: str
    city: str
    usage: str
    active: bool


@frozen(kw_only=True)
class AgentData:
    """An agent as ListUsers and GetUser know one.

    Attributes:
        user_id: ``<login>@<instance>``.
        display_id: Staff number.
        mobile: The phone that rings when the agent works off site.
        work_mode: The present one; a call of the past may have found the agent elsewhere.
        ram_id: 18 digits, more than a float holds; 0 occurs.
    """

    user_id: str
    login_name: str
    display_name: str
    display_id: str
    nickname: str = ""
    avatar_url: str = ""
    email: str = ""
    mobile: str = ""
    extension: str = ""
    device_id: str = ""
    device_ext: str = ""
    device_state: str = "UNREGISTERED"
    work_mode: str = "ON_SITE"
    role_id: str = ""
    role_name: str = "Agent"
    ram_id: int = 0
    primary: bool = False
    skill_levels: tuple[SkillLevelData, ...] = ()
    outbound_numbers: tuple[OutboundNumberData, ...] = ()


@frozen(kw_only=True)
class SkillGroupData:
    """A skill group as ListSkillGroups knows one; the id is ``<name>@<instance>``."""

    skill_group_id: str
    name: str
    display_name: str
    description: str = ""
    instance_id: str = "ccc-demo"
    media_type: str = "AUDIO"
    phone_number_count: int = 0
    user_count: int = 0


GROUPS = (
    ("tech-support", "技术支持", "AUDIO"),
    ("presales", "产品咨询", "AUDIO"),
    ("after-sales", "售后服务", "AUDIO"),
    ("complaints", "投诉建议", "AUDIO"),
    ("billing", "账单查询", "AUDIO"),
    ("vip", "贵宾专线", "AUDIO"),
    ("online-chat", "在线客服", "CHAT"),
    ("video-desk", "视频服务", "VIDEO"),
)
"""Name, display name and media type of each skill group; the voice groups come first."""

VOICE_GROUPS = sum(media_type == "AUDIO" for _, _, media_type in GROUPS)

# What trips a search by name: a name inside another, two of one name, a comma where commas join a list.
_AWKWARD = (
    ("zhangsan", "张三"),
    ("zhangsanfeng", "张三丰"),
    ("lina", "李娜"),
    ("lina2", "李娜"),
    ("wangwei.night", "王伟,夜班"),
    ("xiaoli", "小李"),
    ("xiaoliming", "小李明"),
    ("ouyangna", "欧阳娜"),
)
_SURNAMES = (
    ("wang", "王"), ("li", "李"), ("zhang", "张"), ("liu", "刘"), ("chen", "陈"),
    ("yang", "杨"), ("zhao", "赵"), ("huang", "黄"), ("zhou", "周"), ("wu", "吴"),
    ("xu", "徐"), ("sun", "孙"), ("hu", "胡"), ("zhu", "朱"), ("gao", "高"),
    ("lin", "林"), ("he", "何"), ("guo", "郭"), ("ma", "马"), ("luo", "罗"),
)  # fmt: skip
_GIVEN = (
    ("wei", "伟"), ("fang", "芳"), ("jing", "静"), ("min", "敏"),
    ("lei", "磊"), ("yang", "洋"), ("yan", "艳"), ("yong", "勇"),
    ("jie", "杰"), ("juan", "娟"), ("tao", "涛"), ("chao", "超"),
    ("xiulan", "秀兰"), ("xia", "霞"), ("ping", "平"), ("gang", "刚"),
    ("guiying", "桂英"), ("zihan", "子涵"), ("yutong", "雨桐"), ("haoran", "浩然"),
    ("shihan", "诗涵"), ("zixuan", "梓轩"), ("xinyi", "欣怡"), ("jiahao", "嘉豪"),
    ("yichen", "奕辰"), ("siyuan", "思远"),
)  # fmt: skip

_ADMIN = 8
_MANAGERS = range(_ADMIN + 1, _ADMIN + 4)
_WITHOUT_RAM_ID = 5
_WORK_MODES = ("ON_SITE", "OFF_SITE", "ON_SITE", "ON_SITE", "OFFICE_PHONE", "ON_SITE", "ON_SITE")
LARGEST_STAFF = 200


def _names(seed: int) -> list[tuple[str, str]]:
    """Logins and display names, more than any staff needs: the awkward ones, then others, each name once."""
    pairs = [
        (f"{login}{login_end}", f"{surname}{given}") for login, surname in _SURNAMES for login_end, given in _GIVEN
    ]
    return [*_AWKWARD, *sorted(pairs, key=lambda pair: dice.throw(seed, "name", dice.of_text(pair[1])))]


@lru_cache(maxsize=4)
def staff(instance_id: str, seed: int, size: int = 60) -> tuple[tuple[AgentData, ...], tuple[SkillGroupData, ...]]:
    """Make the agents and the skill groups of an instance, the same for the same seed.

    Raises:
        ValueError: ``size`` is not 12 to 200: every voice group needs two agents.
    """
    if not 2 * VOICE_GROUPS <= size <= LARGEST_STAFF:
        raise ValueError(f"a staff has {2 * VOICE_GROUPS} to {LARGEST_STAFF} agents, not {size}")
    names = _names(seed)[:size]
    agents = tuple(_agent(instance_id, seed, index, *name) for index, name in enumerate(names))
    groups = tuple(_group(instance_id, place, agents) for place in range(len(GROUPS)))
    return agents, groups


def _group(instance_id: str, place: int, agents: tuple[AgentData, ...]) -> SkillGroupData:
    name, display_name, media_type = GROUPS[place]
    group_id = f"{name}@{instance_id}"
    return SkillGroupData(
        skill_group_id=group_id,
        name=name,
        display_name=display_name,
        description=f"{display_name}组",
        instance_id=instance_id,
        media_type=media_type,
        phone_number_count=2 if media_type == "AUDIO" else 0,
        user_count=sum(level.skill_group_id == group_id for agent in agents for level in agent.skill_levels),
    )


def _agent(instance_id: str, seed: int, index: int, login: str, display_name: str) -> AgentData:
    bits = dice.throw(seed, "agent", index)
    role = "Admin" if index == _ADMIN else "Manager" if index in _MANAGERS else "Agent"
    device_state = ("ONLINE", "ONLINE", "OFFLINE", "UNREGISTERED")[bits & 3]
    agent = AgentData(
        user_id=f"{login}@{instance_id}",
        login_name=login,
        display_name=display_name,
        display_id=str(1001 + index),
        nickname=f"小{display_name[0]}" if bits & 4 else "",
        avatar_url=f"https://example.com/avatar/{login}.png" if bits & 8 else "",
        email=f"{login}@example.com",
        mobile=f"1380000{9500 + index:04d}",
        extension=f"8000{index + 1:04d}",
        device_id=f"ACC-DEMO-0.0.0-{index + 1:04d}",
        device_state=device_state,
        device_ext="" if device_state == "UNREGISTERED" else f"8100{index + 1:04d}",
        work_mode=_WORK_MODES[index % len(_WORK_MODES)],
        role_id=f"{role}@{instance_id}",
        role_name=role,
        ram_id=0 if index == _WITHOUT_RAM_ID else 2 * 10**17 + bits % 10**17,
        primary=role == "Admin",
        outbound_numbers=_outbound_numbers(index),
    )
    return evolve(agent, skill_levels=_skill_levels(instance_id, index, bits))


def _skill_levels(instance_id: str, index: int, bits: int) -> tuple[SkillLevelData, ...]:
    places = {index % VOICE_GROUPS: 1 + (bits >> 8) % 5}
    if (bits >> 16) % 3 == 0:
        places.setdefault((bits >> 24) % VOICE_GROUPS, 4 + (bits >> 32) % 7)
    if index % 9 == 0:
        places[VOICE_GROUPS] = 3
    if index % 13 == 0:
        places[VOICE_GROUPS + 1] = 6
    return tuple(
        SkillLevelData(
            skill_group_id=f"{GROUPS[place][0]}@{instance_id}",
            skill_group_name=GROUPS[place][0],
            skill_level=level,
        )
        for place, level in places.items()
    )


def _outbound_numbers(index: int) -> tuple[OutboundNumberData, ...]:
    numbers: list[OutboundNumberData] = []
    if index % 3 == 0:
        numbers.append(
            OutboundNumberData(
                number=f"021000000{20 + index % 80:02d}",
                province="上海",
                city="上海",
                usage="Bidirection",
                active=index % 4 != 0,
            )
        )
    if index % 12 == 0:
        numbers.append(
            OutboundNumberData(
                number=f"0735000{9000 + index}", province="湖南", city="郴州", usage="Outbound", active=True
            )
        )
    return tuple(numbers)
