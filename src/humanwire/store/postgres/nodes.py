"""What nodes tell each other on PostgreSQL: notifications, on a connection of their own.

A notification inside a transaction would make all commits wait for each other, so the messages of
a node go out beside its writes. Whatever is lost with the connection, the polls find. Each node
says now and then that it is there; one that hears of no other tells nothing: nobody would hear it.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from functools import cached_property
from time import monotonic

import asyncpg

from humanwire.core.errors import Unavailable
from humanwire.store.postgres.connections import PATIENCE_SECONDS, Plain
from humanwire.store.postgres.engine import TROUBLE, Engine, unavailable
from humanwire.store.statements import load

SQL = load("postgres", "nodes.sql")
CHANNEL = "humanwire"
_RETRY_SECONDS = 1.0
_POLL_SECONDS = 2.0
_SILENCE_SECONDS = 4.0
"""After so long a node says that it is there; so it learns whether its connection is, too."""
_ALONE_SECONDS = 12.0
"""After so long without a word from others, a node takes itself for the only one."""

log = logging.getLogger(__name__)


class Nodes(Engine):
    """This node among those that serve on the same database."""

    shared = True
    _line: Plain | None = None
    _looked_at = 0.0
    _said_at = 0.0
    _others_at = 0.0

    @cached_property
    def _name(self) -> str:
        """Begins this node's messages, so that it knows its own."""
        return os.urandom(6).hex()

    @cached_property
    def _turn(self) -> asyncio.Lock:
        return asyncio.Lock()

    @cached_property
    def _heard(self) -> "asyncio.Queue[str | None]":
        return asyncio.Queue(10_000)

    async def tell_nodes(self, message: str) -> None:
        line = self._line
        if line is None:  # of a program that only writes
            await self._read(SQL["tell"], CHANNEL, self._name + message)
        elif monotonic() - self._others_at < _ALONE_SECONDS:
            await self._say(line, message)

    async def hear_nodes(self) -> AsyncIterator[str | None]:
        while True:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    line = await self._connect_line()
            except TROUBLE as error:
                log.warning("nodes_unheard", extra={"error": str(error)})
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._line = line
            try:
                yield None
                while not line.is_closed():
                    message = await self._next_message(line)
                    if message is None:
                        yield None
                    elif not message.startswith(self._name):
                        self._others_at = monotonic()
                        if news := message[len(self._name) :]:
                            yield news
            finally:
                self._line = None
                line.terminate()

    def changed_elsewhere(self) -> bool:
        due = monotonic() - self._looked_at >= _POLL_SECONDS
        if due:
            self._looked_at = monotonic()
        return due

    async def _connect_line(self) -> Plain:
        line = await self.connect()
        try:
            line.add_termination_listener(lambda _: self._hear(None))
            await line.add_listener(CHANNEL, self._told)
            self._others_at = monotonic()
            await self._say(line, "")
        except BaseException:
            line.terminate()
            raise
        return line

    async def _next_message(self, line: Plain) -> str | None:
        """Wait for a message, saying from time to time that this node is there."""
        while True:
            silence = monotonic() - self._said_at
            try:
                if silence >= _SILENCE_SECONDS:
                    await self._say(line, "")
                async with asyncio.timeout(max(_SILENCE_SECONDS - silence, 0.01)):
                    return await self._heard.get()
            except TimeoutError:
                continue
            except Unavailable:
                return None

    async def _say(self, line: Plain, message: str) -> None:
        self._said_at = monotonic()
        await self._use(line, SQL["tell"], CHANNEL, self._name + message)

    async def _use(self, line: Plain, statement: str, *values: object) -> None:
        """Run a statement on the line. One that does not answer is dropped, for a new one."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._turn:
                await line.execute(statement, *values)
        except TROUBLE as error:
            line.terminate()
            raise unavailable(error) from error

    async def _heed(self, error: Exception) -> None:
        await super()._heed(error)
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError) and self._line is not None:
            self._line.terminate()  # all meet on the server that takes writes now

    def _told(self, _: object, __: int, ___: str, message: object) -> None:
        self._hear(str(message))

    def _hear(self, message: str | None) -> None:
        if self._heard.full():  # too much to follow: look at everything instead
            while not self._heard.empty():
                self._heard.get_nowait()
            message = None
        self._heard.put_nowait(message)
