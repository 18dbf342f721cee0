"""The report of the benchmarks in Chinese: its words by a table, its figures as they are.

    python benchmarks/chinese.py FILE

Prints a report as `report.py` writes it in Chinese. A text that the table does not know stays English; a test looks
for those in the page of the documentation.
"""

# ruff: noqa: INP001, T201 - a program

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

# A text, {} being a part that is translated by itself, and its translation. The first one that fits is taken, so what
# is special stands before what is general.
_WORDS = (
    # Headings have the anchors of the English page.
    ("### What is to be reached", "### 要达到的目标 {{ #what-is-to-be-reached }}"),
    ("### Walks", "### 遍历 {{ #walks }}"),
    ("### Decoding", "### 解码 {{ #decoding }}"),
    ("### Import and first request", "### 导入与首个请求 {{ #import-and-first-request }}"),
    ("### The server's list", "### 服务端的列表 {{ #the-servers-list }}"),
    ("### The page", "### 网页 {{ #the-page_1 }}"),
    ("### Long walks and many downloads", "### 长遍历与批量下载 {{ #long-walks-and-many-downloads }}"),
    ("### Where the time of a walk goes", "### 遍历的时间花在哪里 {{ #where-the-time-of-a-walk-goes }}"),
    # What stands above a table.
    ("Measured by `make bench` on {} cores{}", "由 `make bench` 测得：{} 核{}"),
    ("![CPU time of a page of {} records, by contender]({})", "![各参测者处理一页 {} 条记录的 CPU 时间]({})"),
    ("{}: {} pages of {} full records, median of {}.", "{}：{} 页，每页 {} 条完整记录，{} 次的中位数。"),
    ("{}: CPU time of a page of {}, from bytes to records.", "{}：从字节到记录，一页 {} 条的 CPU 时间。"),
    ("{}, without what an interpreter itself costs:", "{}，不含解释器自身的开销："),
    ("{}: {} callers, full records.", "{}：{} 个调用方，完整记录。"),
    ("{}: {} rows of {} calls, median of {}.", "{0}：{2} 通电话中的 {1} 行，{3} 次的中位数。"),
    ("Other doors: {}; {}.", "其他准入方式：{}；{}。"),
    (
        "NO BROWSER: the page was left out. scripts/browser finds or installs one, or HILLSTONE_CCC_BROWSER names it.",
        "没有浏览器：网页未测。scripts/browser 可找到或安装一个，也可由 HILLSTONE_CCC_BROWSER 指定。",
    ),
    (
        "A walk of {} records, {}; {} ms a page under the profiler:",
        "遍历 {} 条记录，{}；在性能分析器下每页 {} ms：",
    ),
    ("Full records:", "完整记录："),
    ("As sent:", "实际发送的记录："),
    ("Numbers as text:", "数字为文本："),
    # The picture.
    (
        "CPU time of a page of {} records: the official SDK, ours, the floor",
        "一页 {} 条记录的 CPU 时间：官方 SDK、本库、下限",
    ),
    ("{}: CPU time of a page of {} records", "{}：一页 {} 条记录的 CPU 时间"),
    # What is to be reached.
    ("Measure", "指标"),
    ("Value", "数值"),
    ("At most", "上限"),
    ("Holds", "达标"),
    ("yes", "是"),
    ("**no**", "**否**"),
    ("TLS: connections for {} async calls at {} at once", "TLS：{} 次异步调用（{} 个并行）的连接数"),
    ("TLS: TLS contexts for them", "TLS：上述调用的 TLS 上下文数"),
    ("{}: wall without making the client, {} / waiting", "{}：实际耗时（不含创建客户端），{} / 等待"),
    ("{}: wall with making and closing it, {} / waiting", "{}：实际耗时（含创建和关闭客户端），{} / 等待"),
    ("CPU of decoding, {}, {} fields read / {}", "解码的 CPU，{}，读取 {} 个字段，本库 / {}"),
    ("Growth of memory, MB: {} records, {}", "内存增长（MB）：{} 条记录，{}"),
    ("The page's {} beyond the API's own time, ms, {}", "网页{}超出 API 自身用时（ms），{}"),
    ("{}: CPU, {} / {}", "{}：CPU，{} / {}"),
    ("CPU, {} / {}", "CPU，{} / {}"),
    ("{} / {}, wall", "{} / {}，实际耗时"),
    ("{} / {}, CPU", "{} / {}，CPU"),
    # Contenders, and how they go about it.
    ("Contender", "参测者"),
    ("Wall a page", "每页实际耗时"),
    ("CPU a page", "每页 CPU"),
    ("Records/s", "记录/秒"),
    ("Peak", "内存峰值"),
    ("Growth", "内存增长"),
    ("Requests", "请求数"),
    ("Connections", "连接数"),
    ("Contexts", "TLS 上下文数"),
    ("official, {}", "官方 SDK（{}）"),
    ("official {}", "官方 SDK（{}）"),
    ("official", "官方 SDK"),
    ("ours {}", "本库（{}）"),
    ("floor {}", "下限（{}）"),
    ("{}, {} calls {} at once", "{}，{} 次调用，{} 个并行"),
    ("{}, {} pages at once", "{}，{} 页并行"),
    ("{}, {} at once", "{}，{} 个并行"),
    ("{}, {} threads", "{}，{} 个线程"),
    ("{}, prefetch {}", "{}，预读 {} 页"),
    ("{}, {} ms late", "{}，延迟 {} ms"),
    ("sync", "同步"),
    ("async", "异步"),
    ("plain HTTP", "明文 HTTP"),
    # Decoding.
    ("full records", "完整记录"),
    ("as sent", "实际发送的记录"),
    ("Fields read", "读取的字段"),
    ("all", "全部"),
    # Imports and first requests.
    ("Import", "导入"),
    ("First request", "首个请求"),
    ("Modules", "模块数"),
    ("from … import every public name", "导入全部公开名称"),
    ("import the official SDK", "导入官方 SDK"),
    ("× {}, wall", "× {}，实际耗时"),
    ("× {}, CPU", "× {}，CPU"),
    ("÷ {}", "÷ {}"),
    # The server's list.
    ("On a port", "经由端口"),
    ("Without a port", "不经端口"),
    ("Requests/s", "请求/秒"),
    ("{} at {}/s", "{1}/秒时的 {0}"),
    ("CPU a request", "每个请求的 CPU"),
    ("`AsyncClient`'s `page()` alone", "仅 `AsyncClient` 的 `page()`"),
    ("bare Starlette route, the same bytes", "裸 Starlette 路由，相同的字节"),
    ("bare FastAPI route with a dependency", "裸 FastAPI 路由，带一个依赖项"),
    ("list endpoint, nothing shared or kept", "列表接口，不共用也不保留"),
    ("list endpoint, a page of a walk that is kept", "列表接口，所保留的遍历中的一页"),
    ("the same without a door", "列表接口，不共用也不保留，不设准入"),
    ("the same, {}", "列表接口，不共用也不保留，{}"),
    ("JSON web token, {} {} µs", "JSON Web Token，{} {} µs"),
    ("JSON web token, {}", "JSON Web Token，{}"),
    ("Part of a request", "请求的组成部分"),
    ("Share", "占比"),
    ("the page from the call center ({})", "来自呼叫中心的页（{}）"),
    ("rows as the contract has them", "约定形式的行"),
    ("their JSON", "这些行的 JSON"),
    ("the door, static token", "准入，静态令牌"),
    ("parameters read", "读取参数"),
    ("sharing and keeping", "共用与保留"),
    ("the audit's line", "审计日志行"),
    (
        "the rest: metrics, headers, and what runs slower between others",
        "其余：指标、响应头，以及与其他部分交替运行时变慢的部分",
    ),
    # The page.
    ("Visit", "访问"),
    ("first look", "首次打开"),
    ("another look", "再次打开"),
    ("Beyond the API's own time", "超出 API 自身用时"),
    ("at worst", "最差"),
    ("median", "中位数"),
    ("Page 2, beyond it", "第 2 页超出"),
    ("Files", "文件数"),
    ("On the wire", "传输量"),
    ("List asked for", "请求列表"),
    ("The API's own time", "API 自身用时"),
    ("Rows in the document", "行已在文档中"),
    ("Rows painted", "行已绘制"),
    # Long walks, many downloads, profiles.
    (
        "| {} | Client | Wall | CPU | CPU each | A second | Growth |",
        "| {} | 客户端 | 实际耗时 | CPU | 每项 CPU | 每秒 | 内存增长 |",
    ),
    ("Records", "记录数"),
    ("Recordings", "录音数"),
    ("Time", "时间"),
    ("Wall", "实际耗时"),
    ("wall", "实际耗时"),
    ("Exponent", "指数"),
    ("Each, by the line", "每项，按拟合线"),
    ("Off the line", "偏离拟合线"),
    ("Memory, longest less shortest", "内存，最长减最短"),
    ("Function", "函数"),
    ("Calls a page", "每页调用次数"),
    ("Own time a page", "每页自身时间"),
    ("{}:", "{}："),
)
_RULES = tuple((re.compile(re.escape(text).replace(r"\{\}", "(.+)")), told) for text, told in _WORDS)
_KEPT = re.compile(
    r"-{3}:?|[-+]?[\d,.]+ ?(?:%|ms|µs|s|kB|MB)?"  # of a table: its second line, figures
    r"|`[^`]+`|p\d\d|[\w-]+\.svg|[HR]S256|TLS|CPU"
    r"|httpx|orjson|msgspec|httpx\.Client|Client|AsyncClient"
    r"|import (?:httpx|hillstone_ccc)|from … import [A-Z][\w, ]+"
    r"|(?: \(.+\))?, .+; alibabacloud-ccc.+"  # the rest of the machine, and the versions of packages
)
_CELL = re.compile(r"(?<=\| )[^|]+(?= \|)")
_DRAWN = re.compile(r"(?<=>)[^<>]+(?=<)")


