"""`hillstone-ccc serve`, in a process of its own."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result

from hillstone_ccc import Client
from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[bytes]"]
CALLS = "/api/support/aliyun_ccc/call_record"


def announced(process: "subprocess.Popen[bytes]") -> str:
    """What it says, up to its last line."""
    assert process.stdout is not None
    told = b""
    for line in iter(process.stdout.readline, b""):
        told += line
        if b"Ctrl-C" in line:
            break
    return told.decode()


def address_and_token(told: str) -> tuple[str, str]:
    """Where it listens, and the token that it printed."""
    found = re.search(r"Bearer (\S+)' (http://\S+?)/api", told)
    assert found is not None, told
    return found[2], found[1]


def ended(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """Ends it; gives the exit code and what it logged."""
    process.send_signal(how)
    _, err = process.communicate(timeout=120)
    return process.returncode, err.decode()


def curl(url: str, token: str) -> Any:
    """What curl gets there."""
    asking = ["curl", "--silent", "--noproxy", "*", "-H", f"Authorization: Bearer {token}", url]
    return json.loads(subprocess.run(asking, check=True, capture_output=True).stdout)


def audited(path: Path) -> list[dict[str, Any]]:
    """The lines of an audit."""
    return [json.loads(line[line.index("{") :]) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_curl_with_the_printed_token(start: Start, how: signal.Signals) -> None:
    """The sandbox behind the contract: the printed token gives a page, no other does, and a signal ends it cleanly."""
    process = start("serve", "--sandbox", "--records", "50", "--port", "0")
    address, token = address_and_token(announced(process))
    page = curl(f"{address}{CALLS}?start_time=0&size=10", token)
    assert (0, 50, 10) == (page["code"], page["data"]["total"], len(page["data"]["list"]))
    assert 40101 == curl(f"{address}{CALLS}", "guess")["code"]
    code, logged = ended(process, how)
    assert 0 == code
    assert ["local", None] == [json.loads(line.partition("INFO ")[2])["who"] for line in logged.splitlines()]
    assert token not in logged


def test_a_client_of_it(start: Start) -> None:
    """Client.connect reads what Client would."""
    process = start("serve", "--sandbox", "--records", "60", "--port", "0")
    address, token = address_and_token(announced(process))
    with Client.connect(address, token=token) as ccc:
        assert 60 == len(ccc.call_records.search(start="2000-01-01").to_list())
    assert 0 == ended(process)[0]


def test_from_a_file(start: Start, run: Run, box: Sandbox, tmp_path: Path) -> None:
    """A token that was made for somebody opens it; the audit goes to its file; the environment names the upstream."""
    made = run("serve", "--new-token", 'front "end"').stdout
    token = re.search(r"shown this once: (\S+)", made)
    assert token is not None
    (tmp_path / "server.toml").write_text("port = 0\n" + made[made.index("[[tokens]]") :])
    process = start("serve", "--config", "server.toml", "--audit", "audit.log", "--mask-numbers")
    told = announced(process)
    assert "token=" not in told
    address = re.search(r"http://\S+?(?=\. )", told)
    assert address is not None
    with Client.connect(address[0], token=token[1]) as ccc:
        assert "*" in str(ccc.call_records.search(start="2000-01-01").first().calling_number)  # type: ignore[union-attr]
    assert (0, "") == ended(process)
    assert {'front "end"'} == {line["who"] for line in audited(tmp_path / "audit.log")}
    assert token[1] not in (tmp_path / "audit.log").read_text("utf-8")


@pytest.mark.once
def test_several_workers(start: Start, run: Run, tmp_path: Path, free_port: int) -> None:
    """Each of them knows the tokens of the file; all of them end with the first."""
    made = run("serve", "--new-token", "front-end").stdout
    token = re.search(r"shown this once: (\S+)", made)
    assert token is not None
    (tmp_path / "server.toml").write_text(made[made.index("[[tokens]]") :])
    process = start("serve", "--config", "server.toml", "--workers", "2", "--port", str(free_port))
    assert str(free_port) in announced(process)
    with httpx.Client(
        transport=httpx.HTTPTransport(retries=8), headers={"authorization": f"Bearer {token[1]}"}
    ) as http:
        for _ in range(4):
            answer = http.get(f"http://127.0.0.1:{free_port}{CALLS}?start_time=0", headers={"connection": "close"})
            assert 1000 == answer.json()["data"]["total"]
    assert 0 == ended(process)[0]


@pytest.mark.once
async def test_nothing_accepted_is_lost(start: Start, tmp_path: Path) -> None:
    """SIGTERM under load: every request that the server took is answered whole."""
    process = start("serve", "--sandbox", "--records", "500", "--port", "0", "--audit", "audit.log")
    address, token = address_and_token(announced(process))
    answered: set[str] = set()
    broken: set[str] = set()
    enough = asyncio.Event()

    async def ask(caller: int) -> None:
        async with httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=60) as http:
            for number in range(10_000):
                request_id = f"caller-{caller}-{number}"
                parameters = {
                    "start_time": 0,
                    "size": 100,
                    "page": number % 5 + 1,
                    "end_time": 4_000_000_000_000 + caller,
                }
                try:
                    answer = await http.get(address + CALLS, params=parameters, headers={"x-request-id": request_id})
                except httpx.TransportError:
                    broken.add(request_id)
                    return
                assert 200 == answer.status_code
                assert 500 == answer.json()["data"]["total"]
                answered.add(request_id)
                if len(answered) > 300:
                    enough.set()

    callers = [asyncio.ensure_future(ask(caller)) for caller in range(40)]
    await asyncio.wait_for(enough.wait(), 60)
    assert (0, "") == await asyncio.to_thread(ended, process)
    await asyncio.gather(*callers)
    accepted = {line["request_id"] for line in audited(tmp_path / "audit.log")}
    assert 40 == len(broken)  # each caller went on until nobody was there any more
    assert answered == accepted


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--sandbox", "--host", "0.0.0.0"], "On 0.0.0.0 others would reach the server"),  # noqa: S104 - refused
        (["--sandbox", "--workers", "2"], "Several workers cannot share"),
        (["--cors-origin", "*"], "'*' is no origin"),
        (["--new-token", "\n"], "must be a line"),
    ],
)
def test_what_is_refused(run: Run, arguments: list[str], told: str) -> None:
    """The user has to mend it."""
    result = run("serve", *arguments)
    assert 2 == result.exit_code
    assert told in result.stderr


def test_no_call_center(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment has to name one, or the sandbox has to be asked for."""
    monkeypatch.delenv("HILLSTONE_CCC_INSTANCE_ID")
    result = run("serve")
    assert 2 == result.exit_code
    assert "No call center is named" in result.stderr


def test_a_port_that_is_taken(run: Run, box: Sandbox) -> None:
    """The user chooses another one."""
    port = box.endpoint.rpartition(":")[2]
    result = run("serve", "--port", port)
    assert 2 == result.exit_code
    assert result.stderr.startswith(f"error: 127.0.0.1:{port} cannot be had: ")


def test_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which one is needed."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = run("serve")
    assert (2, 'error: the server needs the extra `server`: pip install "hillstone-ccc[server]"\n') == (
        result.exit_code,
        result.stderr,
    )
