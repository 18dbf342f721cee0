"""The page of call records as it is served: open, whole, held to a policy, and below any path."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from hillstone_ccc import ConfigurationError
from hillstone_ccc.contract import MANIFEST, PARAMETERS
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.server import Metrics, ServerOptions, create_page_router
from hillstone_ccc.server.front_end import PAGE
from hillstone_ccc.server.front_end.parcel import parcel

from .conftest import Caller

Application = Callable[..., Any]
FILES = Path(str(files("hillstone_ccc.server") / "front_end" / "files"))
MODULES = sorted(str(path.relative_to(FILES)) for path in FILES.rglob("*.js"))
IMPORTS = re.compile(r'(?:from|^import) ?"(\.[^"]+)"', re.MULTILINE)


def imported(module: str) -> set[str]:
    """The modules that a module imports, as paths below the page."""
    text = (FILES / module).read_text("utf-8")
    return {
        str((FILES / module).parent.joinpath(found).resolve().relative_to(FILES)) for found in IMPORTS.findall(text)
    }


@pytest.fixture
def served(application: Application, still: Sandbox, caller: Caller) -> Any:
    """Somebody without a token, before the application."""
    return caller(application(still), token=None)


async def test_it_is_where_the_manifest_says(served: Any) -> None:
    """The page is open at the contract's link, and is asked for anew each time."""
    assert MANIFEST["link"] == PAGE
    answer = await served.get(PAGE)
    assert (200, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert ("no-cache", "no-referrer") == (answer.headers["cache-control"], answer.headers["referrer-policy"])
    assert "<title>通话记录</title>" in answer.text
    slashed = await served.get(f"{PAGE}/")
    assert (307, "../call_record") == (slashed.status_code, slashed.headers["location"])


async def test_its_policy(served: Any) -> None:
    """Its own scripts alone, nothing inline, and recordings from where the call center's are."""
    answer = await served.get(PAGE)
    policy = dict(one.split(" ", 1) for one in answer.headers["content-security-policy"].split("; "))
    assert {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self' https://*.aliyuncs.com",
        "media-src": "https://*.aliyuncs.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html",
    } == policy


async def test_recordings_of_ones_own_store(application: Application, still: Sandbox, caller: Caller) -> None:
    """Where they may come from is an option."""
    app = application(still, options=ServerOptions(recording_origins=["https://store.example", "http://*.lan:8080"]))
    policy = (await caller(app, token=None).get(PAGE)).headers["content-security-policy"]
    assert "media-src https://store.example http://*.lan:8080;" in policy


@pytest.mark.parametrize(
    "given", ["https://store.example", ["*"], ["https:"], ["https://a.example/x"], ["https://a.example; x"], [7], [""]]
)
def test_origins_that_cannot_be_meant(given: Any) -> None:
    """They are refused by name: one with a semicolon would end the policy."""
    with pytest.raises(ConfigurationError, match="recording_origins"):
        ServerOptions(recording_origins=given)


async def test_its_files(served: Any) -> None:
    """Each comes with its type, at an address of its version, where browsers keep it for good."""
    shell = (await served.get(PAGE)).text
    below = f"{PAGE}/{parcel().version}"
    types = {
        "looks/base.css": "text/css; charset=utf-8",
        "main.js": "text/javascript; charset=utf-8",
        "icon.svg": "image/svg+xml",
        "vendor/lit-html/directives/live.js": "text/javascript; charset=utf-8",
    }
    for name, media_type in types.items():
        answer = await served.get(f"{below}/{name}")
        assert (200, media_type) == (answer.status_code, answer.headers["content-type"])
        assert (FILES / name).read_bytes() == answer.content
        assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert f'"call_record/{parcel().version}/{name}"' in shell


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "index.html",
        "vendor/lit-html/LICENSE",
        "../../front_end/parcel.py",
        "..%2f..%2fapp.py",
        "vendor",
        "",
        "../0123456789ab/main.js",
        "../main.js",
    ],
)
async def test_what_is_no_file_of_it(served: Any, name: str) -> None:
    """Nothing else of the package, or of the machine, or of another version, is to be had."""
    assert 40402 == (await served.get(f"{PAGE}/{parcel().version}/{name}")).json()["code"]


