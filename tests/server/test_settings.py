"""What a server of its own is told, in a file and on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import ConfigurationError
from hillstone_ccc.contract import METRICS, PERMISSION, REVEAL
from hillstone_ccc.server import AnyOf, BearerTokens, JSONWebTokens, ServerOptions
from hillstone_ccc.server.serving import Serving, serving, worker
from hillstone_ccc.server.settings import authorizer_of, client_of, from_file, options_of

TOKENS = f'[[tokens]]\nname = "front-end"\nsha256 = "{"0" * 64}"\npermissions = ["{PERMISSION}"]\n'
JWT = '[jwt]\nsecret_file = "secret"\nalgorithms = ["HS256"]\naudience = "support"\nissuer = "https://login.example"\n'
UPSTREAM = {"instance_id": "ccc-demo", "access_key_id": "example-id", "access_key_secret": "example-secret"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration is; beside it lies a secret."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("an-example-secret-of-more-than-32-bytes\n")
    return tmp_path / "server.toml"


def told(file: Path, text: str) -> dict[str, Any]:
    """What a configuration of that text tells."""
    file.write_text(text, "utf-8")
    return from_file(file)


def test_a_whole_file(file: Path) -> None:
    """Everything in it reaches its place."""
    text = (
        'host = "127.0.0.1"\nport = 8000\nworkers = 2\n[upstream]\ninstance_id = "ccc-demo"\nconcurrency = 3\n'
        "[options]\nmask_numbers = true\ndeadline = 5\n"
    )
    found = told(file, text + TOKENS + JWT)
    assert ServerOptions(mask_numbers=True, deadline=5) == options_of(found)
    assert isinstance(authorizer_of(found), AnyOf)
    assert "instance_id='ccc-demo'" in repr(client_of(found))


def test_who_is_let_in(file: Path) -> None:
    """Tokens, an issuer's tokens, or nobody."""
    assert isinstance(authorizer_of(told(file, TOKENS)), BearerTokens)
    assert isinstance(authorizer_of(told(file, JWT)), JSONWebTokens)
    assert authorizer_of(told(file, "")) is None
    assert ServerOptions() == options_of({})


def test_the_pages_example_is_one(file: Path) -> None:
    """What the module shows can be read."""
    from hillstone_ccc.server import settings  # noqa: PLC0415

    text = (settings.__doc__ or "").partition("```toml\n")[2].partition("```")[0]
    assert {"host", "port", "upstream", "options", "tokens", "jwt"} == set(told(file, text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = ", "cannot be read: Invalid value"),
        ("colour = 1", "the file: colour is not known"),
        ("[options]\ncolour = 1", r"\[options\]: colour is not known; known are deadline"),
        ("[upstream]\naccess_key_secret = 'x'", r"\[upstream\]: access_key_secret is not known"),
        ("[jwt]\ncolour = 1", r"\[jwt\]: colour is not known"),
        ("[[tokens]]\ntoken = 'x'", r"\[\[tokens\]\]: token is not known"),
        ("options = 5", r"options must be a table: \[options\]"),
        ("tokens = 5", r"tokens must be tables: \[\[tokens\]\]"),
        ("tokens = [5]", r"tokens must be tables: \[\[tokens\]\]"),
    ],
)
def test_what_a_file_cannot_tell(file: Path, text: str, message: str) -> None:
    """The error names it."""
    with pytest.raises(ConfigurationError, match=message):
        told(file, text)


def test_a_file_that_is_not_there(file: Path) -> None:
    """The error names it."""
    with pytest.raises(ConfigurationError, match=r"server\.toml cannot be read: No such file"):
        from_file(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[tokens]]\nname = 'a'", "sha256, permissions is missing"),
        ("[jwt]\naudience = 'a'", "algorithms is missing"),
        ("[jwt]", "algorithms is missing"),
        (JWT.replace('"secret"', '"nowhere"'), "secret_file cannot be read"),
        (JWT.replace('"secret"', "5"), "secret_file cannot be read"),
    ],
)
def test_who_cannot_be_let_in(file: Path, text: str, message: str) -> None:
    """The error names what is missing."""
    with pytest.raises(ConfigurationError, match=message):
        authorizer_of(told(file, text))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"deadline": 0}, "deadline must be more than 0"),
        ({"deadline": True}, "deadline must be more than 0"),
        ({"deadline": float("inf")}, "deadline must be more than 0"),
        ({"walk_rows": 0}, "walk_rows must be a whole number"),
        ({"walk_rows": 1.5}, "walk_rows must be a whole number"),
        ({"mask_numbers": "yes"}, "mask_numbers must be true or false"),
        ({"cors_origins": "https://support.example"}, "cors_origins takes several"),
        ({"cors_origins": 1}, "cors_origins takes several"),
        ({"cors_origins": [1]}, "cors_origins takes several"),
        ({"cors_origins": ["*"]}, "'\\*' is no origin"),
        ({"cors_origins": ["https://support.example/"]}, "is no origin"),
    ],
)
def test_options_that_cannot_be_meant(options: dict[str, Any], message: str) -> None:
    """The error names them."""
    with pytest.raises(ConfigurationError, match=message):
        ServerOptions(**options)


