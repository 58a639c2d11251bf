"""A plug-in that runs in this process, in one thread that gives way to everything else."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from humanwire.core.model import Capability, Opinion
from humanwire.models.backend import Trouble
from humanwire.models.plugin import Case, Model

_NICENESS = 10
Result = TypeVar("Result")


def spare_threads() -> int:
    """How many threads a model may use: a core is left to everything else."""
    return max(1, _cores() - 1)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_way() -> None:
    """Let this thread, and those that it starts, run when others need not."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


class InProcess:
    """Loads a plug-in when it is first looked at."""

    def __init__(
        self, plugin: Callable[..., Model], capability: Capability, threads: int | None = None
    ) -> None:
        self.capability: Capability | None = capability
        self._plugin = plugin
        self._threads = threads or spare_threads()
        self._model: Model | None = None
        # What a model's libraries start inherits the niceness of the thread that loads it.
        self._thread = ThreadPoolExecutor(1, f"model-{capability.name}", give_way)

    async def look(self) -> None:
        if self._model is None:
            await self._run(self._load)

    async def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        def ask() -> Sequence[Opinion]:
            return self._load().answer(cases)

        return await self._run(ask)

    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _load(self) -> Model:
        if self._model is None:
            self._model = self._plugin(threads=self._threads)
        return self._model

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except Exception as error:
            raise Trouble("fault", f"{type(error).__name__}: {error}") from error
