"""The machine that figures come from: without it they say little."""

import os
import platform
import sqlite3
from pathlib import Path
from statistics import median
from time import perf_counter

from msgspec import Struct

from humanwire import __version__
from humanwire.bench.figures import MILLI

_SYNCS = 200
_PAGE = b"\0" * 4096
_GIB = 1024**3


class Machine(Struct, frozen=True, kw_only=True):
    """Where a bench ran, and on what; `sync_ms` is the median time to write 4 KiB durably."""

    cores: int
    processor: str
    memory_gib: float
    system: str
    sync_ms: float
    python: str
    sqlite: str
    humanwire: str
    postgresql: str | None = None

    def lines(self) -> list[str]:
        """The same as a Markdown list."""
        processor = f"{self.cores} cores ({self.processor})"
        disk = f"4 KiB written and synced in {self.sync_ms} ms (median of {_SYNCS})"
        versions = f"humanwire {self.humanwire}, Python {self.python}, SQLite {self.sqlite}"
        if self.postgresql:
            versions += f", PostgreSQL {self.postgresql}"
        return [
            f"* {processor}, {self.memory_gib} GiB of memory, {self.system}",
            f"* Disk: {disk}",
            f"* {versions}",
        ]


def look(folder: Path, postgresql: str | None = None) -> Machine:
    """Describe this machine; the disk is the one that `folder` is on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cores=_cores(),
        processor=_processor(),
        memory_gib=round(pages / _GIB, 1),
        system=f"{platform.system()} {platform.release()}",
        sync_ms=_sync_ms(folder),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        humanwire=__version__,
        postgresql=postgresql,
    )


def _cores() -> int:
    """Those that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _sync_ms(folder: Path) -> float:
    file = folder / f"sync-{os.getpid()}"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    times: list[float] = []
    try:
        for _ in range(_SYNCS):
            started = perf_counter()
            os.write(descriptor, _PAGE)
            os.fsync(descriptor)
            times.append(perf_counter() - started)
    finally:
        os.close(descriptor)
        file.unlink()
    return round(median(times) * MILLI, 2)
