"""`hillstone-ccc agents`."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from click.testing import Result

from hillstone_ccc import Client
from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]


def test_json_is_every_agent(run: Run, box: Sandbox) -> None:
    """Without a name all agents come, ids of 18 digits exact."""
    rows = json.loads(run("agents", "--format", "json").stdout_bytes)
    assert {agent.user_id: agent.ram_id or None for agent in box.centre.agents} == {
        row["user_id"]: row["ram_id"] for row in rows
    }
    assert {agent.user_id: agent.mobile for agent in box.centre.agents} == {
        row["user_id"]: row["mobile"] for row in rows
    }


def test_csv_is_one_line_an_agent(run: Run, ccc: Client) -> None:
    """A part of a name finds who bears it; what has structure is JSON."""
    rows = list(csv.DictReader(io.StringIO(run("agents", "张", "--format", "csv").stdout_bytes.decode())))
    agents = ccc.agents.search("张").to_list()
    assert [agent.display_name for agent in agents] == [row["display_name"] for row in rows]
    assert agents[0].skill_levels[0].skill_level == json.loads(rows[0]["skill_levels"])[0]["skill_level"]


def test_the_table_masks_numbers(run: Run, ccc: Client) -> None:
    """Agents' mobiles are whole only on demand, and Chinese names keep the columns straight."""
    result = run("agents", "张三")
    mobile = ccc.agents.search("张三").to_list()[0].mobile
    assert mobile is not None
    assert mobile not in result.output
    assert mobile in run("agents", "张三", "--show-numbers").output
    assert "张三    zhangsan@ccc-demo      Agent" in result.output
    assert "张三丰  zhangsanfeng@ccc-demo  Agent" in result.output


@pytest.mark.parametrize(("form", "nothing"), [("table", "No agents.\n"), ("json", "[]\n")])
def test_nobody_is_no_error(run: Run, form: str, nothing: str) -> None:
    """A name that nobody bears finds nobody."""
    result = run("agents", "没有这个人", "--format", form)
    assert (0, nothing) == (result.exit_code, result.output)
