"""The page's shell and its files as a router, with the policy that browsers hold it to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hillstone_ccc.contract import MANIFEST, refusals
from hillstone_ccc.server.envelope import RefusedError
from hillstone_ccc.server.metrics import Metrics
from hillstone_ccc.server.options import ServerOptions
from hillstone_ccc.server.routes import allowed, route_class

from .parcel import parcel

PAGE = str(MANIFEST["link"])
"""Where the page is."""

_FOR_GOOD = "public, max-age=31536000, immutable"


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

    async def page() -> Response:
        shell = parcel().shell
        headers = {
            "cache-control": "no-cache",  # so that a new version is seen
            "content-security-policy": policy(options),
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        return Response(shell.content, media_type=shell.media_type, headers=headers)

    async def file(request: Request) -> Response:
        of = parcel()
        found = of.files.get(request.path_params["name"])
        if found is None or request.path_params["version"] != of.version:
            raise RefusedError(refusals.NO_SUCH_PATH)
        return Response(found.content, media_type=found.media_type, headers={"cache-control": _FOR_GOOD})

    async def with_a_slash() -> Response:
        return RedirectResponse(f"../{PAGE.rpartition('/')[2]}", 307)

    for path, endpoint in ((PAGE, page), (f"{PAGE}/", with_a_slash), (f"{PAGE}/{{version}}/{{name:path}}", file)):
        router.add_api_route(path, endpoint, methods=["GET", "HEAD"])
        router.add_api_route(path, allowed, methods=["OPTIONS"])
    return router


def policy(options: ServerOptions) -> str:
    """The page's Content-Security-Policy: its own files, the contract, and recordings from where they may come."""
    recordings = " ".join(options.recording_origins)
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
