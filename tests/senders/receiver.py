"""A web server that does with each request exactly what a test says, down to the bytes."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """Keeps what it was sent. `answer` writes the reply to each request."""

    answer: Answer
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def stop(self) -> None:
        self._server.close()
        for task in list(self._open.values()):
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, self._open.values()), return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/hook", host: str | None = None) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{host or self.host}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open[writer] = asyncio.current_task()
        try:
            while not writer.is_closing():
                request = await _read(reader)
                self.requests.append(request)
                await self.answer(request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            writer.transport.abort()
            del self._open[writer]


def reply(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer every request alike; `content_type="image/png"` gives that header."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    sent = "\r\n".join([*lines, "", ""]).encode() + body

    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)

    return answer


async def silence(_: Request, writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing until the other side goes."""
    await writer.wait_closed()


def endless(content_type: str = "text/plain") -> Answer:
    """Begin a good reply whose body has no end."""

    async def answer(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode())
        while True:
            writer.write(b"x" * 16_384)
            await writer.drain()

    return answer


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
