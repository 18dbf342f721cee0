"""What a browser makes of a piece of HTML, as far as tests ask."""

from __future__ import annotations

from html.parser import HTMLParser

import attrs

VOID = frozenset({"br", "wbr"})
HARMLESS = frozenset(
    [
        "audio",
        "br",
        "caption",
        "code",
        "details",
        "div",
        "em",
        "figcaption",
        "figure",
        "p",
        "span",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "time",
        "tr",
        "wbr",
    ]
)


@attrs.define
class Table:
    """One table.

    Attributes:
        caption: What it says it is.
        rows: The text of each row's cells.
        scopes: What each heading says that it heads.
    """

    caption: str = ""
    rows: list[list[str]] = attrs.field(factory=list)
    scopes: list[str | None] = attrs.field(factory=list)

    def values(self) -> dict[str, str]:
        """Of a table of names and values: the values by name."""
        return {row[0]: row[1] for row in self.rows}

    def column(self, name: str) -> list[str]:
        """What stands under a head."""
        place = self.rows[0].index(name)
        return [row[place] for row in self.rows[1:]]


@attrs.define
class Reading(HTMLParser):
    """A piece of HTML, read.

    Attributes:
        tables: Its tables, in order.
        tags: Its elements, in order, with their attributes.
        text: All that is written.
    """

    tables: list[Table] = attrs.field(factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = attrs.field(factory=list)
    text: str = ""
    _open: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in {"th", "td"}:
            self.tables[-1].rows[-1].append("")
            if tag == "th":
                self.tables[-1].scopes.append(dict(attrs).get("scope"))

    def handle_endtag(self, tag: str) -> None:
        """One ends, and it is the one that began last."""
        assert tag == self._open.pop()

    def handle_data(self, data: str) -> None:
        """Something is written."""
        self.text += data
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif {"th", "td"} & set(self._open):
            self.tables[-1].rows[-1][-1] += data


def read(html: str) -> Reading:
    """Reads what is shown, and demands of it what holds for all of it.

    It is whole, does nothing by itself, asks nobody for anything, and every table says what it is and what its
    headings head.
    """
    reading = Reading()
    reading.feed(html)
    reading.close()
    assert [] == reading._open
    assert HARMLESS >= {tag for tag, _ in reading.tags}
    for _, told in reading.tags:
        assert not {name for name in told if name.startswith("on") or name in {"href", "action", "srcset"}}
        assert (told.get("src") or "data:").startswith("data:")
        assert "url(" not in (told.get("style") or "")
        assert not {"color:", "background:#"} & set((told.get("style") or "").split(";"))
    for table in reading.tables:
        assert table.caption
        assert {"row", "col"} >= set(table.scopes)
    return reading
