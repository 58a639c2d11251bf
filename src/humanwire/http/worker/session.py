"""Who a worker's request comes from: a bearer token, or the workspace's session cookie."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from humanwire.flows.accounts import SESSION_MS, digest
from humanwire.http.context import Context
from humanwire.store.records import Worker
from humanwire.wire.errors import Forbidden, Unauthorized

COOKIE = "humanwire_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def signed_in(context: Context, request: Request) -> Worker:
    """Return the worker. Raises Unauthorized, or Forbidden for another site's page."""
    text = credential(context, request)
    worker = text and await context.ports.store.find_worker(digest(text), context.ports.clock())
    if not worker:
        raise Unauthorized("Sign in with the link that you were given.")
    return worker


def credential(context: Context, request: Request) -> str | None:
    """The token or session that a request carries; a cookie counts from our own pages only."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    session = request.cookies.get(COOKIE)
    if session and request.method not in _SAFE:
        _require_own_page(context, request)
    return session


def remember(context: Context, reply: Response, session: str) -> None:
    """Set the session cookie: out of reach of scripts, and of other sites' forms."""
    secure = context.ports.origin().startswith("https:")
    age = SESSION_MS // 1000
    reply.set_cookie(COOKIE, session, max_age=age, httponly=True, samesite="lax", secure=secure)


def _require_own_page(context: Context, request: Request) -> None:
    origin = request.headers.get("origin")
    own = {request.headers.get("host"), urlsplit(context.ports.origin()).netloc}
    if origin is not None and origin.partition("://")[2] not in own:
        raise Forbidden("Another site's page cannot act for you.")
