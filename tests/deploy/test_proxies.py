"""The proxies of the guide, word for word but for addresses, before two nodes on PostgreSQL."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from tests.docs.pages import blocks, read
from tests.postgres import PostgresServer, free_port, new_database

from humanwire import wiring
from humanwire.config import Settings
from humanwire.core.project import ProjectSettings
from humanwire.flows import accounts

GUIDE = read("docs/how-to/deploy.md")
NODES = ("10.20.0.11:8080", "10.20.0.12:8080")
QUESTION = {"instruction": "Which?", "choices": ["a", "b"]}


@asynccontextmanager
async def started(*command: str | Path, log: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Runs a program for the time of a block."""
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(*command, stdout=file, stderr=file)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)


def command(name: str, folder: Path, port: int, nodes: list[int]) -> list[str]:
    """Write a proxy's settings, and tell how to start it."""
    language = {"caddy": "text", "nginx": "nginx"}[name]
    [text] = (block.text for block in blocks(GUIDE, language))
    for shown, node in zip(NODES, nodes, strict=True):
        assert shown in text
        text = text.replace(shown, f"127.0.0.1:{node}")
    file = folder / f"{name}.conf"
    if name == "caddy":
        text = text.replace("ask.example.org {", f"http://127.0.0.1:{port} {{")
        file.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
        return ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"^ *ssl_certificate.*\n", "", text, flags=re.MULTILINE)
    head = f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\n"
    file.write_text(f"{head}http {{ access_log off;\n{text}}}\n")
    return ["nginx", "-p", str(folder), "-c", str(file)]


async def until_ready(http: aiohttp.ClientSession, origin: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                async with http.get(f"{origin}/readyz") as reply:
                    if reply.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@pytest.mark.soak
@pytest.mark.parametrize("proxy", ["caddy", "nginx"])
async def test_streams_and_waiting_callers_pass(
    proxy: str, postgres_18: PostgresServer, tmp_path: Path
) -> None:
    if shutil.which(proxy) is None:
        pytest.skip(f"there is no {proxy} on the path")
    database = await new_database(postgres_18)
    async with wiring.open_ports(Settings(database=database), migrating=True) as ports:
        project = await accounts.create_project(ports, "shop", ProjectSettings())
        _, key = await accounts.create_key(ports, project, "live")
        _, token = await accounts.create_worker(ports, "Ada", (project,))
    asker, worker = {"X-Heat-API-Key": key}, {"Authorization": f"Bearer {token}"}
    numbers, port = [free_port(), free_port()], free_port()
    origin = f"http://127.0.0.1:{port}"
    serve = (sys.executable, "-m", "humanwire", "serve", "--database", database)
    serve += ("--trusted-proxy", "127.0.0.1", "--media-folder", str(tmp_path))
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        nodes = [
            await stack.enter_async_context(
                started(*serve, "--port", str(number), log=tmp_path / f"{number}.log")
            )
            for number in numbers
        ]
        for number in numbers:
            await until_ready(http, f"http://127.0.0.1:{number}")
        words = command(proxy, tmp_path, port, numbers)
        await stack.enter_async_context(started(*words, log=tmp_path / "proxy.log"))
        await until_ready(http, origin)

        stream = {**asker, "Accept": "text/event-stream"}
        async with asyncio.timeout(20), http.get(f"{origin}/v1/events", headers=stream) as feed:
            assert (await feed.content.readline()).startswith(b":")
            path = f"{origin}/v1/requests/multiple-choice?block=60"
            asking = asyncio.create_task(post(http, path, asker, QUESTION))
            assignments = f"{origin}/worker/v1/assignments"
            lease = await post(http, assignments, worker, {"wait": 15})
            done = {"response": ["a"]}
            await post(http, f"{assignments}/{lease['id']}/answer", worker, done)
            assert (await asking)["status"] == "complete"
            while not (await feed.content.readline()).startswith(b"event: "):
                pass
        async with http.get(f"{origin}/metrics") as reply:
            assert reply.status == 401

        nodes[0].kill()
        await nodes[0].wait()
        for _ in range(20):
            async with http.get(f"{origin}/v1/requests?limit=1", headers=asker) as reply:
                assert reply.status == 200
    await postgres_18.drop_database(database)


async def post(
    http: aiohttp.ClientSession, url: str, headers: dict[str, str], body: object
) -> dict[str, str]:
    async with http.post(url, headers=headers, json=body) as reply:
        assert reply.status in {200, 201}, await reply.text()
        return await reply.json()
