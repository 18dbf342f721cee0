"""Taking secrets and phone numbers out of text before anybody reads it.

Two depths: :func:`without_secrets` removes what opens doors (keys, tokens, signatures, signed links);
:func:`for_people` also masks phone numbers, for logs and errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "***"

# Taking out something shorter would garble ordinary words, and no real key is.
_SHORTEST_SECRET = 6

# Credentials as they stand in headers, query strings, JSON (also inside JSON), XML, Python reprs and lists of header
# pairs. A value ends with its quote where it has one, else where a value of a query or a header ends.
_NAMED_SECRET = re.compile(
    r"""(?ix)
    (?P<name> signature-?(?:provided|nonce)? | access[_-]?key(?:[_-]?(?:id|secret))?
      | token | secret | password | credential | authorization )
    (?P<gap> (?:\\*["']|%22)? \s* (?: [=:] | %3A | %3D ) \s* | \\*["'] \s* , \s* | > )
    (?: b? (?P<quote> \\*["'] ) (?: (?! (?P=quote) ) [^\r\n] )+
      | (?: %22 )? (?: (?: bearer | basic | digest | oss | (?:acs3|oss4)-[a-z0-9-]+ ) \s+ )?
        (?: [^\s"'&;,<>}\])\\] | \\/ | \\u[0-9a-f]{4} )+ )
    """
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}")
# Keys and tokens that tell themselves by how they begin.
_SHAPED_SECRET = re.compile(
    r"""(?x)
      LTAI[A-Za-z0-9]{8,} | (?<![A-Z])(?:STS|TMP)\.[\w.-]{8,} | CAIS[\w+/=%-]{30,}
    | eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?
    """,
    re.ASCII,
)
# What was signed holds the token and every parameter; it stands at the end of the gateway's refusal.
_WHAT_WAS_SIGNED = re.compile(r"(?is)((?:server )?(?:string ?to ?sign|canonical ?request)).*")
_SIGNED_LINK = re.compile(r"(?i)(https?://[^\s\"'<>?]+)\?[^\s\"'<>]*(?:signature|x-oss-credential|token)=[^\s\"'<>]*")
_USER_OF_LINK = re.compile(r"(?<=://)[^\s/?#\"'<>]+@")

# Ids are how a call is looked up again, so digits that belong to one stay: those of a UUID, those glued by letters,
# '-' or '_' to a word (job-…, ch-user-…). A mark of escaping glues nothing.
_NUMBER_OR_OTHER = re.compile(
    r"""(?x)
      \\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.) | %[0-9A-Fa-f]{2}
    | [0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![A-Za-z0-9_])
    | (?P<number> (?:
        (?: \(? (?:\+|00)? 86 \)? [ -]? )? [1１][3-9３-９]\d[ -]?\d{4}[ -]?\d{4}    # mobile
      | (?: \+86[ -]? )? (?: \(0\d{2,3}\)[ -]?\d{7,8} | 0\d{2,3}[ -]?\d{7,8} | 0\d{2,3}[ ]\d{4}[ ]\d{3,4} | 0\d{9,12} )
      | [48]00 (?: [ -]?\d{3}[ -]?\d{4} | [ -]\d{4}[ -]\d{3} )                       # service
      | \+[1-9] (?: \d{7,14} | \d{0,2}[ -]\d{7,12} | \d{0,2}[ -]\d{2,3}[ -]\d{3,4}[ -]\d{4} )
      ) (?![A-Za-z0-9_]) )
    | [A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)* | \d+(?:\.\d+)*
    """
)

# What stands before a number that is no piece of an id; a mark of escaping does.
_NO_ID = r"(?:(?<=%[0-9A-Fa-f]{2})|(?<![A-Za-z0-9_])(?<![A-Za-z0-9_]-))"
# Fewer digits are nobody's, and masking them would garble counts and codes.
_SHORTEST_NUMBER = 4

_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
_HIDDEN_AT_LEAST = 4


def mask_number(number: str | None) -> str | None:
    """A phone number as people may see it: ``138****0001``; short ones lose all but their ends.

    Unknown digits (``*``) stay as they are, so a pattern stays readable as a pattern.
    """
    if not number:
        return number
    length = len(number)
    if length <= _SHOWN_HEAD + _SHOWN_TAIL:
        return number[:1] + "*" * (length - 2) + number[-1:] if length > 2 else "*" * length  # noqa: PLR2004
    hidden = max(_HIDDEN_AT_LEAST, length - _SHOWN_HEAD - _SHOWN_TAIL)
    head = (length - hidden) // 2
    return number[:head] + "*" * hidden + number[head + hidden :]


def without_secrets(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without keys, tokens, signatures and the query of signed links.

    Args:
        text: Anything that came from outside.
        secrets: Values known to be secret here (the client's own), removed wherever they stand.
    """
    # Longest first: where one secret begins another, the rest of the longer one would stay.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for spelling in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret)):
                text = text.replace(spelling, HIDDEN)
    text = _WHAT_WAS_SIGNED.sub(rf"\1: {HIDDEN}", text)
    text = _USER_OF_LINK.sub(f"{HIDDEN}@", text)
    text = _SIGNED_LINK.sub(rf"\1?{HIDDEN}", text)
    text = _NAMED_SECRET.sub(_hidden_value, text)
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    return _SHAPED_SECRET.sub(HIDDEN, text)


def _hidden_value(found: re.Match[str]) -> str:
    return f"{found['name']}{found['gap']}{found['quote'] or ''}{HIDDEN}"


def for_people(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without secrets and with phone numbers masked: for logs, errors and reprs."""
    return _NUMBER_OR_OTHER.sub(_masked_number, without_secrets(text, secrets))


def without_numbers(text: str, numbers: Iterable[str]) -> str:
    """The text with these numbers masked wherever one stands for itself, however little it looks like a number.

    Args:
        text: What somebody said who was told the numbers.
        numbers: What is known to be a phone number or a part of one.
    """
    for number in sorted(set(numbers), key=len, reverse=True):
        if len(number) >= _SHORTEST_NUMBER:
            # A mask holds nothing that a template would read: no backslash stands in a number.
            text = re.sub(rf"{_NO_ID}{re.escape(number)}(?![A-Za-z0-9_])", mask_number(number) or "", text)
    return text


def _masked_number(found: re.Match[str]) -> str:
    return mask_number(found["number"]) or found.group()
