"""A receiver of webhooks, which believes nothing that is not signed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hmac import compare_digest

import msgspec
from aiohttp import web

from humanwire.core.signing import sign

_HOST = "127.0.0.1"


class Receiver:
    """Where a task's end is told. `arrived` resolves with the request's id, once it is verified."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.url = ""
        self.arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def take(self, request: web.Request) -> web.Response:
        """Check the signature as any receiver should, over the very bytes that came."""
        body = await request.read()
        identifier = request.headers.get("webhook-id", "")
        time = request.headers.get("webhook-timestamp", "")
        given = request.headers.get("webhook-signature", "")
        right = sign((self._secret,), identifier, int(time or 0), body)["webhook-signature"]
        if not compare_digest(given, right):
            return web.Response(status=401)
        if not self.arrived.done():
            self.arrived.set_result(msgspec.json.decode(body)["id"])
        return web.Response(status=204)


@asynccontextmanager
async def receiving(secret: str) -> AsyncGenerator[Receiver]:
    """Listen on a free port of this machine."""
    receiver = Receiver(secret)
    application = web.Application()
    application.router.add_post("/ended", receiver.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, _HOST, 0)
    await site.start()
    _, port = runner.addresses[0][:2]
    receiver.url = f"http://{_HOST}:{port}/ended"
    try:
        yield receiver
    finally:
        await runner.cleanup()
