"""Agents (坐席; the upstream's "users") and skill groups (技能组)."""

from typing import Any

import attrs

from .fields import Form, displayed, extra, number, shown, wire
from .public import public
from .vocabulary import DeviceState, MediaType, NumberUsage, RoleName, WorkMode


@public
@attrs.frozen(repr=False)
class SkillLevel:
    """An agent's level in a skill group: 1 to 10, smaller is stronger (told by the 2021 documents).

    Attributes:
        skill_group_id: The skill group.
        skill_group_name: Its name.
        skill_level: The level.
        extra: What the upstream sent and this version does not know.
    """

    skill_group_id: str | None = wire()
    skill_group_name: str | None = wire()
    skill_level: int | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class OutboundNumber:
    """A number that an agent may call from.

    Attributes:
        number: The number.
        province: Where it is from.
        city: Where it is from.
        usage: What it may be used for.
        active: Whether it may be used now.
        extra: What the upstream sent and this version does not know.
    """

    number: str | None = wire(repr=number)
    province: str | None = wire()
    city: str | None = wire()
    usage: NumberUsage | None = wire()
    active: bool | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class Agent:
    """An agent, as ListUsers shows one; GetUser leaves some fields out and adds others.

    Attributes:
        user_id: ``<login>@<instance>``, the agent's id.
        instance_id: The call center's id (GetUser only).
        login_name: Login.
        display_name: The name shown, which a search by agent name means.
        display_id: Staff number (工号).
        nickname: Name shown to chat visitors (GetUser only).
        avatar_url: Picture (GetUser only).
        email: Mail address.
        mobile: The agent's own phone, which rings when working off site.
        extension: Desk extension.
        device_id: Registered soft phone or desk phone.
        device_ext: Extension of a SIP phone, if one is registered.
        device_state: State of that SIP phone.
        work_mode: Where the agent works now; never applies to a past call.
        role_id: ``<role>@<instance>``.
        role_name: Admin, Agent or Manager.
        ram_id: RAM id, exact (18 digits do not fit a float); None where the upstream says 0 (ListUsers only).
        primary: Whether the RAM identity is the main account (ListUsers only).
        primary_account: Deprecated twin of ``primary``; None if what it holds is not a flag.
        skill_levels: Skill groups and levels (ListUsers only).
        outbound_numbers: Personal outbound numbers (ListUsers only).
        extra: What the upstream sent and this version does not know, as sent.
    """

    user_id: str
    instance_id: str | None = wire()
    login_name: str | None = wire()
    display_name: str | None = wire()
    display_id: str | None = wire()
    nickname: str | None = wire()
    avatar_url: str | None = wire()
    email: str | None = wire()
    mobile: str | None = wire(repr=number)
    extension: str | None = wire()
    device_id: str | None = wire()
    device_ext: str | None = wire()
    device_state: DeviceState | None = wire()
    work_mode: WorkMode | None = wire()
    role_id: str | None = wire()
    role_name: RoleName | None = wire()
    ram_id: int | None = wire(form=Form.POSITIVE)
    primary: bool | None = wire()
    primary_account: bool | None = wire(form=Form.LOOSE_FLAG)
    skill_levels: tuple[SkillLevel, ...] = wire("SkillLevelList", contract="skill_level_list", default=())
    outbound_numbers: tuple[OutboundNumber, ...] = wire(
        "PersonalOutboundNumberList", contract="personal_outbound_number_list", default=()
    )
    extra: dict[str, Any] = extra()

    __repr__ = shown
    _repr_html_ = displayed


@public
@attrs.frozen(repr=False)
class SkillGroup:
    """A skill group, as ListSkillGroups shows one.

    Attributes:
        skill_group_id: ``<name>@<instance>``.
        skill_group_name: Its name.
        display_name: The name shown.
        description: What it is for.
        instance_id: The call center's id.
        media_type: Voice, chat or video.
        phone_number_count: Numbers that belong to it.
        user_count: Agents in it.
        extra: What the upstream sent and this version does not know, as sent.
    """

    skill_group_id: str
    skill_group_name: str | None = wire()
    display_name: str | None = wire()
    description: str | None = wire()
    instance_id: str | None = wire()
    media_type: MediaType | None = wire()
    phone_number_count: int | None = wire()
    user_count: int | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown
    _repr_html_ = displayed
