"""The REST contract as an ASGI application or a router, on top of an AsyncClient. It needs the extra `server`.

from hillstone_ccc import AsyncClient
from hillstone_ccc.server import BearerTokens, StaticToken, create_app

app = create_app(AsyncClient.from_env(), authorize=BearerTokens([StaticToken("front-end", sha256, permissions)]))
"""

try:
    from .app import create_app
    from .front_end import create_page_router
    from .json_web_tokens import JSONWebTokens
    from .link import LinkToken
    from .metrics import Metrics
    from .options import ServerOptions
    from .principal import AnyOf, Authorizer, Principal
    from .routes import create_router
    from .tokens import BearerTokens, StaticToken, new_token
except ModuleNotFoundError as _missing:
    raise ModuleNotFoundError(
        f'{_missing}: the server needs its extra: pip install "hillstone-ccc[server]"', name=_missing.name
    ) from _missing

from hillstone_ccc.contract import MANIFEST, METRICS, PERMISSION, REVEAL

__all__ = [
    "MANIFEST",
    "METRICS",
    "PERMISSION",
    "REVEAL",
    "AnyOf",
    "Authorizer",
    "BearerTokens",
    "JSONWebTokens",
    "LinkToken",
    "Metrics",
    "Principal",
    "ServerOptions",
    "StaticToken",
    "create_app",
    "create_page_router",
    "create_router",
    "new_token",
]
