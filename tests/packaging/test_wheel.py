"""The wheel in an empty environment, on a path without Node: it serves the workspace."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_the_wheel_needs_nothing_but_python(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "empty")
    program = tmp_path / "empty" / "bin"
    run(program / "python", "-m", "pip", "install", "--quiet", wheel)
    process = await asyncio.create_subprocess_exec(
        program / "humanwire",
        *("serve", "--json", "--port", "0"),
        cwd=tmp_path,
        env={"PATH": "/nonexistent", "HOME": os.environ.get("HOME", "/")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        origin = line.decode().partition('"url":"')[2].partition('"')[0]
        async with aiohttp.ClientSession() as http:
            for path, word in (("/work", "<script"), ("/docs", "swagger"), ("/readyz", "ready")):
                async with http.get(origin + path) as reply:
                    assert (reply.status, word in await reply.text()) == (200, True)
    finally:
        process.terminate()
        await process.wait()
