"""The image, made and started by its Dockerfile, where a namespace stands in for an engine."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from tests.deploy.image import Follower, context, instructions, is_sent
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]


def may_mount() -> bool:
    """Whether this user may lay a file system over the root, which containers often may not."""
    if shutil.which("unshare") is None or os.name != "posix" or os.geteuid() != 0:
        return False
    overlay = "mount -t overlay overlay -o lowerdir=/,upperdir=$d/u,workdir=$d/w $d/r"
    script = f"d=$(mktemp -d) && mount -t tmpfs none $d && mkdir $d/u $d/w $d/r && {overlay}"
    tried = ["unshare", "--mount", "sh", "-c", script]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_what_is_copied_is_sent() -> None:
    copied = [step.text.split() for step in instructions() if step.name == "COPY"]
    sources = {name for words in copied if "--from=build" not in words for name in words[:-1]}
    assert {name for name in sources if not is_sent(name)} == set()
    assert {name for name in sources if not (ROOT / name).exists()} == set()
    kept_out = {"frontend/node_modules/a/b.js", "src/humanwire/static/index.html", ".git/config"}
    kept_out |= {"src/humanwire/__pycache__/a.pyc", "humanwire.db", "deploy/.env", "tests/a.py"}
    assert {name for name in kept_out if is_sent(name)} == set()


def test_the_image_is_not_roots_and_is_asked_how_it_is() -> None:
    named = {step.name: step for step in instructions()}
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", named["USER"].text)
    assert "/healthz" in named["HEALTHCHECK"].words()[-1]
    assert named["ENTRYPOINT"].words() == ["humanwire"]


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.skipif(not may_mount(), reason="needs root's right to mount")
async def test_the_image_is_built_and_serves(tmp_path: Path) -> None:
    port = free_port()
    context(tmp_path)
    script = Follower(tmp_path).script(HUMANWIRE_PORT=str(port))
    with (tmp_path / "log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            *("unshare", "--mount", "sh", "-c", script), stdout=log, stderr=log
        )
    told = next(step for step in instructions() if step.name == "HEALTHCHECK").words()
    asking = [sys.executable, *told[1:-1], told[-1].replace("8080", str(port))]
    try:
        while (await (await asyncio.create_subprocess_exec(*asking, stderr=-3)).wait()) != 0:
            assert server.returncode is None, (tmp_path / "log").read_text()
            await asyncio.sleep(0.5)
        async with aiohttp.ClientSession() as http:
            for path, word in (("/work", "<script"), ("/readyz", "ready")):
                async with http.get(f"http://127.0.0.1:{port}{path}") as reply:
                    assert (reply.status, word in await reply.text()) == (200, True)
        user = Path(f"/proc/{server.pid}").stat().st_uid
        assert (user, (tmp_path / "data/humanwire.db").stat().st_uid) == (10001, 10001)
        server.terminate()
        assert await asyncio.wait_for(server.wait(), 20) == 0
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
