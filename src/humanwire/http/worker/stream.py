"""The stream of notices to a worker's page, as server-sent events."""

import asyncio
from collections.abc import AsyncGenerator

import msgspec
from starlette.responses import Response, StreamingResponse

from humanwire.flows.wakeups import Notice
from humanwire.http.context import Context
from humanwire.store.records import Worker

_KEEP_ALIVE_SECONDS = 15.0
_SSE = {"content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no"}


def stream(context: Context, worker: Worker) -> Response:
    """Stream news of work and withdrawn leases until the page goes away or the server stops."""
    return StreamingResponse(_notices(context, worker), headers=_SSE)


async def _notices(context: Context, worker: Worker) -> AsyncGenerator[bytes]:
    closing = asyncio.create_task(context.closing.wait())
    try:
        wakeups = context.ports.wakeups
        projects = [project.number for project in worker.projects]
        with wakeups.stream(worker.number, projects) as notices:
            yield b"retry: 2000\n\n"
            while not closing.done():
                waiting = asyncio.create_task(notices.get())
                try:
                    await asyncio.wait(
                        {waiting, closing},
                        timeout=_KEEP_ALIVE_SECONDS,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                finally:
                    waiting.cancel()  # Does nothing to one that is done.
                if waiting.done():
                    wakeups.listen(notices, projects)
                    yield _line(waiting.result())
                else:
                    yield b": here\n\n"
    finally:
        closing.cancel()


def _line(notice: Notice) -> bytes:
    data = {"assignment": notice.assignment, "reason": notice.reason}
    return b"event: %s\ndata: %s\n\n" % (notice.event.encode(), msgspec.json.encode(data))
