"""Tells the other nodes on the same database whom to wake, and wakes whom they tell of.

What is told together goes as one message. A message may be lost (a node that was cut off, a server
that restarted): the polls of `sweep.heed_others` find what it would have told.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import islice

import msgspec
from msgspec import Struct

from humanwire.core.errors import Refused
from humanwire.core.ids import ProjectId, TaskId, WorkerId
from humanwire.flows.wakeups import Notice, Wakeups

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.004
_MOST = 100
"""Tasks, projects and notices of each in a message, if there is room for them."""
_BYTES = 7_900
"""What a message may have, with the name of its node before it: PostgreSQL takes 7,999."""


class News(Struct, omit_defaults=True):
    """What happened on a node: tasks that ended, vacancies by project, notices to workers."""

    ended: list[tuple[ProjectId, TaskId]] = []
    work: dict[ProjectId, int] = {}
    notices: list[tuple[WorkerId, Notice]] = []


_decode = msgspec.json.Decoder(News).decode


class Relay:
    """The other nodes, as seen from this one. `send` brings a message to all of them."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._ended: list[tuple[ProjectId, TaskId]] = []
        self._work: Counter[ProjectId] = Counter()
        self._notices: list[tuple[WorkerId, Notice]] = []
        self._sending: asyncio.Task[None] | None = None

    def ended(self, project: ProjectId, task: TaskId) -> None:
        """Tell that a task ended."""
        self._ended.append((project, task))
        self._begin()

    def work(self, project: ProjectId, vacancies: int) -> None:
        """Tell of vacancies that nobody in line here was called to."""
        self._work[project] += vacancies
        self._begin()

    def notice(self, worker: WorkerId, notice: Notice) -> None:
        """Tell a worker something, wherever their pages are open."""
        self._notices.append((worker, notice))
        self._begin()

    async def close(self) -> None:
        """Send what is left."""
        if self._sending is not None:
            await self._sending

    def _begin(self) -> None:
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._ended or self._work or self._notices:
                await self._send(self._next_message())
                # The first goes at once; what follows on its heels goes together.
                await asyncio.sleep(_PAUSE_SECONDS)
        except Refused as error:
            log.warning("nodes_untold", extra={"error": error.message})
            self._ended.clear()
            self._work.clear()
            self._notices.clear()
        finally:
            self._sending = None

    def _next_message(self) -> str:
        """Take as much as fits."""
        most = _MOST
        while True:
            work = dict(islice(self._work.items(), most))
            news = News(self._ended[:most], work, self._notices[:most])
            message = msgspec.json.encode(news)
            if len(message) <= _BYTES or most == 1:
                break
            most //= 2
        del self._ended[:most]
        del self._notices[:most]
        for project in work:
            del self._work[project]
        return message.decode()


def heed(wakeups: Wakeups, message: str) -> None:
    """Wake those in this process whom another node's message concerns.

    One that is not understood is passed over: a newer version may say more.
    """
    try:
        news = _decode(message)
    except msgspec.MsgspecError as error:
        log.warning("news_unknown", extra={"error": str(error)})
        return
    for project, task in news.ended:
        wakeups.ended_elsewhere(project, task)
    for project, vacancies in news.work.items():
        wakeups.work_elsewhere(project, vacancies)
    for worker, notice in news.notices:
        wakeups.tell_here(worker, notice)
