"""Keys come from wherever the user keeps them, are asked for seldom, and are shown nowhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from alibabacloud_credentials.client import Client as Vendor
from alibabacloud_credentials.models import Config

from hillstone_ccc import AsyncClient, AuthenticationError, ConfigurationError, Credentials
from hillstone_ccc._credentials import CredentialsSource, Keys, default_source
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

KEY = Credentials("example-id", "example-secret")
TEMPORARY = Credentials("example-id", "example-secret", "example-token")
SECRETS = ("example-id", "example-secret", "example-token")


@attrs.define
class Told:
    """What a provider of the vendor's gives."""

    access_key_id: str | None = "example-id"
    access_key_secret: str | None = "example-secret"
    security_token: str | None = None


@attrs.define
class Provider:
    """Gives keys, and counts how often."""

    gives: Any
    asked: int = 0
    threads: list[int] = attrs.field(factory=list)

    def get_credential(self) -> Any:
        self.asked += 1
        self.threads.append(threading.get_ident())
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


def _vendor() -> Vendor:
    return Vendor(
        Config(
            type="sts",
            access_key_id="example-id",
            access_key_secret="example-secret",
            security_token="example-token",
        )
    )


SOURCES: list[tuple[Callable[[], CredentialsSource], Credentials]] = [
    (lambda: KEY, KEY),
    (lambda: lambda: TEMPORARY, TEMPORARY),
    (lambda: Provider(Told()), KEY),
    (lambda: Provider(Told(security_token="")), KEY),
    (lambda: Provider(Told(security_token="example-token")), TEMPORARY),
    (lambda: Provider(TEMPORARY), TEMPORARY),
    (_vendor, TEMPORARY),
]


@pytest.mark.parametrize(
    ("source", "expected"),
    SOURCES,
    ids=["a key", "a function", "a provider", "no token", "a token", "ours", "the vendor's client"],
)
def test_each_source_gives_its_key(source: Callable[[], CredentialsSource], expected: Credentials) -> None:
    """A key, a function, or whatever looks like a client of alibabacloud-credentials."""
    assert expected == Keys(source()).fetch(0.0)


@pytest.mark.parametrize(
    "source",
    [
        Provider(Told(access_key_id=None)),
        Provider(Told(access_key_secret="")),
        Provider(None),
        Provider(RuntimeError("no role")),
        lambda: None,
        lambda: 1 / 0,
    ],
)
def test_a_source_without_a_key_says_what_to_set(source: Any) -> None:
    """Whatever goes wrong in a provider is one kind of error, and tells where keys come from."""
    with pytest.raises(ConfigurationError, match="ALIBABA_CLOUD_ACCESS_KEY_ID"):
        Keys(source).fetch(0.0)


def test_what_a_provider_says_is_told_without_secrets() -> None:
    """A provider's own message may hold a key."""
    with pytest.raises(ConfigurationError) as raised:
        Keys(Provider(RuntimeError("refused: AccessKeySecret=example-hidden"))).fetch(0.0)
    told = "".join(traceback.format_exception(raised.value))
    assert "refused" in told
    assert "AccessKeySecret=***" in told
    assert "raise self.gives" not in told


def test_a_source_may_say_itself_what_is_wrong() -> None:
    """A ConfigurationError of a function's own comes out as it is."""
    with pytest.raises(ConfigurationError, match=r"^Unlock the safe first\.$"):
        Keys(Provider(ConfigurationError("Unlock the safe first."))).fetch(0.0)


def test_an_unusable_key_of_a_provider_is_named() -> None:
    """A key with a line feed could not be sent, so it is refused where it comes from."""
    with pytest.raises(ConfigurationError, match="access_key_secret"):
        Keys(Provider(Told(access_key_secret="example\nsecret"))).fetch(0.0)


def test_a_key_is_kept_for_a_minute() -> None:
    """Within it nobody is asked; after it the provider is."""
    provider = Provider(Told())
    keys = Keys(provider)
    assert keys.kept(100.0) is None
    keys.fetch(100.0)
    keys.fetch(159.9)
    assert KEY == keys.kept(159.9)
    assert 1 == provider.asked
    assert keys.kept(160.0) is None
    keys.fetch(160.0)
    assert 2 == provider.asked


def test_a_key_can_be_renewed_before_its_minute_is_over() -> None:
    """A refused token is not good for the rest of its minute."""
    provider = Provider(Told())
    keys = Keys(provider)
    keys.fetch(0.0)
    provider.gives = Told(security_token="example-token")
    assert TEMPORARY == keys.fetch(1.0, renew=True)
    assert TEMPORARY == keys.kept(2.0)


