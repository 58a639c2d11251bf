"""A reader of replies that do not end soon: each piece is taken as it comes, none is kept."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from time import perf_counter

from httptools import HttpResponseParser

from humanwire.bench.client import HOST, BenchFailed

_PATIENCE_SECONDS = 30.0

Take = Callable[[bytes], None]


class Stream(asyncio.Protocol):
    """One request and its reply; `first` is the seconds until the first piece of the body."""

    def __init__(self, take: Take) -> None:
        loop = asyncio.get_running_loop()
        self._take = take
        self._parser = HttpResponseParser(self)
        self._sent = perf_counter()
        self.first: asyncio.Future[float] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"The server broke off: {exc}.")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status != 200:  # noqa: PLR2004
            self._fail(f"A stream was answered {status}.")

    def on_body(self, body: bytes) -> None:
        if not self.first.done():
            self.first.set_result(perf_counter() - self._sent)
        self._take(body)

    def on_message_complete(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _fail(self, reason: str) -> None:
        for future in (self.first, self.ended):
            if not future.done():
                future.set_exception(BenchFailed(reason))
                # Whoever is not interested any more need not hear of it.
                future.exception()


@asynccontextmanager
async def streaming(port: int, request: bytes, take: Take) -> AsyncGenerator[Stream]:
    """Send a request and yield the stream once its first piece has come; break it off in the end.

    Raises BenchFailed when nothing comes.
    """
    loop = asyncio.get_running_loop()
    transport, stream = await loop.create_connection(lambda: Stream(take), HOST, port)
    try:
        transport.write(request)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await stream.first
        yield stream
    except TimeoutError:
        raise BenchFailed("The server left a stream empty.") from None
    finally:
        transport.abort()
