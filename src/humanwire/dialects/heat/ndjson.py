"""Lines in and lines out, at whatever speed the two ends have, in little memory.

A client may send all of its lines before it reads the first outcome. Waiting for it to read would
then wait for ever, so what it does not read yet is kept in a temporary file.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

from starlette.types import Message, Send

from humanwire.core.errors import Refused
from humanwire.wire.bodies import MIB
from humanwire.wire.errors import TooLarge

_AHEAD = 2 * MIB
"""Bytes read ahead of what is being stored, and bytes of outcomes kept in memory."""
_PART = 65_536


class Intake:
    """Reads ahead while lines are being stored, so that each transaction has many of them.

    Blank lines do not count. A line beyond `limit` bytes is a refusal in its place.
    """

    def __init__(self, head: bytes, parts: AsyncIterator[bytes], limit: int) -> None:
        self._rest = head
        self._parts = parts
        self._limit = limit
        self._lines: deque[bytes | Refused] = deque()
        self._size = 0
        self._skipping = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> None:
        self._reading = asyncio.create_task(self._read())
        self._reading.add_done_callback(lambda _: self._changed.set())

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await asyncio.wait({self._reading})

    async def take(self, most: int) -> list[bytes | Refused]:
        """Return the lines that have come, one at least; none at the end.

        Raises ClientDisconnect when the client left before it.
        """
        while not self._lines:
            if self._reading.done():
                self._reading.result()
                return []
            self._changed.clear()
            await self._changed.wait()
        taken = [self._lines.popleft() for _ in range(min(most, len(self._lines)))]
        self._size -= sum(len(line) for line in taken if isinstance(line, bytes))
        self._changed.set()
        return taken

    async def _read(self) -> None:
        self._split(b"")
        async for part in self._parts:
            self._split(part)
            while self._size > _AHEAD:
                self._changed.clear()
                await self._changed.wait()
        self._split(b"\n")

    def _split(self, part: bytes) -> None:
        *whole, self._rest = (self._rest + part).split(b"\n")
        for line in whole:
            self._add(line)
        if len(self._rest) > self._limit:
            self._add(self._rest)
            self._skipping = True
            self._rest = b""
        if whole:
            self._changed.set()

    def _add(self, line: bytes) -> None:
        if self._skipping:
            self._skipping = False
        elif len(line) > self._limit:
            self._lines.append(TooLarge(f"A line is larger than {self._limit} bytes."))
        elif not line.isspace() and line:
            self._lines.append(line)
            self._size += len(line)


class Outlet:
    """Sends what is written to it, as fast as the client takes it; leaving it sends the rest."""

    def __init__(self, send: Send, start: Message) -> None:
        self._send = send
        self._start = start
        self._kept = SpooledTemporaryFile(max_size=_AHEAD)  # noqa: SIM115 - closed on leaving
        self._written = self._sent = 0
        self._done = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._sending = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is not None:
                self._sending.cancel()
                await asyncio.wait({self._sending})
                return
            self._done = True
            self._changed.set()
            await self._sending
        finally:
            self._kept.close()

    def write(self, data: bytes) -> None:
        """Take something to be sent, in order."""
        self._kept.seek(self._written)
        self._kept.write(data)
        self._written += len(data)
        self._changed.set()

    async def _run(self) -> None:
        await self._send(self._start)
        while True:
            while part := self._next():
                await self._send({"type": "http.response.body", "body": part, "more_body": True})
            if self._done:
                break
            self._changed.clear()
            await self._changed.wait()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _next(self) -> bytes:
        if self._sent == self._written:
            self._kept.seek(0)
            self._kept.truncate()
            self._written = self._sent = 0
            return b""
        self._kept.seek(self._sent)
        part = self._kept.read(_PART)
        self._sent += len(part)
        return part
