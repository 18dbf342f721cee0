"""`hillstone-ccc serve`: the REST contract on a port."""

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from hillstone_ccc.cli.failure import UsersMistake
from hillstone_ccc.cli.options import verbose_option
from hillstone_ccc.cli.sandbox import ended_by_signal, records_option, sandbox_module, seed_option

if TYPE_CHECKING:
    from hillstone_ccc.server.serving import Serving

_PREFIX = "HILLSTONE_CCC_SERVER"


def server_module(name: str) -> ModuleType:
    """A module of the package `hillstone_ccc.server`.

    Raises:
        UsersMistake: The extra `server` is not installed.
    """
    try:
        for needed in ("fastapi", "uvicorn", "cachetools", "jwt", "prometheus_client"):
            import_module(needed)
    except ModuleNotFoundError:
        told = 'the server needs the extra `server`: pip install "hillstone-ccc[server]"'
        raise UsersMistake(told) from None
    return import_module(name)


@click.command()
@click.option(
    "--config",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar=f"{_PREFIX}_CONFIG",
    help="A TOML file: who is let in, and how the server is set.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    envvar=f"{_PREFIX}_HOST",
    help="Address to listen on.  [default: 127.0.0.1]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar=f"{_PREFIX}_PORT",
    help="0 takes a free one.  [default: 8000]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar=f"{_PREFIX}_WORKERS",
    help="How many processes answer.  [default: 1]",
)
@click.option(
    "--mask-numbers/--whole-numbers",
    default=None,
    envvar=f"{_PREFIX}_MASK_NUMBERS",
    help="Whether numbers are masked for those without support.call_record:reveal.  [default: whole]",
)
@click.option(
    "--cors-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Whose pages may read the answers, such as https://support.example.com. Repeatable.",
)
@click.option(
    "--trust-proxy",
    metavar="ADDRESS",
    envvar=f"{_PREFIX}_TRUST_PROXY",
    help="Proxy whose word on the caller's own address counts.",
)
@click.option(
    "--audit",
    type=click.Path(dir_okay=False),
    envvar=f"{_PREFIX}_AUDIT",
    help="File for the audit: who looked at what.  [default: standard error]",
)
@click.option("--sandbox", is_flag=True, help="Serve the sandbox, a made-up call center, instead of the real one.")
@records_option
@seed_option
@click.option("--new-token", metavar="NAME", help="Make a token for somebody, say what belongs in the file, and end.")
@verbose_option
def serve(
    *,
    file: Path | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    mask_numbers: bool | None,
    origins: tuple[str, ...],
    trust_proxy: str | None,
    audit: str | None,
    sandbox: bool,
    records: int,
    seed: int,
    new_token: str | None,
) -> None:
    """Serve the REST contract until Ctrl-C or SIGTERM; requests that were begun are finished.

    Without a file that names who is let in it listens on this machine alone, and prints a token for this run.
    """
    if new_token is not None:
        _say_new_token(new_token)
        return
    module = server_module("hillstone_ccc.server.serving")
    options = {"mask_numbers": mask_numbers, "cors_origins": list(origins) or None}
    top = {"host": host, "port": port, "workers": workers, "trust_proxy": trust_proxy, "audit": audit}
    with ExitStack() as stack:
        made_up: dict[str, dict[str, Any]] = {"upstream": {}, "options": {}}
        if sandbox:
            made_up = stack.enter_context(made_up_center(records, seed))
        given = {**_told(top), "options": {**_told(options), **made_up["options"]}, "upstream": made_up["upstream"]}
        serving: Serving = module.serving(file, given)
        run_until_ended(serving, lambda address: click.echo(_announcement(address, serving)))


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@contextmanager
def made_up_center(records: int, seed: int) -> Generator[dict[str, dict[str, Any]], None, None]:
    """A sandbox on a port, as long as it is needed: what a client of it is told, and a server whose page plays it."""
    os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"  # no key is looked for outside
    with sandbox_module().Sandbox(records=records, seed=seed) as box:
        upstream = {
            "instance_id": box.instance_id,
            "endpoint": box.endpoint,
            "access_key_id": box.access_key_id,
            "access_key_secret": box.access_key_secret,
        }
        yield {"upstream": upstream, "options": {"recording_origins": [box.endpoint]}}


def run_until_ended(serving: "Serving", announce: Callable[[str], object]) -> None:
    """Serves until Ctrl-C or SIGTERM, which is how it is meant to end.

    Args:
        serving: What is served.
        announce: Is told the address, once it is listened on.

    Raises:
        UsersMistake: The port cannot be had.
    """
    with ended_by_signal():
        try:
            with suppress(KeyboardInterrupt):
                serving.run(announce)
        except OSError as error:
            raise UsersMistake(f"{serving.host}:{serving.port} cannot be had: {error.strerror or error}") from error


def _announcement(address: str, serving: "Serving") -> str:
    if serving.link is None:
        return f"The contract is served on {address}. Ctrl-C ends it."
    token, link = serving.link.token, serving.link.once
    return (
        f"The contract is served on {address}\n\n"
        f"In a browser (works once):\n\n  {address}/?token={link}\n\n"
        f"In another terminal:\n\n  curl -H 'Authorization: Bearer {token}' {address}/api/support/aliyun_ccc/agent\n\n"
        "Ctrl-C ends it, and the token with it."
    )


def _say_new_token(name: str) -> None:
    module = server_module("hillstone_ccc.server")
    token, digest = module.new_token()
    entry = module.StaticToken(name, digest, frozenset({module.PERMISSION}))
    click.echo(f"The token, shown this once: {token}\n")
    quoted = entry.name.replace("\\", "\\\\").replace('"', '\\"')
    click.echo(f'[[tokens]]\nname = "{quoted}"\nsha256 = "{digest}"\npermissions = ["{module.PERMISSION}"]')
