"""A surface: one protocol's routes, with one error shape for whatever goes wrong on them."""

import logging
from collections.abc import Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Router
from starlette.types import Message, Receive, Scope, Send

from humanwire.core.errors import Refused
from humanwire.wire.errors import Broken, NoRoute, WrongMethod, headers_of, status_of

log = logging.getLogger(__name__)

_WRONG_METHOD = 405

Shape = Callable[[Refused, int], bytes]
"""Puts a refusal and its status into a protocol's JSON."""


class Json(Response):
    """A reply whose JSON is encoded already."""

    media_type = "application/json"


class Surface:
    """An ASGI application: these routes, and `shape` for every refusal, unknown route and fault.

    `statuses` overrides the usual HTTP status of a refusal.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        shape: Shape,
        statuses: Callable[[Refused], int] = status_of,
    ) -> None:
        self._router = Router(routes, redirect_slashes=False)
        self._shape = shape
        self._statuses = statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        # With an application in scope the router raises instead of answering in its own words.
        scope["app"] = self
        try:
            await self._router(scope, receive, watched)
        except ClientDisconnect:
            return
        except Refused as error:
            refused = error
        except HTTPException as error:
            refused = WrongMethod() if error.status_code == _WRONG_METHOD else NoRoute()
        except Exception:
            log.exception("request_broken", extra={"path": scope.get("path")})
            if started:
                raise
            refused = Broken()
        else:
            return
        if not started:
            await self.refuse(refused)(scope, receive, send)

    def refuse(self, error: Refused) -> Response:
        """Make the reply to a refusal."""
        status = self._statuses(error)
        return Json(self._shape(error, status), status, headers_of(error))
