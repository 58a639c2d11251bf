"""A surface: one protocol's routes, with one error shape for whatever goes wrong on them."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from humanwire.core.errors import Refused
from humanwire.wire.errors import Broken, NoRoute, WrongMethod, headers_of, status_of

log = logging.getLogger(__name__)

_WRONG_METHOD = 405

Shape = Callable[[Refused, int], bytes]
"""Puts a refusal and its status into a protocol's JSON."""


Endpoint = Callable[[Request], Awaitable[Response]]


class Json(Response):
    """A reply whose JSON is encoded already. It skips what Starlette does to find its headers."""

    def __init__(
        self, body: bytes, status_code: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.body = body
        self.status_code = status_code
        self.background = None
        length = b"%d" % len(body)
        self.raw_headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        if headers:
            for name, value in headers.items():
                self.raw_headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))


class Surface:
    """An ASGI application: these routes, and `shape` for every refusal, unknown route and fault.

    `statuses` overrides the usual HTTP status of a refusal. The endpoints are called without
    Starlette's own error handling, which would cost each request two layers more.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        shape: Shape,
        statuses: Callable[[Refused], int] = status_of,
    ) -> None:
        self._routes = [
            Route(each.path, _Bare(each.endpoint, self), methods=each.methods) for each in routes
        ]
        self._router = Router(self._routes, redirect_slashes=False)
        self._shape = shape
        self._statuses = statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # With an application in scope the router raises instead of answering in its own words.
        scope["app"] = self
        try:
            await self._router(scope, receive, send)
        except HTTPException as error:
            # Only the router raises these: endpoints' errors do not get this far.
            wrong_method = error.status_code == _WRONG_METHOD
            headers = {"allow": self._allowed(scope)} if wrong_method else {}
            refused = WrongMethod() if wrong_method else NoRoute()
            await self.refuse(refused, headers)(scope, receive, send)

    def _allowed(self, scope: Scope) -> str:
        """The methods of all routes at a path; Starlette names those of the first alone."""
        at_path = (route for route in self._routes if route.matches(scope)[0] is not Match.NONE)
        return ", ".join(sorted({method for route in at_path for method in route.methods or ()}))

    def refuse(self, error: Refused, headers: Mapping[str, str] | None = None) -> Json:
        """Make the reply to a refusal."""
        status = self._statuses(error)
        return Json(self._shape(error, status), status, {**headers_of(error), **(headers or {})})


class _Bare:
    """An endpoint as an ASGI application, whose errors become the surface's replies."""

    def __init__(self, endpoint: Endpoint, surface: Surface) -> None:
        self._endpoint = endpoint
        self._surface = surface

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self._endpoint(Request(scope, receive, send))
        except ClientDisconnect:
            return
        except Refused as error:
            reply = self._surface.refuse(error)
        except Exception:
            log.exception("request_broken", extra={"path": scope.get("path")})
            reply = self._surface.refuse(Broken())
        try:
            await reply(scope, receive, send)
        except ClientDisconnect:
            return
