"""`hillstone-ccc sandbox`: an embedded upstream on a port, to play with."""

import shlex
import signal
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs
import click

from hillstone_ccc.cli.failure import UsersMistake
from hillstone_ccc.cli.options import Option, verbose_option

if TYPE_CHECKING:
    from hillstone_ccc.sandbox import Quirks, Sandbox

records_option: Option[Any] = click.option(
    "--records",
    type=click.IntRange(0, 10_000_000),
    default=10_000,
    show_default=True,
    help="How many calls are made up.",
)
seed_option: Option[Any] = click.option(
    "--seed", type=int, default=7, show_default=True, help="The same seed, the same calls."
)


def sandbox_module() -> ModuleType:
    """The package `hillstone_ccc.sandbox`.

    Raises:
        UsersMistake: The extra `sandbox` is not installed.
    """
    try:
        import_module("numpy")
    except ModuleNotFoundError:
        told = 'the sandbox needs the extra `sandbox`: pip install "hillstone-ccc[sandbox]"'
        raise UsersMistake(told) from None
    return import_module("hillstone_ccc.sandbox")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@records_option
@seed_option
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="Over how many days up to now."
)
@click.option("--instance-id", default="ccc-demo", show_default=True, metavar="NAME", help="The call center's name.")
@click.option(
    "--quirk",
    "quirks",
    multiple=True,
    metavar="NAME=VALUE",
    help="How it behaves where the upstream's documents leave it open. Repeatable.",
)
@click.option(
    "--fault-share", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share of requests that fail."
)
@verbose_option
def sandbox(
    *,
    port: int,
    records: int,
    seed: int,
    days: int,
    instance_id: str,
    quirks: tuple[str, ...],
    fault_share: float,
) -> None:
    """Run a made-up call center on 127.0.0.1 until Ctrl-C or SIGTERM.

    It speaks the upstream's protocol and checks signatures; its key is made up too, and the same for everybody.
    """
    module = sandbox_module()
    box: Sandbox = module.Sandbox(
        records=records,
        seed=seed,
        days=days,
        instance_id=instance_id,
        quirks=_quirks(module.Quirks, quirks),
        faults=module.Faults(share=fault_share, seed=seed),
    )
    with ended_by_signal():
        try:
            box.start(port)
        except OSError as error:
            raise UsersMistake(f"port {port} cannot be had: {error.strerror or error}") from error
        with suppress(KeyboardInterrupt):
            try:
                click.echo(_announcement(box, records, days))
                while True:
                    time.sleep(3600)
            finally:
                box.stop()


def _announcement(box: "Sandbox", records: int, days: int) -> str:
    variables = {
        "HILLSTONE_CCC_INSTANCE_ID": box.instance_id,
        "HILLSTONE_CCC_ENDPOINT": box.endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": box.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": box.access_key_secret,
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
    }
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
    return (
        f"A call center of {records:,} calls over {days} days answers on {box.endpoint}\n"
        f"instance {box.instance_id}, key {box.access_key_id} with the secret {box.access_key_secret} (made up)\n\n"
        f"To use it, in another terminal:\n\n{exports}\nhillstone-ccc records --last 7d\n\nCtrl-C ends it."
    )


def _quirks(kind: "type[Quirks]", told: tuple[str, ...]) -> "Quirks":
    """Quirks of texts such as `empty=zero`, checked against what each may be."""
    choices = {
        field.name: {str(value).lower(): value for value in (field.default, *field.metadata["others"])}
        for field in attrs.fields(kind)
    }
    chosen: dict[str, Any] = {}
    for text in told:
        name, _, value = text.partition("=")
        if name not in choices:
            raise click.UsageError(f"--quirk: {name!r} is none of {', '.join(choices)}.")
        if value.lower() not in choices[name]:
            raise click.UsageError(f"--quirk: {name} is one of {', '.join(choices[name])}, not {value!r}.")
        chosen[name] = choices[name][value.lower()]
    return kind(**chosen)


@contextmanager
def ended_by_signal() -> Generator[None, None, None]:
    """SIGTERM interrupts what is done within, as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
