"""How far lists can be paged through, where a test wants less than the upstream's 100 pages of 100 rows."""

from collections.abc import Callable
from typing import Any

import pytest

from hillstone_ccc.sandbox import Call, Quirks, Sandbox

NOW = 1_767_345_845
CALLS = [Call(contact_id=f"job-{number:02}", start_time=NOW * 1000 - number) for number in range(30)]
LISTS = ["ListCallDetailRecords", "ListCallDetailRecordsV2", "ListUsers", "ListSkillGroups"]
Make = Callable[..., Sandbox]
Ask = Callable[..., Any]


@pytest.mark.parametrize("action", LISTS)
@pytest.mark.parametrize(("parameter", "limit"), [("PageNumber", 3), ("PageSize", 5)])
def test_the_limits_are_those_asked_for(make_box: Make, ask: Ask, action: str, parameter: str, limit: int) -> None:
    """The last page and the largest page are answered; one more is refused as the upstream refuses it."""
    box = make_box(calls=CALLS, page_limit=3, size_limit=5)
    last, beyond = (ask(box, action, **{"PageSize": 5, parameter: number}) for number in (limit, limit + 1))
    assert ("OK", "Parameter.Maximum") == (last["Code"], beyond["Code"])
    assert f"The parameter {parameter} must be less than or equal to {limit}." == beyond["Message"]


def test_no_call_is_listed_behind_the_last_page(make_box: Make, ask: Ask) -> None:
    """Where a page beyond is empty and not refused, it is so behind the limit asked for; the total tells of all."""
    box = make_box(calls=CALLS, page_limit=3, size_limit=5, quirks=Quirks(page_beyond="empty"))
    pages = [ask(box, LISTS[1], PageSize=5, PageNumber=number)["Data"] for number in (1, 3, 4)]
    assert [5, 5, 0] == [len(page["List"]) for page in pages]
    assert 30 == pages[0]["TotalCount"]


@pytest.mark.parametrize("name", ["page_limit", "size_limit"])
def test_a_limit_lets_something_through(name: str) -> None:
    """Lists without a page or without a row are refused."""
    with pytest.raises(ValueError, match="must be >= 1"):
        Sandbox(records=1, **{name: 0})  # type: ignore[arg-type]
