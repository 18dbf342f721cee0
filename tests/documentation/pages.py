"""The pages of the documentation, read as the tests need them."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import tokenize
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<mark>```+)(?P<kind>\w*)[^\n]*\n(?P<code>.*?)^(?P=mark)[ \t]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\]\((<[^>]*>|[^)\s]+)")
_SIGNS = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}


def hook(name: str) -> Any:
    """A program of the site's, which no package holds."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "pages" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_LANGUAGES = hook("two_languages")


def name(path: Path) -> str:
    """What a page is called in the repository."""
    return path.relative_to(ROOT).as_posix()


def english_pages() -> list[Path]:
    """Every page and notebook of the site in English."""
    return [path for path in _written() if not path.stem.endswith(".zh")]


def chinese_pages() -> list[Path]:
    """Every page and notebook of the site in Chinese."""
    return [path for path in _written() if path.stem.endswith(".zh")]


def _written() -> list[Path]:
    return sorted(path for ending in ("md", "ipynb") for path in DOCS.rglob(f"*.{ending}"))


def twin(path: Path) -> Path:
    """The Chinese page beside an English one, whether it is there or not."""
    if path == ROOT / "README.md":
        return ROOT / "README.zh-CN.md"
    return path.with_name(f"{path.stem}.zh{path.suffix}")


def source(path: Path) -> str:
    """A page's Markdown; of a notebook, its cells as a page would have them."""
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    return "\n\n".join(code if kind == "markdown" else f"```python\n{code}\n```" for kind, code in cells)


def blocks(text: str) -> list[tuple[str, str]]:
    """The kind and the text of each block of code, in order."""
    return [(block["kind"], block["code"]) for block in _FENCE.finditer(text)]


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    """The level and the text of each heading, in order."""
    found = [heading[0] for heading in _LANGUAGES.headings(text)]
    return [(len(line) - len(line.lstrip("#")), line.lstrip("#").strip()) for line in found]


def anchors(text: str) -> list[str]:
    """The anchors of an English page's headings, in order."""
    return list(_LANGUAGES.anchors(text))


def links(text: str) -> list[str]:
    """Where a page's links and pictures lead, in order."""
    return [link.strip("<>") for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(text)))]


def bare(kind: str, code: str) -> list[str]:
    """A block's code without its comments, which are translated; only what a computer reads is compared."""
    if kind == "python":
        tokens = tokenize.generate_tokens(io.StringIO(_cell(code)).readline)
        return [token.string for token in tokens if token.type not in _SIGNS]
    if kind in {"sh", "bash", "console", "toml", "ini", "dockerfile"}:
        return [re.sub(r"(^|\s+)#\s.*", "", line).rstrip() for line in code.splitlines()]
    return []


def _cell(code: str) -> str:
    """A cell's code as Python: what asks the notebook for something is no code."""
    return re.sub(r"^([%!].*)$", "pass", code, flags=re.MULTILINE)
