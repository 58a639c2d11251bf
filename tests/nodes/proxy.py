"""A network between a node and its database that a test can hold up."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Passes bytes on, until told to hold them: then connections are open, but nothing arrives."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._marker = b""
        self._open = asyncio.Event()
        self._open.set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.swallowed = asyncio.Event()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()

    def hold(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def swallow_commit_of(self, marker: bytes) -> None:
        """Lose the next transaction that speaks of this, from its commit on: neither end hears."""
        self._marker = marker

    async def _connected(self, node: asyncio.StreamReader, to_node: asyncio.StreamWriter) -> None:
        self._writers.append(to_node)
        await self._open.wait()
        server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(to_server)
        lost = asyncio.Event()
        for pump in (self._pump(node, to_server, lost), self._pump(server, to_node, lost)):
            task = asyncio.create_task(pump)
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        is_named = False
        with suppress(OSError):
            while chunk := await source.read(65536):
                is_named |= bool(self._marker) and self._marker in chunk
                if is_named and self._marker and b"COMMIT" in chunk:
                    self._marker = b""
                    lost.set()
                    self.swallowed.set()
                if lost.is_set():
                    await asyncio.Event().wait()
                await self._open.wait()
                target.write(chunk)
                await target.drain()
        if not lost.is_set():
            target.close()


@asynccontextmanager
async def proxy_to(port: int) -> AsyncGenerator[Proxy]:
    proxy = Proxy(port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()