def test_a_key_given_by_hand_is_kept_for_ever() -> None:
    """There is nobody to ask for another."""
    keys = Keys(KEY)
    assert KEY == keys.kept(1e12)
    assert KEY == keys.fetch(1e12, renew=True)


def test_many_threads_ask_once() -> None:
    """While one thread waits for the provider, the others wait for that thread."""
    gate, second = threading.Barrier(8), threading.Barrier(2)
    asked: list[int] = []

    def slow() -> Credentials:
        asked.append(threading.get_ident())
        with contextlib.suppress(threading.BrokenBarrierError):
            second.wait(0.2)  # for another one to ask as well, which must not come
        return KEY

    keys = Keys(slow)

    def fetch() -> None:
        gate.wait()
        keys.fetch(0.0)

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == len(asked)


def test_reprs_hide_keys() -> None:
    """Neither a key nor what holds one shows it, whether it was asked for or not."""
    keys = Keys(TEMPORARY)
    asked = Keys(Provider(Told()))
    told = f"{KEY!r} {TEMPORARY!r} {keys!r} {asked!r} {TEMPORARY} {asked.fetch(0.0)!r} {asked!r}"
    assert [] == [secret for secret in SECRETS if secret in told]
    assert "Credentials(***) Credentials(***, with a token)" in told


def test_secrets_are_known_once_a_key_is() -> None:
    """What must be taken out of texts, the longest first; nothing before the first key."""
    keys = Keys(Provider(Told(security_token="example-token")))
    assert not keys.secrets
    keys.fetch(0.0)
    assert ("example-secret", "example-token", "example-id") == keys.secrets


async def test_a_provider_that_blocks_never_holds_up_the_loop(user: bytes, serve: Callable[..., Any]) -> None:
    """It is asked on another thread, once for tasks that begin together."""
    provider = Provider(Told())
    async with AsyncClient(instance_id="ccc-demo", credentials=provider, endpoint=serve().url) as ccc:
        await asyncio.gather(*(ccc.agents.get("zhangsan@ccc-demo") for _ in range(4)))
    assert 1 == provider.asked
    assert threading.get_ident() not in provider.threads


def test_a_token_that_ran_out_is_renewed_once(driver: str, ask: Callable[..., Any], clock: SimulatedClock) -> None:
    """The provider is asked again, and the call goes on without a wait."""
    box = Sandbox(records=1, clock=clock.wall, faults=Faults(every=1, kinds=(Fault.EXPIRED_TOKEN,), max_consecutive=1))
    provider = Provider(Told())
    with box:
        ask(lambda ccc: ccc.agents.search().count(), endpoint=box.endpoint, credentials=provider, clock=clock)
    assert 2 == provider.asked
    assert [] == clock.waits


def test_a_token_that_stays_refused_is_an_error(ask: Callable[..., Any], clock: SimulatedClock) -> None:
    """Renewing does not go on for ever."""
    provider = Provider(Told())
    with (
        Sandbox(records=1, clock=clock.wall, faults=Faults(every=1, kinds=(Fault.EXPIRED_TOKEN,))) as box,
        pytest.raises(AuthenticationError, match="InvalidSecurityToken"),
    ):
        ask(lambda ccc: ccc.agents.search().count(), endpoint=box.endpoint, credentials=provider, clock=clock)
    assert 2 == provider.asked


def test_the_environments_pair_is_read_when_the_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the vendor's package, which reads it once, was imported before; blanks round it do not count."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", " example-id")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "example-secret\n")
    assert KEY == default_source()
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "example-token\n")
    assert TEMPORARY == default_source()


def test_the_chain_is_made_once() -> None:
    """The vendor's client is kept, since it remembers which of its providers had a key."""
    source: Any = default_source()
    for _ in range(2):
        with pytest.raises(Exception, match="unable to load credentials"):
            source.get_credential()
    first = source._client
    with pytest.raises(Exception, match="unable to load credentials"):
        source.get_credential()
    assert first is source._client


CHAIN = """
import sys
from hillstone_ccc import CCCError, Client, RetryPolicy
try:
    with Client(instance_id="ccc-demo", endpoint=sys.argv[1], retry=RetryPolicy(attempts=1)) as ccc:
        print(ccc.agents.get("zhangsan@ccc-demo").display_name.encode().hex())
except CCCError as error:
    print(type(error).__name__, error)
"""