async def test_other_methods(served: Any) -> None:
    """It is read and nothing more."""
    assert b"" == (await served.head(PAGE)).content
    assert "GET, HEAD, OPTIONS" == (await served.options(f"{PAGE}/{parcel().version}/main.js")).headers["allow"]
    assert 40501 == (await served.post(PAGE)).json()["code"]


async def test_it_can_be_left_out(application: Application, still: Sandbox, caller: Caller) -> None:
    """By an option."""
    browser = caller(application(still, options=ServerOptions(page=False)))
    assert [404, 404] == [
        (await browser.get(path)).status_code for path in (PAGE, f"{PAGE}/{parcel().version}/main.js")
    ]


async def test_in_an_application_of_ones_own(caller: Caller) -> None:
    """The router brings it below the host's path, and counts."""
    host, metrics = FastAPI(), Metrics()
    host.include_router(create_page_router(metrics=metrics), prefix="/ccc")
    host.include_router(create_page_router(), prefix="/uncounted")
    browser = caller(host, token=None)
    assert 200 == (await browser.get(f"/ccc{PAGE}")).status_code
    assert 200 == (await browser.get(f"/uncounted{PAGE}")).status_code
    assert 404 == (await browser.get(PAGE)).status_code
    assert re.search(rb'seconds_count{path="\S*/support/call_record",status="200"} 1.0', metrics.text())


def test_modules_are_asked_for_at_once() -> None:
    """The shell names each that is imported, so that a browser need not find them one behind the other."""
    reached, left = {"main.js"}, ["main.js"]
    while left:
        new = imported(left.pop()) - reached
        reached |= new
        left += new
    shell = (FILES / "index.html").read_text("utf-8")
    assert sorted(reached - {"main.js"}) == re.findall(r'modulepreload" href="call_record/([^"]+)"', shell)
    assert sorted(reached | {"theme.js"}) == MODULES
    styles = re.findall(r'stylesheet" href="call_record/([^"]+)"', shell)
    assert {str(path.relative_to(FILES)) for path in FILES.rglob("*.css")} == set(styles)


def test_what_it_is_made_of_besides() -> None:
    """Libraries of others are shipped as they were released, with their licences."""
    told = (FILES / "vendor" / "README.md").read_text("utf-8")
    hashes = dict(re.findall(r"`([\w/.-]+\.js)` \| `([0-9a-f]{64})`", told))
    vendor = FILES / "vendor"
    assert {
        str(path.relative_to(vendor)): sha256(path.read_bytes()).hexdigest() for path in vendor.rglob("*.js")
    } == hashes
    assert {"lit-html", "combobox-nav"} == {path.parent.name for path in vendor.rglob("LICENSE")}


def test_nothing_of_elsewhere() -> None:
    """No file names another host: fonts, scripts and pictures are its own."""
    own = [path for path in FILES.rglob("*") if path.is_file() and "vendor" not in path.parts]
    found = {path.name: re.findall(r"(?:https?:)?//[a-z][\w-]*\.[\w.-]+", path.read_text("utf-8")) for path in own}
    assert {"icon.svg": ["http://www.w3.org"]} == {name: hosts for name, hosts in found.items() if hosts}


def test_it_asks_for_the_contracts_paths() -> None:
    """What its one module that asks names are the contract's paths and parameters."""
    asking = {path.name for path in FILES.rglob("*.js") if "vendor" not in path.parts and "fetch(" in path.read_text()}
    assert {"contract.js", "save_recording.js"} == asking
    text = (FILES / "asking" / "contract.js").read_text("utf-8")
    root = re.search(r'new URL\("\.\./([^"]+)"', text)
    assert root is not None
    asked = {re.sub(r"\$\{.*?\}", "{contact_id}", path) for path in re.findall(r'ask\(["`]([^"`]+)["`]', text)}
    assert set(PARAMETERS) == {f"/{root[1]}{path}" for path in asked}
