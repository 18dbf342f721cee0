"""Taking keys, tokens, signatures, signed links, phone numbers and people's names out of what is recorded.

What a value is, is told by the field it stands in; text is also searched for what tells itself: signed links, key
ids, ``name=value`` secrets, phone numbers, mail addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, cast

import attrs

from hillstone_ccc._core.redact import without_secrets

from .stand_ins import StandIns

EXAMPLE = "EXAMPLE"
SIGNED_QUERY = f"Expires=0&OSSAccessKeyId={EXAMPLE}&Signature={EXAMPLE}"
"""What takes the place of a signed link's query. Host and path stay: the download is matched by its path."""

_LINK_SIGNS = r"signature|access-?keyid|x-oss-|token"
# Signed links, and elements of the object store's errors.
_WHOLE_SECRET = re.compile(
    rf"""(?ix)
      (?P<link> https?://[^\s"'<>?]+ ) \? (?= [^\s"'<>]*(?:{_LINK_SIGNS}) ) [^\s"'<>]*
    | <(?P<element> \w*(?:accesskey|signature|stringtosign|token|secret)\w* )> [^<]* </(?P=element)>
    """
)
_CHANNEL = re.compile(r"(?<!\w)(ch-user-)([^-\s]+)-([^-\s]+)(?=-\d)", re.ASCII)
# Digits glued to Latin letters, "-" or "_" belong to ids and stay; digits glued to Chinese text are a number, and
# marks of escaping glue nothing.
_PHONE = re.compile(
    r"""(?x)
      (?: (?<![A-Za-z0-9_-]) | (?<=%[0-9A-Fa-f]{2}) | (?<=\\[nrt]) )
      (?: (?:\+|00)86[ -]?[1-9][0-9]{1,2}[ -]?\d{7,8}
        | (?: (?:\+|00)?86[ -]? )?
          (?: [1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4} | 0[1-9]\d{1,2}-?\d{7,8} | [48]00-?\d{3}-?\d{4} ) )
      (?![A-Za-z0-9_])
    """
)
_NAMED_NUMBER = re.compile(r"(?i)((?<!page)number\W{1,6}|(?:phone|mobile)\W{1,6})(\+?\d[\d*]{4,})")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")

_AGENTS_QUEUE = "2"

Rule: TypeAlias = "Callable[[Scrubber, str], str]"


