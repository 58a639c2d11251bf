"""The event feed: what ended, in order, as pages or as server-sent events."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from humanwire.core.json import on_one_line
from humanwire.core.times import iso
from humanwire.dialects.heat import query
from humanwire.dialects.heat.desk import Desk
from humanwire.dialects.heat.from_core import batch_object, request_object
from humanwire.flows.wait import wait_for_events
from humanwire.store.records import Event, Key
from humanwire.wire.bodies import MIB
from humanwire.wire.errors import Forbidden, Unauthorized
from humanwire.wire.surface import Json

PAGE, PAGE_MOST = 100, 1000
PAGE_BYTES = 16 * MIB
_STEP = 50
_SILENCE = b": nothing new\n\n"


class Feed:
    """Gives the events of a project, those of its test keys apart."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, request: Request) -> Response:
        """Give the events after a position, waiting for the first one if the caller wishes."""
        key = await self._desk.key(request)
        given = query.parameters(request.scope)
        after = query.whole(given, "after", 0)
        if "text/event-stream" in request.headers.get("accept", ""):
            resumed = {"Last-Event-ID": request.headers.get("last-event-id", "")}
            return Events(self, request, key, query.whole(resumed, "Last-Event-ID", after))
        most = query.limit(given, PAGE, PAGE_MOST)
        seconds = self._desk.block(request.scope)
        events = await self.wait(request, key, after, seconds)
        shown: list[bytes] = []
        while events and len(shown) < most and sum(map(len, shown)) < PAGE_BYTES:
            some = events[: most - len(shown)]
            # Together, as a store may look them up together.
            shown += await asyncio.gather(*(self.show(key, event) for event in some))
            after = some[-1].id
            events = await self.wait(request, key, after, 0)
        page = b'{"events":[%s],"next":%d}' % (b",".join(shown), after)
        return Json(page)

    @property
    def keep_alive(self) -> float:
        """Seconds after which a silent stream says that it is there."""
        return self._desk.keep_alive

    @property
    def closing(self) -> bool:
        """Whether streams shall end."""
        return self._desk.doors.closing

    async def wait(self, request: Request, key: Key, after: int, seconds: float) -> Sequence[Event]:
        """Return some events, waiting for the first; none when the time is up or we close.

        Raises ClientDisconnect when the client has left.
        """
        ports, project = self._desk.ports, key.project.number
        events = await ports.store.events(project, key.mode, after, _STEP)
        if events or not seconds or self.closing:
            return events
        async with self._desk.hold(request):
            return await wait_for_events(ports, project, key.mode, after, _STEP, seconds)
        return []

    async def admits(self, request: Request) -> bool:
        """Tell whether the key of an open stream still works."""
        try:
            await self._desk.key(request)
        except (Unauthorized, Forbidden):
            return False
        return True

    async def show(self, key: Key, event: Event) -> bytes:
        """Put an event into JSON, with its request or its batch as it stands now."""
        head = f'{{"id":{event.id},"type":"{event.type}","time":"{iso(event.time)}"'
        return b"%s,%s}" % (head.encode(), await self._subject(key, event))

    async def _subject(self, key: Key, event: Event) -> bytes:
        store, project = self._desk.ports.store, key.project.number
        if event.batch is not None:
            batch = await store.batch_progress(project, key.mode, event.batch)
            return b'"request":null,"batch":' + (b"null" if batch is None else batch_object(batch))
        found = None
        if event.task is not None:
            found = await store.find_task(project, key.mode, event.task)
        return b'"request":' + (b"null" if found is None else request_object(found))


class Events(Response):
    """The feed as server-sent events, until the client or its key is gone, or we close."""

    def __init__(self, feed: Feed, request: Request, key: Key, after: int) -> None:
        headers: Mapping[str, str] = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(headers=headers, media_type="text/event-stream")
        del self.headers["content-length"]
        self._feed = feed
        self._request = request
        self._key = key
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        async def say(body: bytes, *, more: bool = True) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": more})

        headers = self.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        feed = self._feed
        await say(_SILENCE)
        while not feed.closing:
            events = await feed.wait(self._request, self._key, self._after, feed.keep_alive)
            if not await feed.admits(self._request):
                break
            for event in events:
                # A line break in it would end the event's data.
                shown = on_one_line(await feed.show(self._key, event))
                await say(f"id: {event.id}\nevent: {event.type}\ndata: ".encode() + shown + b"\n\n")
                self._after = event.id
            if not events:
                await say(_SILENCE)
        await say(b"", more=False)
