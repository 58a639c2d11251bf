"""The export: every request that fits the list's filters, as a stream of lines."""

import logging
from collections.abc import AsyncGenerator
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from humanwire.core.errors import Refused
from humanwire.core.ids import TaskId
from humanwire.dialects.heat import query
from humanwire.dialects.heat.desk import Desk
from humanwire.dialects.heat.listing import filter_of
from humanwire.flows.export import ExportedTask, export
from humanwire.wire.errors import Forbidden, Unauthorized

log = logging.getLogger(__name__)

Page: TypeAlias = list[ExportedTask]


class Export:
    """Streams requests."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def read(self, request: Request) -> Response:
        """Give all requests that fit, newest first, at whatever speed the client reads."""
        key = await self.desk.key(request)
        given = query.parameters(request.scope)
        where = await filter_of(self.desk.ports.store, key, given)
        cursor = query.identifier(given, "cursor")
        before = None if cursor is None else TaskId(cursor)
        pages = export(self.desk.ports, key.project.number, key.mode, where, before)
        # What cannot be read at all is refused in the usual way, before a reply has begun.
        first = await anext(pages, None)
        return Exported(self.desk, request, first, pages)


class Exported(Response):
    """Lines until the last request; ended in the middle, the connection breaks off.

    So what looks whole to the client is whole.
    """

    def __init__(
        self, desk: Desk, request: Request, first: Page | None, pages: AsyncGenerator[Page]
    ) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(headers=headers, media_type="application/x-ndjson")
        del self.headers["content-length"]
        self._desk = desk
        self._request = request
        self._first = first
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        complete = scope["method"] == "HEAD"
        try:
            # Without the hold a client that left would still have everything read for it.
            async with self._desk.hold(self._request):
                complete = complete or await self._send_all(send)
        except Refused as error:
            log.warning("export_broken_off", extra={"error": error.message})
        # Not said to be the last part, the reply is cut: HTTP's only way to take back a 200.
        if complete:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> bool:
        """Send page after page; False when the key has ended before the last."""
        page, self._first = self._first, None
        while page is not None:
            body = b"".join([task.line() for task in page])
            await send({"type": "http.response.body", "body": body, "more_body": True})
            try:
                await self._desk.key(self._request)
            except (Unauthorized, Forbidden):
                return False
            page = await anext(self._pages, None)
        return True
