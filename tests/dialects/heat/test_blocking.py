"""Callers who wait: woken by the end, by the time, by the server's closing, or gone."""

import asyncio

import pytest

TEXT = {"instruction": "What is it?"}


def waiting(server) -> int:
    return sum(len(futures) for futures in server.ports.wakeups.ends._waiting.values())


async def test_the_reply_leaves_when_the_task_ends(server):
    blocked = asyncio.create_task(server.call("POST", "/v1/requests/free-text?block=60", TEXT))
    await server.until(lambda: waiting(server) == 1)
    await server.work("a cat")
    reply = await asyncio.wait_for(blocked, 5)
    assert (reply.json["status"], reply.json["response"]) == ("complete", "a cat")
    assert waiting(server) == 0


@pytest.mark.parametrize("path", ["/v1/requests/{}", "/v1/responses/{}"])
async def test_everyone_who_waits_is_woken(server, path):
    asked = await server.ask("free-text", TEXT)
    path = path.format(asked.json["id"]) + "?block=1e9"
    blocked = [asyncio.create_task(server.call("GET", path)) for _ in range(20)]
    await server.until(lambda: waiting(server) == 20)
    await server.work("a cat")
    replies = await asyncio.wait_for(asyncio.gather(*blocked), 5)
    assert {reply.status for reply in replies} == {200}
    assert all(b'"a cat"' in reply.body for reply in replies)


async def test_the_time_out_gives_what_is_there(server):
    loop = asyncio.get_running_loop()
    start = loop.time()
    reply = await server.call("POST", "/v1/requests/free-text?block=.2", TEXT)
    assert loop.time() - start >= 0.19
    assert (reply.status, reply.json["status"]) == (200, "pending")
    path = f"/v1/responses/{reply.json['id']}?block=0.01"
    assert (await server.call("GET", path)).status == 449


async def test_what_has_ended_is_not_waited_for(server):
    reply = await asyncio.wait_for(
        server.call("POST", "/v1/requests/free-text?block=300", TEXT, key="test"), 5
    )
    assert reply.json["status"] == "complete"


async def test_blocked_callers_get_pending_when_the_server_closes(server):
    asked = await server.ask("free-text", TEXT)
    path = f"/v1/requests/{asked.json['id']}?block=300"
    blocked = [asyncio.create_task(server.call("GET", path)) for _ in range(5)]
    await server.until(lambda: waiting(server) == 5)
    server.closing.set()
    replies = await asyncio.wait_for(asyncio.gather(*blocked), 5)
    assert {reply.body for reply in replies} == {asked.body}
    late = await asyncio.wait_for(server.call("GET", path), 5)
    assert late.body == asked.body


@pytest.mark.parametrize("path", ["/v1/requests/{}?block=300", "/v1/events?block=300"])
async def test_a_caller_who_leaves_is_forgotten(server, path):
    asked = await server.ask("free-text", TEXT)
    blocked = asyncio.create_task(server.call("GET", path.format(asked.json["id"])))
    bells = server.ports.wakeups.ends if "requests" in path else server.ports.wakeups.feeds
    await server.until(lambda: bells._waiting)
    blocked.cancel()
    await server.until(lambda: not bells._waiting)
    assert len(asyncio.all_tasks()) < 10
