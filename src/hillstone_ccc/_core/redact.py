"""Taking secrets and phone numbers out of text before anybody reads it.

Two depths: :func:`without_secrets` removes what opens doors (keys, tokens, signatures, signed links);
:func:`for_people` also masks phone numbers, for logs and errors.
"""

from __future__ import annotations

import re

HIDDEN = "***"

# Taking out something shorter would garble ordinary words, and no real key is.
_SHORTEST_SECRET = 6

# Credentials as they stand in headers, query strings, JSON and the gateway's "server string to sign".
_NAMED_SECRET = re.compile(
    r"""(?ix)
    (?P<name> signature(?:provided|nonce)? | oss-?accesskeyid | accesskey(?:id|secret)?
      | access[_-]key[_-](?:id|secret) | security-?_?token
      | x-acs-(?:security-token|accesskey-id|signature-nonce|bearer-token) | x-oss-(?:credential|signature)
      | credential | authorization | (?<![a-z])token )
    (?P<gap> ["']? \s* (?: [=:] | %3D ) \s* ["']? (?: (?:bearer|basic|acs3-[a-z0-9-]+) \s+ )? )
    (?P<value> [^\s"'&;,<>}\])]+ )
    """
)
_KEY_ID = re.compile(r"\b(?:LTAI|STS\.)[A-Za-z0-9]{8,}")
_STRING_TO_SIGN = re.compile(r"(?is)server string to sign.*")
_SIGNED_LINK = re.compile(r"(?i)(https?://[^\s\"'<>?]+)\?[^\s\"'<>]*(?:signature|x-oss-credential|token)=[^\s\"'<>]*")

# A mobile (with or without 86), a land line with its area code, or a service number. Digits glued to letters,
# '-' or '_' belong to ids (job-…, ch-user-…) and stay: an id is how a call is looked up again.
_PHONE = re.compile(r"(?<![\w.-])(?:\+?86-?)?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|0\d{9,11}|[48]00-?\d{3}-?\d{4})(?![\w-])")

_SHOWN_HEAD, _SHOWN_TAIL = 3, 4


def mask_number(number: str | None) -> str | None:
    """A phone number as people may see it: ``138****0001``; short ones lose all but their ends.

    Unknown digits (``*``) stay as they are, so a pattern stays readable as a pattern.
    """
    if not number:
        return number
    if len(number) <= _SHOWN_HEAD + _SHOWN_TAIL:
        return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)  # noqa: PLR2004
    return f"{number[:_SHOWN_HEAD]}{'*' * (len(number) - _SHOWN_HEAD - _SHOWN_TAIL)}{number[-_SHOWN_TAIL:]}"


def without_secrets(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without keys, tokens, signatures and the query of signed links.

    Args:
        text: Anything that came from outside.
        secrets: Values known to be secret here (the client's own), removed wherever they stand.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    text = _STRING_TO_SIGN.sub(f"server string to sign: {HIDDEN}", text)
    text = _SIGNED_LINK.sub(rf"\1?{HIDDEN}", text)
    text = _NAMED_SECRET.sub(rf"\g<name>\g<gap>{HIDDEN}", text)
    return _KEY_ID.sub(HIDDEN, text)


def for_people(text: str, secrets: tuple[str, ...] = ()) -> str:
    """The text without secrets and with phone numbers masked: for logs, errors and reprs."""
    return _PHONE.sub(lambda found: mask_number(found.group()) or "", without_secrets(text, secrets))
