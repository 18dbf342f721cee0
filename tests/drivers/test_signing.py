"""What is sent is signed as the gateway demands, whatever the parameters hold."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import Credentials
from hillstone_ccc._core.message import Request
from hillstone_ccc._signing import Signer
from hillstone_ccc.sandbox import Incoming
from hillstone_ccc.sandbox.signature import Key, claim

VECTORS = sorted((Path(__file__).parent / "vectors").glob("*.json"))
AWKWARD = ("", "张三", " a  b ", "*", "~", "+", "%", "%2A", "&=?#", "😀", "a\nb", "'\"\\", "\x00", "0735*******")
TEXTS = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(codec="utf-8"), max_size=20))
TOKENS = st.none() | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
SIGNATURE = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})")


def _vector(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _signed(vector: Any) -> dict[str, str]:
    request = Request(
        vector["action"],
        query=tuple((name, value) for name, value in vector["query"]),
        headers={
            "accept": "application/json",
            "content-type": "application/x-www-form-urlencoded",
            "x-acs-action": vector["action"],
            "x-acs-version": "2020-07-01",
        },
    )
    return Signer().headers(request, vector["host"], Credentials(**vector["key"]), vector["now"], vector["nonce"])


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_signatures_are_those_of_the_vectors(path: Path) -> None:
    """The signature is the HMAC of the canonical text that stands in the file, line by line."""
    vector = _vector(path)
    digest = hashlib.sha256("\n".join(vector["canonical"]).encode()).hexdigest()
    text = f"ACS3-HMAC-SHA256\n{digest}"
    expected = hmac.new(vector["key"]["access_key_secret"].encode(), text.encode(), hashlib.sha256).hexdigest()
    told = SIGNATURE.fullmatch(_signed(vector)["authorization"])
    assert told is not None
    assert (vector["key"]["access_key_id"], vector["canonical"][-2], expected) == told.groups()


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_what_is_signed_is_what_is_sent(path: Path) -> None:
    """The headers handed back hold each line of the canonical text, and what need not be signed beside them."""
    vector = _vector(path)
    headers = _signed(vector)
    lines = vector["canonical"][3 : vector["canonical"].index("", 3)]
    assert dict(line.split(":", 1) for line in lines) == {
        name: value for name, value in headers.items() if name not in ("accept", "authorization")
    }
    assert "application/json" == headers["accept"]


def test_a_signer_says_whether_signing_is_fast() -> None:
    """The vendor's package is imported when it is asked for, and used from then on."""
    signer = Signer()
    assert not signer.loaded
    signer.load()
    assert signer.loaded
    assert _signed(_vector(VECTORS[0]))["authorization"].startswith("ACS3-HMAC-SHA256 ")


def test_making_a_client_does_not_import_the_vendor() -> None:
    """The third of a second that the vendor's packages cost is spent at the first signed request."""
    program = (
        "import sys\nfrom hillstone_ccc import Client\n"
        "with Client(instance_id='ccc-demo', access_key_id='example-id', access_key_secret='example-secret'): pass\n"
        "print([name for name in sys.modules if name.startswith(('alibabacloud', 'Tea', 'darabonba'))])"
    )
    assert "[]\n" == subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def verified(serve: Callable[..., Any], user: bytes, answered: Callable[..., bytes]) -> Any:
    """A server that answers only who signed well; ``verified.key`` is the key that it knows."""

    def answer(seen: Any) -> bytes:
        path, _, query = seen.target.partition("?")
        incoming = Incoming("POST", path, query, seen.headers, seen.body)
        told = claim(incoming)
        told.check(server.key, server.now)
        return answered(user)

    server = serve(answer)
    server.now = 0.0
    return server


@given(text=TEXTS, token=TOKENS)
def test_any_text_is_signed_as_it_goes_over_the_wire(
    ask: Callable[..., Any], verified: Any, clock: Any, text: str, token: str | None
) -> None:
    """A server with its own implementation of the signature accepts the bytes that really arrive."""
    verified.key = Key("example-id", "example-secret", token)
    verified.now = clock.wall()
    wanted = f"x{text}"  # an id must not be blank
    agent = ask(
        lambda ccc: ccc.agents.get(wanted),
        endpoint=verified.url,
        security_token=token,
        clock=clock,
    )
    assert "张三" == agent.display_name


@pytest.fixture
def nobody(serve: Callable[..., Any], answered: Callable[..., bytes]) -> Any:
    """A server that knows no agents."""
    return serve(lambda _seen: answered(b'{"Code":"OK","Data":{"List":[],"TotalCount":0}}'))


@given(text=TEXTS)
def test_any_pattern_arrives_as_it_was_given(ask: Callable[..., Any], nobody: Any, text: str) -> None:
    """What the server decodes is the text that was searched for; an empty pattern is not sent at all."""
    assert 0 == ask(lambda ccc: ccc.agents.search(text).count(), endpoint=nobody.url)
    sent = re.findall(r"SearchPattern=([^& ]*)", nobody.seen[-1].target)
    assert ([text] if text else []) == [_decoded(one) for one in sent]


def _decoded(text: str) -> str:
    """Form data, decoded by hand: ``+`` is a blank, ``%XX`` a byte."""
    data = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.replace("+", " ").encode())
    return data.decode()


def test_each_request_has_a_nonce_of_its_own(ask: Callable[..., Any], serve: Callable[..., Any]) -> None:
    """A request that is made again is signed anew: the gateway takes a nonce once."""
    server = serve()

    def twice(ccc: Any) -> Any:
        async def both() -> None:
            await ccc.agents.get("a")
            await ccc.agents.get("a")

        return both() if hasattr(ccc, "aclose") else (ccc.agents.get("a"), ccc.agents.get("a"))

    ask(twice, endpoint=server.url)
    assert 2 == len({seen.headers["x-acs-signature-nonce"] for seen in server.seen})
