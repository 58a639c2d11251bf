"""The demo's server: `humanwire serve` as a process of its own, on a folder that is thrown away."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from humanwire.demo.api import Failed

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


class Running(NamedTuple):
    """A server that answers: its address, and the operator's key."""

    origin: str
    operator_key: str


@asynccontextmanager
async def running(folder: Path, host: str, port: int) -> AsyncGenerator[Running]:
    """Run the server until the block ends. Raises Failed when it does not start."""
    database = f"sqlite:///{folder / 'demo.db'}"
    command = [sys.executable, "-m", "humanwire", "serve", "--json", "--database", database]
    # Webhooks of the demo go to the demo itself.
    command += ["--host", host, "--port", str(port), "--allow-network", "127.0.0.0/8"]
    with (folder / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            # The reader's own settings are for their own server.
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not _is_setting(name)},
        )
    try:
        yield await _welcomed(process)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _is_setting(name: str) -> bool:
    return name.startswith("HUMANWIRE_")


async def _welcomed(process: asyncio.subprocess.Process) -> Running:
    output = process.stdout or asyncio.StreamReader()
    async with asyncio.timeout(_START_SECONDS):
        line = await output.readline()
    said = msgspec.json.decode(line or b"{}")
    if "error" in said or not said:
        raise Failed(said.get("error", {}).get("message", "The server did not start."))
    return Running(said["url"], said["operator_url"].rpartition("/")[2])
