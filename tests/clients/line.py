"""A line to the server that is cut, slow or answered by others, as a test says."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import aiohttp
from aiohttp import web

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Line:
    """Where a client calls, and what it has sent there."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.calls: list[web.BaseRequest] = []

    @property
    def keys(self) -> set[str | None]:
        """The idempotency keys that came."""
        return {call.headers.get("Idempotency-Key") for call in self.calls}


@asynccontextmanager
async def line(*handlers: Handler) -> AsyncGenerator[Line]:
    """Listen until the test is over, with a handler for each call in turn; the last one stays."""
    calls: list[web.BaseRequest] = []

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        calls.append(request)
        return await handlers[min(len(calls), len(handlers)) - 1](request)

    runner = web.ServerRunner(web.Server(handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (host, port) = runner.addresses[0]
    opened = Line(f"http://{host}:{port}")
    opened.calls = calls
    try:
        yield opened
    finally:
        await runner.cleanup()


def saying(status: int, text: str, **headers: str) -> Handler:
    """Reply with a status and a text, whatever was asked."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def handle(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, text=text, headers=named)

    return handle


async def silent(_: web.BaseRequest) -> web.StreamResponse:
    """Never reply."""
    await asyncio.Event().wait()
    raise AssertionError


async def cut(request: web.BaseRequest) -> web.StreamResponse:
    """Break the line before anything is passed on."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def passing(origin: str, *, lost: bool = False) -> Handler:
    """Pass the call on to a server, and the reply back, unless it is lost."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in {"host", "content-length", "accept-encoding"}
        }
        body = await request.read()
        async with (
            aiohttp.ClientSession() as http,
            http.request(
                request.method, origin + request.raw_path, data=body, headers=headers
            ) as reply,
        ):
            read = await reply.read()
        if lost:
            return await cut(request)
        return web.Response(status=reply.status, body=read, content_type="application/json")

    return handle