@cache
def translated(text: str) -> str | None:
    """A text in Chinese; None if it, or a part of it, is not known."""
    if _KEPT.fullmatch(text):
        return text
    for rule, told in _RULES:
        found = rule.fullmatch(text)
        if found:
            parts = [translated(part) for part in found.groups()]
            return None if None in parts else told.format(*parts)
    return None


def _every(report: str, tell: Callable[[str], str]) -> str:
    """A report with each of its texts told anew: lines, and the cells of tables."""

    def line(text: str) -> str:
        if text.startswith("| ") and translated(text) is None:
            return _CELL.sub(lambda cell: tell(cell[0]), text)
        return tell(text) if text else text

    return "\n".join(map(line, report.split("\n")))


def chinese(report: str) -> str:
    """A report in Chinese; what is not known stays as it is."""
    return _every(report, lambda text: translated(text) or text)


def drawn(picture: str) -> str:
    """A picture with its words in Chinese."""
    return _DRAWN.sub(lambda text: translated(text[0]) or text[0], picture)


def unknown(report: str) -> list[str]:
    """The texts of a report that the table does not know."""
    left: list[str] = []

    def tell(text: str) -> str:
        left.extend([text] if translated(text) is None else [])
        return text

    _every(report, tell)
    return left


if __name__ == "__main__":
    print(chinese(Path(sys.argv[1]).read_text("utf-8")), end="")
