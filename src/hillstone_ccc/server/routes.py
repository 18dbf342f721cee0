"""The contract's paths as a router of FastAPI's, for an application of one's own."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hillstone_ccc import AsyncClient, CallRecordQuery, CCCError, ConfigurationError
from hillstone_ccc.contract import AGENTS, CALL, CALL_RECORD, CALL_RECORDS, RECORDING, REVEAL, refusals

from . import describing
from .access import Access, exchanged
from .envelope import HEADERS, RefusedError, answer, refusal, without_body
from .front_desk import FrontDesk
from .metrics import Metrics
from .options import ServerOptions
from .principal import Principal
from .reading import criteria, read, read_id

METHODS = "GET, HEAD, OPTIONS"

_log = logging.getLogger("hillstone_ccc.server")
_log.addHandler(logging.NullHandler())

Handler = Callable[..., Awaitable[Response]]


def create_router(
    client: AsyncClient,
    *,
    require: Callable[..., Any],
    options: ServerOptions | None = None,
    metrics: Metrics | None = None,
) -> APIRouter:
    """The contract's paths, to be included in an application of FastAPI's.

    Args:
        client: What reaches the call center; it is not closed here.
        require: The host's own dependency, which decides on ``support.call_record:list``: it gives a
            :class:`Principal` or a name, None for nobody (401), or raises an ``HTTPException``, which is told in the
            contract's envelope. Where numbers are masked, only a Principal with ``support.call_record:reveal`` among
            its permissions sees them whole.
        options: Bounds, caches, what is shown. Origins, attempts and the docs page are the host's own business.
        metrics: Counts; the host shows them.
    """
    options, metrics = options or ServerOptions(), metrics or Metrics()
    client.watch(metrics.exchanged)
    client.watch(exchanged)
    desk, permitted = FrontDesk(client, options, metrics), Depends(require)
    router = APIRouter(route_class=route_class(metrics, audited=True), tags=["Call center"])

    def masks(principal: Principal) -> bool:
        return options.mask_numbers and REVEAL not in (principal.permissions or ())

    async def list_call_records(request: Request, principal: Any = permitted) -> Response:
        """Call records, newest first."""
        who = _entered(request, principal)
        arguments = read(request, CALL_RECORDS)
        query = CallRecordQuery(**criteria(arguments), exact_names=True)
        return answer(await desk.call_records(query, arguments["page"], arguments["size"], mask=masks(who)))

    async def get_recording(request: Request, principal: Any = permitted) -> Response:
        """The link to play or download a call's recording."""
        _entered(request, principal)
        return answer(await desk.recording(read(request, RECORDING)["contact_id"]))

    async def get_call_record(request: Request, principal: Any = permitted) -> Response:
        """One call with its transfers and events, and whether an agent was off site."""
        who = _entered(request, principal)
        read(request, CALL_RECORD)
        contact_id = read_id(CALL, request.path_params[CALL.name])
        return answer(await desk.details(contact_id, mask=masks(who)))

    async def list_agents(request: Request, principal: Any = permitted) -> Response:
        """Agents by name."""
        who = _entered(request, principal)
        told = read(request, AGENTS)
        found = await desk.agents(
            told["name_pattern"] or "", told["skill_group_id"], told["page"], told["size"], mask=masks(who)
        )
        return answer(found)

    for path, endpoint, kind, statuses in (
        (CALL_RECORDS, list_call_records, describing.CallRecordsAnswer, (422,)),
        (RECORDING, get_recording, describing.RecordingAnswer, (404, 409, 410)),
        (CALL_RECORD, get_call_record, describing.CallDetailAnswer, (404,)),
        (AGENTS, list_agents, describing.AgentsAnswer, (422,)),
    ):
        _add(router, path, endpoint, describing.answers(kind, *statuses))
    return router


def _add(router: APIRouter, path: str, endpoint: Handler, answers: dict[int | str, dict[str, Any]]) -> None:
    """A path of the contract: described for a GET, and what else may be asked of it."""
    about = describing.operation(path)
    router.add_api_route(
        path, endpoint, methods=["GET"], responses=answers, openapi_extra=about, response_class=Response
    )
    router.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    router.add_api_route(path, allowed, methods=["OPTIONS"], include_in_schema=False)


def _entered(request: Request, principal: object) -> Principal:
    """Who asks, noted for the audit.

    Raises:
        RefusedError: Nobody is known.
    """
    if principal is None:
        raise RefusedError(refusals.NO_TOKEN)
    if not isinstance(principal, (str, Principal)):
        raise ConfigurationError(f"require must give a Principal, a name or None, not a {type(principal).__name__}.")
    who = Principal(principal) if isinstance(principal, str) else principal
    access = Access.of(request)
    access.who, access.by = who.name, who.by
    return who


async def allowed() -> Response:
    """What may be asked of a path."""
    return Response(status_code=204, headers={"allow": METHODS})


def route_class(metrics: Metrics, *, audited: bool) -> type[APIRoute]:
    """Routes whose every answer is in the envelope, counted, and noted if they are about people."""

    class EnvelopeRoute(APIRoute):
        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            # Here, since a host would answer in its own way.
            if self.methods and scope["method"] not in self.methods:
                refused = refusal(RefusedError(refusals.NO_SUCH_METHOD, headers={"allow": METHODS}))
                await refused(scope, receive, send)
            else:
                await super().handle(scope, receive, send)

        def get_route_handler(self) -> Callable[[Request], Any]:
            handle = super().get_route_handler()

            async def handled(request: Request) -> Response:
                began, access, status = time.perf_counter(), Access.begun(request), 499  # the caller has left
                metrics.begun()
                try:
                    response = await _in_envelope(handle, request)
                    status = response.status_code
                finally:
                    took = time.perf_counter() - began
                    metrics.answered(self.path_format, status, took)
                    if audited:
                        access.ended(f"{request.method} {self.path_format}", status)
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
                response.headers["x-request-id"] = access.request_id
                response.headers["server-timing"] = access.timing(took)
                return without_body(response) if request.method == "HEAD" else response

            return handled

    return EnvelopeRoute


async def _in_envelope(handle: Handler, request: Request) -> Response:
    try:
        return await handle(request)
    except RefusedError as error:
        return refusal(error)
    except HTTPException as error:  # the host's own, of its dependency
        return refusal(RefusedError(refusals.of_host(error.status_code), headers=error.headers))
    except RequestValidationError as error:  # of a parameter that the host's dependency has for itself
        where = [str(one["loc"][-1]) for one in error.errors()]
        return refusal(RefusedError(refusals.BAD_PARAMETER, f"{', '.join(where)} cannot be read."))
    except CCCError as error:
        told = RefusedError.of(error)
        if told.refusal.status >= 500:  # noqa: PLR2004
            _log.warning("%s: %s: %s", Access.of(request).request_id, type(error).__name__, error)
        return refusal(told)
    except Exception:  # noqa: BLE001 - whatever it is, the caller is told nothing of it, and the log all
        _log.exception("%s: a fault of this server", Access.of(request).request_id)
        return refusal(RefusedError(refusals.FAULT))