@attrs.frozen
class Scrubber:
    """Scrubs text, JSON and parameters.

    Attributes:
        stand_ins: What takes the place of numbers and names.
        names: Whether people's names, logins, addresses and pictures are replaced too.
        secrets: Values that are removed wherever they stand; shorter ones than six characters are not.
    """

    stand_ins: StandIns = StandIns()
    names: bool = True
    secrets: tuple[str, ...] = attrs.field(default=(), repr=False)

    def text(self, text: str) -> str:
        """Text of any kind; JSON inside it is scrubbed as JSON."""
        if text[:1] in ("{", "["):
            read = _parsed(text)
            if read is not None and (scrubbed := self.value(read)) != read:
                return _written(scrubbed)
        pieces: list[str] = []
        end = 0
        for found in _WHOLE_SECRET.finditer(text):
            link, element = found["link"], found["element"]
            replaced = f"<{element}>{EXAMPLE}</{element}>" if element else f"{self._prose(link)}?{SIGNED_QUERY}"
            pieces += (self._prose(text[end : found.start()]), replaced)
            end = found.end()
        return "".join((*pieces, self._prose(text[end:])))

    def value(self, value: Any, field: str = "") -> Any:
        """A JSON value, of the same type; what it is, is told by the field it stands in."""
        if isinstance(value, dict):
            row = cast("dict[str, Any]", value)
            return {self.text(name): self.value(one, _meaning(name, row)) for name, one in row.items()}
        if isinstance(value, list):
            return [self.value(one, field) for one in cast("list[Any]", value)]
        if isinstance(value, str):
            return (self._rule(field) or Scrubber.text)(self, value)
        if type(value) in (int, float) and value and self._rule(field) is Scrubber.numbers:
            return type(value)(self.stand_ins.number(str(value)))
        return value

    def parameters(self, pairs: Iterable[tuple[str, str]], action: str = "") -> list[tuple[str, str]]:
        """Decoded parameters of a query or a form."""
        return [(name, self.value(value, _asked(name, action))) for name, value in pairs]

    def body(self, content: str) -> str:
        """A body: JSON, or else text. In text that is no whole JSON, names are not known as names."""
        read = _parsed(content)
        return self.text(content) if read is None else _written(self.value(read))

    def numbers(self, text: str) -> str:
        """A comma list of phone numbers."""
        return ",".join(self.stand_ins.number(one) for one in text.split(","))

    def link(self, text: str) -> str:
        """A link that opens a file, signed in whatever way."""
        head, mark, _ = text.partition("?")
        return f"{self.text(head)}?{SIGNED_QUERY}" if mark else self.text(text)

    def criteria(self, text: str) -> str:
        """The parameter ``Criteria``: JSON of numbers or parts of numbers."""
        return self.text(text) if _parsed(text) is not None else self.numbers(text)

    def hidden(self, text: str) -> str:
        """A secret."""
        return EXAMPLE if text else text

    def named(self, text: str) -> str:
        """A comma list of names; a name with a comma in it becomes two, here as anywhere."""
        return ",".join(self.stand_ins.name(one) for one in text.split(","))

    def login(self, text: str) -> str:
        """A login."""
        return self.stand_ins.login(text)

    def address(self, text: str) -> str:
        """A mail address."""
        return self.stand_ins.address(text)

    def visitor(self, text: str) -> str:
        """A chat visitor's id."""
        return self.stand_ins.visitor(text)

    def picture(self, text: str) -> str:
        """The address of a person's picture."""
        return "https://example.com/avatar.png" if text else text

    def network_address(self, text: str) -> str:
        """A visitor's IP address; the stand-in is of a block that is set aside for documentation."""
        return "192.0.2.1" if text else text

    def _rule(self, field: str) -> Rule | None:
        if not field:
            return None
        tables = (_PERSONAL, _RULES) if self.names else (_RULES,)
        return next((rule for table in tables for pattern, rule in table if pattern.fullmatch(field)), None)

    def _prose(self, text: str) -> str:
        number = self.stand_ins.number
        text = without_secrets(text, self.secrets)
        text = _CHANNEL.sub(lambda found: f"{found[1]}{number(found[2])}-{number(found[3])}", text)
        text = _NAMED_NUMBER.sub(lambda found: found[1] + number(found[2]), text)
        text = _PHONE.sub(lambda found: number(found[0]), text)
        return _ADDRESS.sub(lambda found: self.stand_ins.address(found[0]), text) if self.names else text


def _rules(table: Mapping[str, Rule]) -> tuple[tuple[re.Pattern[str], Rule], ...]:
    return tuple((re.compile(f"(?i){pattern}"), rule) for pattern, rule in table.items())


_RULES = _rules(
    {
        r".*(?:access[-_]?key.*|secret.*|token|signature.*|stringtosign.*)": Scrubber.hidden,
        r".*(?:password|credential|authorization)": Scrubber.hidden,
        r"(?!pagenumber$).*(?:numbers?|phone|mobile|broker|caller|callee|customerid)": Scrubber.numbers,
        r"criteria": Scrubber.criteria,
        r".*fileurl": Scrubber.link,
    }
)
_PERSONAL = _rules(
    {
        r"agentnames?|nickname|.*displayname|.*username": Scrubber.named,
        r"loginname": Scrubber.login,
        r"e?mail": Scrubber.address,
        r"avatarurl": Scrubber.picture,
        r"accesschanneluserid": Scrubber.visitor,
        r".*ipaddress": Scrubber.network_address,
    }
)


def _meaning(name: str, row: Mapping[str, Any]) -> str:
    """The field whose rule holds: two fields hold a person's name in some rows and a skill group's in others."""
    if name == "DisplayName" and "SkillGroupId" in row and "UserId" not in row:
        return ""
    if name == "QueueName" and str(row.get("QueueType")) == _AGENTS_QUEUE:
        return "AgentName"
    return name


def _asked(parameter: str, action: str) -> str:
    """The field whose rule holds for a parameter: a search for agents is one for a name."""
    return "AgentName" if parameter == "SearchPattern" and action != "ListSkillGroups" else parameter


def _parsed(text: str) -> Any:
    """The JSON object or array that the text is, or None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