def _in_a_process(url: str, home: Path, **environment: str) -> str:
    """What a program with that environment prints; the vendor's package reads it when it is imported."""
    told = {**os.environ, "HOME": str(home), **environment}
    run = subprocess.run([sys.executable, "-c", CHAIN, url], env=told, capture_output=True, text=True, check=True)
    return run.stdout.strip()


FOUND = "张三".encode().hex()


def test_keys_come_from_the_environment(tmp_path: Path, serve: Callable[..., Any]) -> None:
    """The pair and the token of the environment sign the request."""
    server = serve()
    told = _in_a_process(
        server.url,
        tmp_path,
        ALIBABA_CLOUD_ACCESS_KEY_ID="example-id",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET="example-secret",
        ALIBABA_CLOUD_SECURITY_TOKEN="example-token",
    )
    assert FOUND == told
    assert "Credential=example-id," in server.seen[0].headers["authorization"]
    assert "example-token" == server.seen[0].headers["x-acs-security-token"]


def test_keys_come_from_a_profile(tmp_path: Path, serve: Callable[..., Any]) -> None:
    """The vendor's chain reads the file that the environment names."""
    profiles = tmp_path / "credentials.ini"
    profiles.write_text(
        "[default]\ntype = access_key\naccess_key_id = example-profile\naccess_key_secret = example-secret\n"
    )
    server = serve()
    assert FOUND == _in_a_process(server.url, tmp_path, ALIBABA_CLOUD_CREDENTIALS_FILE=str(profiles))
    assert "Credential=example-profile," in server.seen[0].headers["authorization"]


SAID = """
import logging, sys
mine = logging.StreamHandler(sys.stdout)
mine.setFormatter(logging.Formatter("mine: %(name)s"))
if "mine" in sys.argv:
    for name in ("credentials", "alibabacloud_credentials"):  # as one version calls it, and as another does
        logging.getLogger(name).addHandler(mine)
if "before" in sys.argv:
    import alibabacloud_credentials.client
from hillstone_ccc import CCCError, Client
try:
    with Client(instance_id="ccc-demo") as ccc:
        ccc.agents.get("zhangsan@ccc-demo")
except CCCError as error:
    print(error)
"""


@pytest.mark.parametrize("how", [[], ["before"], ["mine"], ["mine", "before"]])
def test_the_vendors_tracebacks_go_nowhere_unasked(tmp_path: Path, how: list[str]) -> None:
    """They hold the whole URI. Who has a handler on its logger still gets them, whoever imported it first."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("ALIBABA_CLOUD_ACCESS")}
    told |= {"HOME": str(tmp_path), "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    told |= {"ALIBABA_CLOUD_CREDENTIALS_URI": "http://127.0.0.1:1/?t=STStok"}
    run = subprocess.run([sys.executable, "-c", SAID, *how], env=told, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert ("", "mine" in how) == (run.stderr, any(line.startswith("mine: ") for line in lines))
    (error,) = [line for line in lines if line.startswith("No access key")]
    assert (True, False) == ("(URLCredentialsProvider: HTTPConnectionPool(" in error, "STStok" in error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[default\ntype = access_key\n", "(ProfileCredentialsProvider: File contains no section headers.)"),
        ("[default]\ntype = access_key\naccess_key_id = example-id\n", "Provider: the access key secret is empty)"),
        ("example-secret\n", "(ProfileCredentialsProvider: File contains no section headers.)"),
    ],
)
def test_the_link_that_is_broken_is_told(tmp_path: Path, serve: Callable[..., Any], text: str, expected: str) -> None:
    """Not where else nothing was, and no line of what is in the file."""
    profiles = tmp_path / "credentials.ini"
    profiles.write_text(text)
    disabled = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
    told = _in_a_process(serve().url, tmp_path, ALIBABA_CLOUD_CREDENTIALS_FILE=str(profiles), **disabled)
    assert (True, False) == (expected in told, "example" in told)


@pytest.mark.parametrize("links", ["[", "{'a'}", "nothing", "[5]"])
def test_a_chain_that_speaks_otherwise_is_quoted(links: str) -> None:
    """From its beginning on."""
    with pytest.raises(ConfigurationError, match=r"\(RuntimeError: no key in the chain: "):
        Keys(Provider(RuntimeError(f"no key in the chain: {links}"))).fetch(0.0)


def test_without_keys_nothing_is_sent(tmp_path: Path, serve: Callable[..., Any]) -> None:
    """The error says what to set."""
    server = serve()
    told = _in_a_process(server.url, tmp_path)
    assert told.startswith("ConfigurationError No access key could be had")
    assert "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET" in told
    assert 0 == server.connections
