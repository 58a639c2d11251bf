"""A full disk, a locked file, a stop with callers blocked: what callers see, and what is kept."""

import asyncio
import resource
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.served import Served, served

pytestmark = [pytest.mark.crash, pytest.mark.xdist_group("crash")]
FREE = resource.RLIM_INFINITY
BODY = {"instruction": "Which?", "choices": ["a", "b"]}


async def ask(
    http: aiohttp.ClientSession, server: Served, block: float = 0
) -> tuple[int, Any, Any]:
    url = f"{server.origin}/v1/requests/multiple-choice?block={block}"
    async with http.post(url, json=BODY, headers={"X-Heat-API-Key": server.key}) as reply:
        return reply.status, reply.headers, await reply.json()


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's files: Linux only")
async def test_a_full_disk_is_503_and_loses_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as server, aiohttp.ClientSession() as http:
        kept = [(await ask(http, server))[2]["id"] for _ in range(3)]
        assert server.process is not None
        wal = server.path.with_name(server.path.name + "-wal").stat().st_size
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (wal, FREE))

        status, headers, reply = await ask(http, server)

        assert (status, reply["error"]["code"]) == (503, "unavailable")
        assert int(headers["Retry-After"]) >= 1
        for task in kept:
            url = f"{server.origin}/v1/requests/{task}"
            async with http.get(url, headers={"X-Heat-API-Key": server.key}) as found:
                assert found.status == 200
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (FREE, FREE))
        kept.append((await ask(http, server))[2]["id"])
        url = f"{server.origin}/v1/requests"
        async with http.get(url, headers={"X-Heat-API-Key": server.key}) as listed:
            stored = [each["id"] for each in (await listed.json())["requests"]]
        assert stored == kept[::-1]


async def test_a_locked_file_is_503_within_five_seconds_and_then_works(tmp_path: Path) -> None:
    async with served(tmp_path) as server, aiohttp.ClientSession() as http:
        other = sqlite3.connect(server.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()

        status, headers, _ = await ask(http, server)

        assert status == 503
        assert time.monotonic() - started < 5
        assert "Retry-After" in headers
        other.execute("ROLLBACK")
        other.close()
        assert (await ask(http, server))[0] == 200


async def test_a_stop_answers_the_blocked_with_pending(tmp_path: Path) -> None:
    async with served(tmp_path, "--grace-seconds", "5") as server, aiohttp.ClientSession() as http:
        blocked = [asyncio.create_task(ask(http, server, 60)) for _ in range(20)]
        headers = {"Authorization": f"Bearer {server.workers[0]}"}
        url = f"{server.origin}/worker/v1/events"
        async with http.get(url, headers=headers) as stream:
            await stream.content.readline()
            while True:
                async with http.get(
                    f"{server.origin}/v1/requests", headers={"X-Heat-API-Key": server.key}
                ) as reply:
                    if len((await reply.json())["requests"]) == 20:
                        break
            started = time.monotonic()

            assert await server.stop() == 0

        assert time.monotonic() - started < 5
        for status, _, reply in await asyncio.gather(*blocked):
            assert (status, reply["status"]) == (200, "pending")
