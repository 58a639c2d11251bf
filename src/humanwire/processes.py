"""Several serving processes on one machine: they share a port, a database and a page of metrics.

The parent only watches. A process that dies has its successor at once; told to stop, all stop. A
process whose parent is gone stops by itself.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from humanwire.core.errors import Invalid
from humanwire.http.metrics import Board, Place, retire

log = logging.getLogger(__name__)

_SOON_SECONDS = 1.0
"""A process that dies sooner after its start has its successor only after so long."""


class Crew:
    """Forks `processes` children, each of which calls `work` with its place and ends with it.

    `work` gets True once, for the first process that ever has the first place.
    """

    def __init__(self, processes: int, work: Callable[[Place, bool], None]) -> None:
        if not hasattr(os, "fork"):
            raise Invalid("This system has one serving process: leave it at 1.", field="workers")
        self._board = Board(processes)
        self._work = work
        self._running: dict[int, tuple[int, float]] = {}
        self._stopping = False

    def run(self) -> None:
        """Watch over the children until a signal comes and all of them have ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for number in range(self._board.processes):
            self._start(number, first=number == 0)
        while self._running:
            process, status = os.wait()
            ended = self._running.pop(process, None)
            if ended is None or self._stopping:
                continue
            number, begun = ended
            log.error("process_died", extra={"pid": process, "status": status})
            retire(self._board, number)
            if time.monotonic() - begun < _SOON_SECONDS:
                time.sleep(_SOON_SECONDS)
            if not self._stopping:
                self._start(number, first=False)

    def _start(self, number: int, *, first: bool) -> None:
        process = os.fork()
        if process:
            self._running[process] = (number, time.monotonic())
            if self._stopping:  # the signal came in between
                self._stop(signal.SIGTERM, None)
            return
        status = 1
        try:
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, signal.SIG_DFL)
            self._work(Place(self._board, number), first)
            status = 0
        except BaseException:
            log.exception("process_broken", extra={"pid": os.getpid()})
        finally:
            sys.stdout.flush()
            os._exit(status)

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True
        for process in list(self._running):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
