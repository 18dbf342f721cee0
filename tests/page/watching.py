"""What a page says, breaks and asks for while a test leads it, and what of that must not be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import attrs
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, WebError

from hillstone_ccc.contract import AGENTS, CALL_RECORD, CALL_RECORDS, MANIFEST, RECORDING

PAGE = str(MANIFEST["link"])
"""The path of the page; its files lie below."""

_ONE_CALL = re.compile(re.escape(CALL_RECORD).replace(re.escape("{contact_id}"), "[^/]+"))
_VIOLATION = "securitypolicyviolation: "
# The browser tells of some violations in the console alone and of others by an event alone: both are listened to.
_LISTENER = f"""
{{
  const say = console.error.bind(console);
  addEventListener("securitypolicyviolation", (event) => {{
    say("{_VIOLATION}" + event.effectiveDirective + " blocks " + event.blockedURI);
  }}, true);
}}
"""


@attrs.frozen
class Asked:
    """One request of a page.

    Attributes:
        method: Its method.
        url: Its whole address.
        kind: What it is for, in the browser's words: ``document``, ``script``, ``fetch``, ``media`` and others.
    """

    method: str
    url: str
    kind: str

    @property
    def origin(self) -> str:
        """The address's scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def path(self) -> str:
        """The address without its origin and query."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's parameters, also empty ones."""
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)


class Watcher:
    """Keeps what the pages of a context say, break and ask for.

    Attributes:
        requests: What was asked for, in order.
        complaints: What must not be, one line each, unless the test expects it.
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self._contexts: list[tuple[BrowserContext, bool]] = []

    def watch(self, context: BrowserContext, address: str, *recordings: str, scripts: bool = True) -> None:
        """Watches all pages of a context.

        Args:
            context: What has no page yet.
            address: The origin of the page and of the contract.
            *recordings: Origins that recordings' own links may lead to.
            scripts: Whether the context runs any.
        """

        def asked(request: Request) -> None:
            one = Asked(request.method, request.url, request.resource_type)
            self.requests.append(one)
            if not _known(one, address, recordings):
                self.complaints.append(f"foreign request: {one.method} {one.url} ({one.kind})")

        context.add_init_script(_LISTENER)
        context.on("request", asked)
        context.on("requestfailed", self._failed)
        context.on("console", self._said)
        context.on("weberror", self._broke)
        context.on("page", self._begun)
        self._contexts.append((context, scripts))

    def asked(self, path: str) -> list[Asked]:
        """What was asked for of one path."""
        return [one for one in self.requests if path == one.path]

    def expect(self, pattern: str) -> None:
        """Makes complaints that a regular expression finds something in no failure, and their absence one.

        Chromium, for one, writes every answer of 400 and above to the console.
        """
        self._expected.append(re.compile(pattern))

    def leave(self) -> None:
        """Closes the contexts, having heard everything until now; what closing cuts off is nobody's fault."""
        for context, scripts in self._contexts:
            for page in context.pages:
                _hear_out(page, scripts=scripts)
            context.remove_listener("requestfailed", self._failed)
            context.remove_listener("console", self._said)
            context.close()
        self._contexts.clear()

    def judge(self) -> None:
        """Demands that there was no complaint but the expected ones, and that these came."""
        unexpected = [line for line in self.complaints if not any(one.search(line) for one in self._expected)]
        missing = [one.pattern for one in self._expected if not any(map(one.search, self.complaints))]
        assert not unexpected, "The page did what it must not:\n" + "\n".join(unexpected)
        assert not missing, f"This was expected and never came: {missing}; what came: {self.complaints}"

    def _begun(self, page: Page) -> None:
        page.on("crash", lambda _: self.complaints.append("the page crashed"))
        # The browser counts these among no requests.
        page.on("websocket", lambda socket: self.complaints.append(f"foreign request: GET {socket.url} (websocket)"))

    def _failed(self, request: Request) -> None:
        # What the page itself breaks off is its right: a search that is out of date, a recording that is left.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed request: {request.method} {request.url} {request.failure}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.text.startswith(_VIOLATION):
            self.complaints.append(f"policy: {message.text.removeprefix(_VIOLATION)}")
        else:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _broke(self, error: WebError) -> None:
        self.complaints.append(f"page error: {error.error.name}: {error.error.message}")


def _known(one: Asked, address: str, recordings: Iterable[str]) -> bool:
    """Whether a page has reason to ask for this."""
    if one.url.startswith(("blob:", "data:")):
        return True
    if one.method not in {"GET", "HEAD"}:
        return False
    if one.origin in recordings:
        return True
    if one.origin != address:
        return False
    if one.path == "/":
        return "token" in one.query
    contract = one.path in {CALL_RECORDS, RECORDING, AGENTS} or _ONE_CALL.fullmatch(one.path)
    return bool(contract) or one.path == PAGE or one.path.startswith(f"{PAGE}/")


def _hear_out(page: Page, *, scripts: bool) -> None:
    """Waits until everything that a page has said so far has come: it comes in order."""
    # A page that goes elsewhere at this moment, or that crashed, has nothing more to say.
    with suppress(Error):
        page.evaluate("new Promise((done) => setTimeout(done))" if scripts else "0")
