"""The server as a process, and the commands that work beside it on the same database."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

COMMAND = (sys.executable, "-m", "humanwire")


@asynccontextmanager
async def serving(folder: Path, *options: str) -> AsyncGenerator[dict[str, Any]]:
    """Starts `humanwire serve` in a folder and gives what it prints first."""
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "serve", "--port", "0", "--json", *options,
            cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            said = json.loads(await process.stdout.readline())
        yield said
        process.terminate()
        async with asyncio.timeout(20):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def humanwire(folder: Path, *words: str) -> tuple[int, Any]:
    """Runs a command beside the server and reads its line."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, "--json",
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, json.loads(output)


async def test_commands_beside_the_server_take_effect_at_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, aiohttp.ClientSession(server["url"]) as http:
        _, _ = await humanwire(tmp_path, "projects", "create", "shop")
        _, key = await humanwire(tmp_path, "keys", "create", "--project", "shop")
        headers = {"X-Heat-API-Key": key["key"]}
        async with http.get("/v1/requests", headers=headers) as reply:
            assert reply.status == 200
        await humanwire(tmp_path, "keys", "revoke", key["id"])
        async with http.get("/v1/requests", headers=headers) as reply:
            assert reply.status == 401


async def test_only_the_first_start_gives_the_operators_link(tmp_path: Path) -> None:
    async with serving(tmp_path) as first, aiohttp.ClientSession() as http:
        assert first["operator_url"].startswith(f"{first['url']}/in/op_")
        async with http.get(first["operator_url"], allow_redirects=False) as reply:
            assert reply.status == 303
    async with serving(tmp_path) as second:
        assert "operator_url" not in second


async def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        port = server["url"].rpartition(":")[2]
        ended = await asyncio.to_thread(
            subprocess.run,
            [*COMMAND, "serve", "--port", port],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr == f"Error: port: 127.0.0.1:{port} is in use already.\n"


async def test_the_log_is_one_object_a_line(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        pass
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    started = next(line for line in lines if line["event"] == "serving")
    assert (started["level"], started["origin"]) == ("info", server["url"])


async def test_ask_prints_the_answer_from_here_and_from_there(tmp_path: Path) -> None:
    question = ("--instruction", "Which animal?", "--choice", "cat", "--choice", "dog")
    async with serving(tmp_path) as server, aiohttp.ClientSession(server["url"]) as http:
        await humanwire(tmp_path, "projects", "create", "shop")
        _, key = await humanwire(tmp_path, "keys", "create", "--project", "shop")
        _, worker = await humanwire(tmp_path, "workers", "create", "Ada", "--project", "shop")
        token = {"Authorization": f"Bearer {worker['token']}"}
        there = ("--url", server["url"], "--key", key["key"])
        for way in (("--project", "shop"), there):
            asking = asyncio.create_task(
                humanwire(tmp_path, "ask", "multiple-choice", *question, *way)
            )
            async with http.post(
                "/worker/v1/assignments", json={"wait": 30}, headers=token
            ) as reply:
                lease = await reply.json()
            path = f"/worker/v1/assignments/{lease['id']}/answer"
            async with http.post(path, json={"response": ["dog"]}, headers=token) as reply:
                assert reply.status == 200
            status, request = await asking
            assert (status, request["status"], request["response"]) == (0, "complete", ["dog"])

        for way in (("--project", "shop"), there):
            status, refused = await humanwire(tmp_path, "ask", "multiple-choice", *way)
            assert (status, refused["error"]["field"]) == (1, "instruction")
        status, pending = await humanwire(
            tmp_path, "ask", "rating", *question[:2], "--wait", "0", *there
        )
        assert (status, pending["status"]) == (0, "pending")
