"""Server processes: started, watched, stopped."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter

from humanwire.bench.client import HOST, BenchFailed, connected, encode

_READY_SECONDS = 30.0
_STOP_SECONDS = 30.0
_MIB = 1024 * 1024


class Process:
    """A server of our own; `ready_ms` is the time from its start to its first good reply."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, ready_ms: float) -> None:
        self._process = process
        self.port = port
        self.ready_ms = round(ready_ms, 1)

    @property
    def rss_mb(self) -> float:
        """Resident memory in MiB."""
        return round(_resident(self._process.pid) / _MIB, 1)

    @property
    def rss_bytes(self) -> int:
        return _resident(self._process.pid)

    def terminate(self) -> None:
        """Ask it to stop; it still answers those who wait."""
        self._process.send_signal(signal.SIGTERM)


@asynccontextmanager
async def running(
    module: str, arguments: Sequence[str], ready: str, log: Path
) -> AsyncGenerator[Process]:
    """Run `python -m MODULE ARGUMENTS --port PORT`; yield once `ready`, a path, answers 200.

    Raises BenchFailed, with the end of its log, when it does not start.
    """
    port = free_port()
    command = (sys.executable, "-m", module, *arguments, "--port", str(port))
    started = perf_counter()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output)
    try:
        if not await _answers(process, port, ready):
            raise BenchFailed(f"{module} did not start: {_end_of(log)}")
        yield Process(process, port, (perf_counter() - started) * 1000)
    finally:
        await _stop(process)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-1000:]


async def _answers(process: asyncio.subprocess.Process, port: int, path: str) -> bool:
    request = encode("GET", path, "")
    deadline = perf_counter() + _READY_SECONDS
    while process.returncode is None and perf_counter() < deadline:
        with suppress(OSError, BenchFailed):
            async with connected(port, 1) as (connection,):
                if (await connection.send(request)).status == 200:  # noqa: PLR2004
                    return True
        await asyncio.sleep(0.01)
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _resident(pid: int) -> int:
    with suppress(OSError):
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    listed = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(listed.stdout) * 1024
