"""The page's shell and its files as a router, with the policy that browsers hold it to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hillstone_ccc._endpoint import LOOPBACK
from hillstone_ccc.contract import MANIFEST, refusals
from hillstone_ccc.server.envelope import RefusedError
from hillstone_ccc.server.metrics import Metrics
from hillstone_ccc.server.options import ServerOptions
from hillstone_ccc.server.routes import allowed, route_class

from .parcel import SHELL, File, parcel

PAGE = str(MANIFEST["link"])
"""Where the page is."""

_NOT_MODIFIED = 304
# A browser on the server's own machine is given the sandbox's recordings too, which come from another of its ports.
_OF_THIS_MACHINE = "http://127.0.0.1:* http://localhost:*"


def create_page_router(*, options: ServerOptions | None = None, metrics: Metrics | None = None) -> APIRouter:
    """The page of call records, to be included in an application of FastAPI's beside :func:`create_router`.

    It stands at ``/support/call_record`` and asks for the contract's paths at ``../api/support/aliyun_ccc``, seen from
    there: give both routers one prefix. :func:`create_app` has it already.

    Its files are open to everybody, and tell nothing of calls; what it shows, it asks of the contract's paths, with
    the browser's cookies, and with a token where somebody types one in.

    Args:
        options: Where recordings may come from (``recording_origins``).
        metrics: Counts; the host shows them.
    """
    options, metrics = options or ServerOptions(), metrics or Metrics()
    router = APIRouter(route_class=route_class(metrics, audited=False), include_in_schema=False)

    async def page(request: Request) -> Response:
        response = _sent(request, parcel()[SHELL])
        response.headers["content-security-policy"] = policy(options, on_this_machine=_is_on_this_machine(request))
        response.headers["referrer-policy"] = "no-referrer"
        response.headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"
        return response

    async def file(request: Request) -> Response:
        found = parcel().get(request.path_params["name"])
        if found is None or found.media_type == "text/html":
            raise RefusedError(refusals.NO_SUCH_PATH)
        return _sent(request, found)

    for path, endpoint in ((PAGE, page), (f"{PAGE}/{{name:path}}", file)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"])
        router.add_api_route(path, allowed, methods=["OPTIONS"])
    return router


def policy(options: ServerOptions, *, on_this_machine: bool) -> str:
    """The page's Content-Security-Policy: its own files, the contract, and recordings from where they may come."""
    recordings = " ".join([*options.recording_origins, *([_OF_THIS_MACHINE] if on_this_machine else [])])
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {recordings}",
            f"media-src {recordings}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        )
    )


def _is_on_this_machine(request: Request) -> bool:
    return request.url.hostname in LOOPBACK


def _sent(request: Request, file: File) -> Response:
    """The file, or that it is still the one that the browser has: it asks each time, so that a new version is seen."""
    headers = {"cache-control": "no-cache", "etag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=_NOT_MODIFIED, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
