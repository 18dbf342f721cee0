"""`hillstone-ccc agents`: agents by name."""

import click

from hillstone_ccc import Agent, Client
from hillstone_ccc.cli.data import write_csv, write_json
from hillstone_ccc.cli.options import Format, format_option, show_numbers_option, verbose_option, with_client
from hillstone_ccc.cli.table import Column, ShowNumber, number_shown, say, say_table


@click.command()
@click.argument("name", default="")
@format_option
@show_numbers_option
@verbose_option
@with_client
def agents(ccc: Client, *, name: str, form: Format, show_numbers: bool) -> None:
    """Search agents by a part of their login or display NAME; all, if none is given."""
    found = ccc.agents.search(name)
    if form == "json":
        write_json(found)
    elif form == "csv":
        write_csv(found, Agent)
    else:
        say_agents(found.to_list(), number_shown(show_numbers))


def say_agents(agents: list[Agent], number: ShowNumber) -> None:
    """Prints agents as a table. Work mode is where they work now, and says nothing of past calls."""
    if not agents:
        say("No agents.")
        return
    columns: list[Column[Agent]] = [
        Column("Name", lambda agent: agent.display_name or ""),
        Column("Id", lambda agent: agent.user_id),
        Column("Role", lambda agent: agent.role_name or "", rank=1),
        Column("Works", lambda agent: agent.work_mode or ""),
        Column("Phone", lambda agent: agent.device_state or "", rank=3),
        Column("Mobile", lambda agent: number(agent.mobile), rank=2),
        Column("Skill groups", _skills, rank=4),
    ]
    say_table(columns, agents)


def _skills(agent: Agent) -> str:
    return ", ".join(level.skill_group_name or level.skill_group_id or "" for level in agent.skill_levels)
