"""Every phone number of the call centre, all made up, and the place each one belongs to.

A call's column holds a number's code, its position in the directory.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.people import AgentData

CUSTOMERS = 10_000
HOT_LINES = 10
MOBILES = 9_500

NOBODY = 0
FIRST_CUSTOMER = 1
FIRST_HOT_LINE = FIRST_CUSTOMER + CUSTOMERS
FIRST_EXTENSION = FIRST_HOT_LINE + HOT_LINES

HOME = "上海市-上海市"
_PLACES = (
    "湖南省-郴州市", "湖南省-长沙市", "湖南省-衡阳市", "广东省-广州市",
    "广东省-深圳市", "广东省-佛山市", "广东省-东莞市", "浙江省-杭州市",
    "浙江省-宁波市", "浙江省-温州市", "江苏省-南京市", "江苏省-苏州市",
    "江苏省-无锡市", "山东省-济南市", "山东省-青岛市", "四川省-成都市",
    "四川省-绵阳市", "湖北省-武汉市", "湖北省-宜昌市", "河南省-郑州市",
    "河南省-洛阳市", "福建省-福州市", "福建省-厦门市", "陕西省-西安市",
    "安徽省-合肥市", "江西省-南昌市", "辽宁省-沈阳市", "辽宁省-大连市",
    "黑龙江省-哈尔滨市", "吉林省-长春市", "河北省-石家庄市", "山西省-太原市",
    "云南省-昆明市", "贵州省-贵阳市", "海南省-海口市", "甘肃省-兰州市",
    "广西壮族自治区-南宁市", "北京市-北京市", "天津市-天津市", "重庆市-重庆市",
    "上海市-上海市",
)  # fmt: skip
# The upstream's own example of a location begins with a blank: one customer in so many has it here.
_BLANK_EVERY = 53


@frozen
class Directory:
    """The numbers by code, and their locations.

    Attributes:
        texts: Number of each code; the first is empty.
        locations: ``省份-城市`` of each code, empty for an extension.
        first_mobile: Code of the first agent's mobile; the others' follow in order, as the extensions do.
    """

    texts: tuple[str, ...]
    locations: tuple[str, ...]
    first_mobile: int


# Kept, as the staff is: a test makes many small centres, all of one staff.
@lru_cache(maxsize=4)
def directory(staff: tuple[AgentData, ...]) -> Directory:
    """The directory of a staff and of its customers."""
    customers = [_customer(index) for index in range(CUSTOMERS)]
    hot_lines = [(f"0210000000{index}", HOME) for index in range(HOT_LINES)]
    extensions = [(agent.extension, "") for agent in staff]
    mobiles = [(agent.mobile, HOME) for agent in staff]
    texts, locations = zip(("", ""), *customers, *hot_lines, *extensions, *mobiles, strict=True)
    return Directory(texts, locations, FIRST_EXTENSION + len(staff))


def _customer(index: int) -> tuple[str, str]:
    """Most customers call from a mobile, the others from land lines in two cities."""
    if index >= MOBILES:
        return (f"0735000{index:04d}", _PLACES[0]) if index % 2 else (f"0211000{index:04d}", HOME)
    blank = " " if index % _BLANK_EVERY == 0 else ""
    return f"1380000{index:04d}", blank + _PLACES[index * 7919 % 10_007 % len(_PLACES)]
