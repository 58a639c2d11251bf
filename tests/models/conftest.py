"""Pictures, questions, and servers that stand for models elsewhere."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from aiohttp import web

from humanwire.core.model import Item
from humanwire.core.questions import Attachment, Choice
from humanwire.models.plugin import Case

PICTURES = Path(__file__).parent / "pictures"
VERDICTS = ("approved", "declined", "ban")


def closed(url: str = "http://pictures.test/1.jpg") -> Choice:
    return Choice(
        instruction="Does it meet the criteria?",
        attachments=(Attachment("image", url),),
        choices=VERDICTS,
        max=1,
    )


def item(flavour: str | None = None, url: str = "http://pictures.test/1.jpg") -> Item:
    return Item(closed(url), flavour)


def picture(name: str) -> bytes:
    return (PICTURES / name).read_bytes()


async def unread(asked: Item) -> Case:
    """Takes an item without its pictures."""
    return Case(asked)


Handler = Callable[[dict[str, Any]], Any]
Elsewhere = Callable[..., Awaitable[str]]


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Serves made-up models: a function of the body for each path; returns the address."""
    async with AsyncExitStack() as stack:

        async def start(**handlers: Any) -> str:
            return await stack.enter_async_context(_listening(handlers))

        yield start


@asynccontextmanager
async def _listening(handlers: dict[str, Any]) -> AsyncGenerator[str]:
    async def reply(request: web.Request) -> web.StreamResponse:
        handler = handlers[request.path.rpartition("/")[2]]
        body = await request.json() if request.can_read_body else None
        said = handler(body, request) if callable(handler) else handler
        if asyncio.iscoroutine(said):
            said = await said
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)

    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", reply)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running(app: Any) -> AsyncGenerator[str]:
    """Runs a worker's application on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
