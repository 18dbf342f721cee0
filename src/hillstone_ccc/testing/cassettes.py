"""Cassettes without secrets: what vcrpy records of a call center, fit to be committed.

vcrpy records the synchronous client at httpx's transport and the asynchronous one at aiohttp's session, on which
its transport stands; one cassette replays with both. It needs the extra ``testing``; a vcrpy older than 8.5 replays,
but recording with it takes the answers away from the asynchronous client (hand that one an ``httpx.AsyncClient``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import attrs

from .scrubbing import SIGNED_QUERY, Scrubber
from .stand_ins import StandIns

# Requests keep what tells them apart, and nothing else: what is not listed cannot leak, and vcrpy's own matcher
# of headers then compares just these.
_KEPT = frozenset({"x-acs-action", "x-acs-version", "range"})
_DROPPED = frozenset({"set-cookie", "authorization", "proxy-authenticate", "www-authenticate"})
# Checksums of audio that is no longer there.
_CHECKSUMS = frozenset({"etag", "content-md5", "x-oss-hash-crc64ecma"})
_LINK_PARAMETERS = frozenset({"ossaccesskeyid", "signature", "security-token", "x-oss-signature", "x-oss-credential"})
_FORM = "application/x-www-form-urlencoded"
_GZIP = b"\x1f\x8b"
_SILENCE = bytes(16)


class RecordedRequest(Protocol):
    """What is used of vcrpy's request."""

    uri: str
    body: Any
    headers: Any


@attrs.frozen
class Interactions:
    """The two functions that vcrpy calls with what it is about to record, and with what it has loaded.

    Scrubbing twice is scrubbing once.

    Attributes:
        scrubber: Scrubs text, JSON and parameters.
        recordings: Whether audio is kept.
    """

    scrubber: Scrubber = Scrubber()
    recordings: bool = False

    def request(self, request: RecordedRequest) -> RecordedRequest:
        """The request without what is secret, changed in place.

        Raises:
            TypeError: Its body is neither bytes nor text.
        """
        headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
        request.headers = {name: value for name, value in headers.items() if name in _KEPT}
        action = headers.get("x-acs-action", "")
        parts = urlsplit(request.uri)
        host = parts.netloc.rpartition("@")[2]
        query = self._query(parts.query, action)
        request.uri = urlunsplit((parts.scheme, host, self.scrubber.text(parts.path), query, ""))
        if request.body:
            request.body = self._sent(request.body, headers.get("content-type", ""), action)
        return request

    def response(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """The answer without what is secret; the one given stays as it is.

        Raises:
            ValueError: It is compressed in a way that cannot be read here.
        """
        headers = {name: _several(values) for name, values in response["headers"].items()}
        told = {name.lower(): values for name, values in headers.items()}
        if any(one.lower() != "identity" for one in told.get("content-encoding", ())):
            raise ValueError(f"A body in {told['content-encoding']!r} cannot be scrubbed, so it is not recorded.")
        body = dict(response["body"])
        dropped = _DROPPED
        if body.get("string"):
            text = _text(body["string"])
            if text is not None:
                body["string"] = _bytes(self.scrubber.body(text))
            elif not self.recordings or body["string"].startswith(_GZIP):
                body["string"] = _SILENCE
                dropped |= _CHECKSUMS
        kept = {
            name: [str(len(body["string"]))] if name.lower() == "content-length" and body.get("string") else values
            for name, values in headers.items()
            if name.lower() not in dropped
        }
        scrubbed = {name: [self.scrubber.text(one) for one in values] for name, values in kept.items()}
        return {**response, "headers": scrubbed, "body": body}

    def _query(self, query: str, action: str) -> str:
        names = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
        is_link = not action and "action" not in names and bool(names & _LINK_PARAMETERS)
        return SIGNED_QUERY if is_link else self._parameters(query, action)

    def _parameters(self, encoded: str, action: str) -> str:
        pairs = parse_qsl(encoded, keep_blank_values=True)
        return urlencode(self.scrubber.parameters(pairs, action), quote_via=quote)

    def _sent(self, body: Any, content_type: str, action: str) -> bytes:
        if not isinstance(body, (bytes, bytearray, str)):
            raise TypeError(
                f"A request's body of type {type(body).__name__} cannot be scrubbed, so it is not recorded."
            )
        text = body if isinstance(body, str) else _text(bytes(body))
        if text is None:
            return _SILENCE
        if content_type.startswith(_FORM):
            return self._parameters(text, action).encode()
        return _bytes(self.scrubber.body(text))


def vcr_config(
    *, names: bool = True, recordings: bool = False, secrets: Iterable[str] = (), key: str = ""
) -> dict[str, Any]:
    """Settings for vcrpy under which nothing secret reaches a cassette.

    For pytest-recording, return them from its fixture; without pytest, hand them to vcrpy:

    ```python
    @pytest.fixture
    def vcr_config():
        return hillstone_ccc.testing.vcr_config()


    with vcr.VCR(**vcr_config()).use_cassette("calls.yaml"):
        ...
    ```

    What is recorded has no keys, tokens, signatures, nonces, dates or cookies; signed links keep host and path and
    lose their query; phone numbers are made up (``1380000xxxx``, and those of that form stay), equal ones equally,
    in fields, parameters and free text; so are people's names, logins, addresses and pictures. Requests match by
    method, path, action, range and decoded parameters: host and port do not count.

    A replay answers with what is in the cassette. A program may ask with a real number or name and finds its
    recording, but it reads the made-up ones in the answers: let tests compare with
    ``StandIns().number("…")``, or ask with made-up ones from the start.

    What stays: ids, since calls are looked up by them. **Agents' ids contain logins** (``<login>@<instance>``), and
    so do parameters and free text that quote them. Names in free text are not found. Staff numbers, extensions and
    places stay.

    Args:
        names: Whether people's names, logins, mail and IP addresses and pictures are replaced too.
        recordings: Whether the audio of a download is kept; if not, sixteen zero bytes take its place, and
            its checksums go.
        secrets: More values to remove wherever they stand, such as keys of a form nobody can know;
            six characters or longer.
        key: Any text of yours that shapes the stand-ins. Without one, who guesses a number can check the guess
            against the cassette. Replays that ask with real numbers or names need the key of the recording.

    Returns:
        ``before_record_request`` and ``before_record_response`` are lists: put functions of yours behind.

    Raises:
        ModuleNotFoundError: The extra ``testing`` is not installed.
    """
    if find_spec("vcr") is None:
        raise ModuleNotFoundError(
            "vcr_config needs vcrpy, of the extra `testing`: pip install 'hillstone-ccc[testing]'", name="vcr"
        )
    scrubber = Scrubber(StandIns(key), names=names, secrets=tuple(one for one in secrets if one))
    interactions = Interactions(scrubber, recordings=recordings)
    return {
        "match_on": ["method", "path", "query", "headers"],
        "before_record_request": [interactions.request],
        "before_record_response": [interactions.response],
        "decode_compressed_response": True,
    }


def _several(values: Any) -> list[str]:
    return [str(one) for one in cast("list[Any]", values)] if isinstance(values, list) else [str(values)]


def _text(content: bytes) -> str | None:
    """The bytes as text, or None if they are none."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _bytes(text: str) -> bytes:
    # JSON may spell half a character (\ud800), which UTF-8 cannot.
    return text.encode("utf-8", "backslashreplace")
