"""A project of Django's that gives the server a place: it answers what it reads, a request a line, and ends.

A process of its own, since Django is set once for a process.
"""

# mypy: disable-error-code="import-untyped"
# Django has no types of its own.

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from a2wsgi import ASGIMiddleware
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from starlette.requests import Request
from werkzeug.test import Client

from hillstone_ccc import AsyncClient
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.server import create_app


def own(_request: HttpRequest) -> HttpResponse:
    """A page of the project's own."""
    return HttpResponse("own")


urlpatterns = [path("own", own)]
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="example-secret", ALLOWED_HOSTS=["localhost"], LOGGING_CONFIG=None)
django = get_wsgi_application()


def who(request: Request, _permission: str) -> str | None:
    """Whom the project's session names."""
    name = SessionStore(request.cookies.get(settings.SESSION_COOKIE_NAME)).get("user")
    return None if name is None else str(name)


def session_of(name: str) -> str:
    """The cookie of somebody who has logged in."""
    session = SessionStore()
    session["user"] = name
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def main(records: int) -> None:
    """Answers each line of the input with a line."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with Sandbox(records=records, days=2, seed=7) as box:
        client = AsyncClient(
            instance_id=box.instance_id,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
            endpoint=box.endpoint,
        )
        app: Any = create_app(client, authorize=who)  # a2wsgi has types of its own for what an application is told
        ccc: Any = ASGIMiddleware(app, loop=loop)

        def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if environ["PATH_INFO"].startswith("/ccc/"):
                environ["SCRIPT_NAME"] += "/ccc"
                environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/ccc")
            answer: Iterable[bytes] = (ccc if environ["SCRIPT_NAME"] else django)(environ, start_response)
            return answer

        web = Client(application, use_cookies=False)
        for line in sys.stdin:
            asked = json.loads(line)
            headers = {"Cookie": session_of("clerk")} if asked["known"] else {}
            answer = web.get(asked["path"], headers=headers)
            print(json.dumps([answer.status_code, answer.get_data(as_text=True)]), flush=True)  # noqa: T201 - it is read
        asyncio.run_coroutine_threadsafe(client.aclose(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
