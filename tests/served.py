"""The real server as a process of its own, to be killed, starved or locked out."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.project import ProjectSettings
from humanwire.flows import accounts


class Served:
    """`humanwire serve` on one database, started and killed as often as a test likes."""

    def __init__(self, folder: Path, *options: str, database: str = "", name: str = "") -> None:
        self.path = folder / "served.db"
        self.database = database or f"sqlite:///{self.path}"
        self._log = folder / f"served{name}.log"
        self._options = options
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process: asyncio.subprocess.Process | None = None

    async def found(self, workers: int) -> None:
        """Make a project, a key and some workers, before the first start."""
        async with wiring.open_ports(Settings(database=self.database)) as ports:
            project = await accounts.create_project(ports, "crash", ProjectSettings())
            _, self.key = await accounts.create_key(ports, project, "live")
            self.workers = [
                (await accounts.create_worker(ports, f"w{number}", (project,)))[1]
                for number in range(workers)
            ]

    async def start(self) -> None:
        """Start the process and wait until it answers."""
        command = (sys.executable, "-m", "humanwire", "serve", "--database", self.database)
        options = ("--port", str(self.port), "--allow-network", "127.0.0.0/8", *self._options)
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, *options, stdout=log, stderr=log
            )
        async with asyncio.timeout(20), aiohttp.ClientSession() as http:
            while True:
                assert self.process.returncode is None, self._log.read_text()
                try:
                    async with http.get(f"{self.origin}/readyz") as reply:
                        if reply.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Ask the process to stop; return its exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 20)


@asynccontextmanager
async def served(folder: Path, *options: str, workers: int = 2) -> AsyncGenerator[Served]:
    """A started server, killed in the end if it still runs."""
    server = Served(folder, *options)
    await server.found(workers)
    await server.start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.returncode is None:
            await server.kill()