def test_the_command_line_wins(file: Path) -> None:
    """Over the file, name by name."""
    file.write_text(f"port = 1\nworkers = 3\n[options]\nmask_numbers = true\ndeadline = 5\n{TOKENS}")
    one = serving(file, {"port": 2, "options": {"deadline": 7}, "upstream": UPSTREAM})
    assert (2, 3, None) == (one.port, one.workers, one.link)
    assert "example-secret" not in repr(one)


def test_a_link_where_nobody_is_named() -> None:
    """It lets the one in who started the server, to do everything."""
    one = serving(None, {"upstream": UPSTREAM})
    assert one.link is not None
    assert ("127.0.0.1", 8000, 1) == (one.host, one.port, one.workers)
    assert frozenset({PERMISSION, REVEAL, METRICS}) == one.link._principal.permissions


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "support.example"])  # noqa: S104 - refused
def test_the_network_is_not_let_in_by_a_link(host: str) -> None:
    """On another address somebody has to be named."""
    with pytest.raises(ConfigurationError, match="nobody is named who may"):
        serving(None, {"host": host})


def test_a_link_is_for_one_process() -> None:
    """Each would have a token of its own."""
    with pytest.raises(ConfigurationError, match="Several workers cannot share"):
        serving(None, {"workers": 2})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("host = 5", "host must be text"),
        ("port = '5'", "port must be a whole number"),
        ("port = 70000", "port must be 0 to 65535"),
        ("workers = 0", "workers must be 1 or more"),
        ("workers = true", "workers must be a whole number"),
        ("port = 0\nworkers = 2", "Several workers need a port"),
        ("trust_proxy = '*'", "trust_proxy must be addresses or networks of proxies"),
        ("trust_proxy = '10.0.0.1, proxy'", "'proxy' is none"),
    ],
)
def test_what_cannot_be_served(file: Path, given: str, message: str) -> None:
    """The error names it."""
    file.write_text(f"{given}\n{TOKENS}")
    with pytest.raises(ConfigurationError, match=message):
        serving(file, {})


def test_a_worker_is_told_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file again, and what the command line gave."""
    file.write_text(TOKENS)
    given = {"upstream": UPSTREAM, "options": {"docs": False}, "audit": str(file.parent / "audit.log")}
    monkeypatch.setenv("HILLSTONE_CCC_SERVER_TOLD", json.dumps({"file": str(file), "given": given}))
    monkeypatch.setattr(Serving, "begin_logging", lambda _: None)  # it would change the logging of the tests
    assert "Call records" == worker().title


def test_an_audit_that_cannot_be_written(file: Path) -> None:
    """It is said before anything is served."""
    one = serving(None, {"upstream": UPSTREAM, "audit": str(file.parent / "nowhere" / "audit.log"), "port": 0})
    with pytest.raises(ConfigurationError, match=r"audit: .*audit.log cannot be written: No such file"):
        one.run(print)


def test_proxies_that_are_trusted(file: Path) -> None:
    """Addresses and networks, between commas."""
    file.write_text(f"trust_proxy = '10.0.0.1, 10.1.0.0/16'\n{TOKENS}")
    assert "10.0.0.1, 10.1.0.0/16" == serving(file, {}).trust_proxy


def test_a_file_that_changes_meanwhile(file: Path) -> None:
    """Who is let in is looked at once more when the application is made."""
    file.write_text(TOKENS)
    one = serving(file, {"upstream": UPSTREAM})
    file.write_text("")
    with pytest.raises(ConfigurationError, match="Nobody is named"):
        one.app()
