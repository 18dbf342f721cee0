"""The staff: enough people, and those whose names trip a search."""

from __future__ import annotations

from collections import Counter

import pytest

from hillstone_ccc.sandbox.people import staff

AGENTS, GROUPS = staff("ccc-demo", 7)


def test_names_that_trip_a_search() -> None:
    """There are a name inside another, two people of one name, and a name with a comma."""
    names = Counter(agent.display_name for agent in AGENTS)
    assert (1, 1, 2) == (names["张三"], names["张三丰"], names["李娜"])
    assert any("," in name for name in names)
    assert [2] == [count for count in names.values() if count > 1]


def test_identifiers_are_unique() -> None:
    """No two agents share a login, a staff number, an extension, a mobile or a device."""
    for attribute in ("user_id", "login_name", "display_id", "extension", "mobile", "device_id"):
        assert len(AGENTS) == len({getattr(agent, attribute) for agent in AGENTS})


def test_ram_ids() -> None:
    """RAM ids have 18 digits, more than a float holds, but for one that is 0."""
    ids = [agent.ram_id for agent in AGENTS]
    assert 1 == ids.count(0)
    assert {18} == {len(str(number)) for number in ids if number}
    assert any(int(float(number)) != number for number in ids)


def test_roles_and_modes() -> None:
    """One Admin, who is the main account, some Managers, and every work mode and device state."""
    roles = Counter(agent.role_name for agent in AGENTS)
    assert (1, 3, 56) == (roles["Admin"], roles["Manager"], roles["Agent"])
    assert ["Admin"] == [agent.role_name for agent in AGENTS if agent.primary]
    assert {"ON_SITE", "OFF_SITE", "OFFICE_PHONE"} == {agent.work_mode for agent in AGENTS}
    assert {"ONLINE", "OFFLINE", "UNREGISTERED"} == {agent.device_state for agent in AGENTS}
    assert any(agent.outbound_numbers for agent in AGENTS)


def test_groups_count_their_members() -> None:
    """Six voice groups, one for chat and one for video, each with members, whose levels are 1 to 10."""
    assert {"AUDIO": 6, "CHAT": 1, "VIDEO": 1} == Counter(group.media_type for group in GROUPS)
    members = Counter(level.skill_group_id for agent in AGENTS for level in agent.skill_levels)
    assert members == {group.skill_group_id: group.user_count for group in GROUPS}
    assert all(1 <= level.skill_level <= 10 for agent in AGENTS for level in agent.skill_levels)


def test_seed_and_instance_make_the_staff() -> None:
    """The same seed gives the same staff, another seed other people; ids name the instance."""
    assert (AGENTS, GROUPS) == staff.__wrapped__("ccc-demo", 7)
    assert staff("ccc-demo", 8)[0] != AGENTS
    assert {"elsewhere"} == {agent.user_id.split("@")[1] for agent in staff("elsewhere", 7)[0]}


@pytest.mark.parametrize("size", [11, 201])
def test_sizes(size: int) -> None:
    """A staff too small for its groups or too large for the columns is refused."""
    with pytest.raises(ValueError, match="12 to 200"):
        staff("ccc-demo", 7, size)
    assert 200 == len({agent.user_id for agent in staff("ccc-demo", 7, 200)[0]})
