"""The export: what a line says, that none is missing, and what becomes of a broken one."""

import asyncio
import tracemalloc

import aiohttp
import jsonschema
import msgspec
import pytest

from humanwire.core.errors import Unavailable
from humanwire.dialects.heat import heat_openapi

TEXT = {"instruction": "What is it?"}
FIELDS = {
    *("id", "mode", "dialect", "type", "status", "priority", "created_at", "deadline", "ended_at"),
    *("response", "feedback", "reason", "answers", "request"),
}


async def export(server, query="", key="live"):
    reply = await server.call("GET", f"/v1/export?{query}", key=key)
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert reply.body == b"" or reply.body.endswith(b"\n")
    return [msgspec.json.decode(line) for line in reply.body.splitlines()]


async def make(server, count, **fields):
    items = [{"type": "free-text", **TEXT, **fields}] * count
    made = await server.call("POST", "/v1/requests", items)
    return [each["id"] for each in made.json]


async def test_a_line_says_all_of_a_request_that_ended(server):
    body = b'{ "instruction":"x",\r\n "metadata": {"n": 1.50, "\xc3\xbc": [1e3]} }'
    asked = (await server.ask("free-text", body)).json["id"]
    server.clock.now += 60_000
    await server.work("a cat")
    (line,) = await export(server)
    assert set(line) == FIELDS
    (answer,) = line.pop("answers")
    request = (await server.call("GET", f"/v1/requests/{asked}")).json
    assert request["raw_responses"] == {answer["worker"]: "a cat"}
    assert answer == {
        "worker": answer["worker"],
        "answered_at": "2027-01-15T08:01:00.000Z",
        "seconds": None,
        "counted": True,
        "response": "a cat",
    }
    assert line["request"] == msgspec.json.decode(body)
    assert (line["id"], line["status"], line["response"]) == (asked, "complete", "a cat")
    assert line["created_at"] == "2027-01-15T08:00:00.000Z"
    assert line["ended_at"] == "2027-01-15T08:01:00.000Z"


async def test_numbers_stay_as_they_were_written(server):
    await server.ask("free-text", b'{"instruction":"x",\n"n":1.50,"big":10000000000000000000001}')
    raw = (await server.call("GET", "/v1/export")).body
    assert b'"request":{"instruction":"x","n":1.50,"big":10000000000000000000001}}\n' in raw


async def test_lines_fit_their_schema(server):
    document = heat_openapi()
    said = document["paths"]["/v1/export"]["get"]["responses"]["200"]["content"]  # type: ignore[index]
    schema = {**said["application/x-ndjson"]["schema"], "components": document["components"]}
    collect = {"strategy": "collect", "answers": 2}
    await server.ask("free-text", TEXT | {"confidence": collect, "deadline": "2027-01-16"})
    await server.work("a cat")
    await server.ask("free-text", TEXT)
    aborted = (await server.ask("free-text", TEXT)).json["id"]
    await server.call("DELETE", f"/v1/requests/{aborted}")
    lines = await export(server)
    assert [line["status"] for line in lines] == ["aborted", "pending", "pending"]
    assert [len(line["answers"]) for line in lines] == [0, 0, 1]
    for line in lines:
        jsonschema.Draft202012Validator(schema).validate(line)


async def test_staged_requests_have_the_answers_that_they_show(server):
    policy = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
    asked = (await server.ask("free-text", TEXT | {"confidence": policy}, key="test")).json
    (line,) = await export(server, key="test")
    assert line["mode"] == "test"
    shown = {answer["worker"]: answer["response"] for answer in line["answers"]}
    assert shown == asked["raw_responses"]
    assert {answer["answered_at"] for answer in line["answers"]} == {line["ended_at"]}


async def test_none_is_missing_however_large_and_many(server):
    small = await make(server, 130)
    large = await make(server, 40, notes=["x" * 60_000] * 16)
    more = await make(server, 60)
    lines = await export(server)
    assert [line["id"] for line in lines] == (small + large + more)[::-1]


async def test_filters_are_those_of_the_list(server):
    (done,) = await make(server, 1, metadata={"run": "a"})
    await server.work("a cat")
    server.clock.now += 60_000
    (late,) = await make(server, 1, metadata={"run": "b"})
    assert [line["id"] for line in await export(server, "status=complete")] == [done]
    assert [line["id"] for line in await export(server, "metadata.run=b")] == [late]
    after = "created_after=2027-01-15T08:00:30Z"
    assert [line["id"] for line in await export(server, after)] == [late]
    assert [line["id"] for line in await export(server, f"cursor={late}")] == [done]
    assert await export(server, "type=rating") == []
    assert await export(server, key="other live") == []
    refused = await server.call("GET", "/v1/export?status=done")
    assert (refused.status, refused.error["field"]) == (400, "status")
    assert (await server.call("GET", "/v1/export", key=None)).status == 401


async def test_a_head_has_no_lines(server):
    await make(server, 1)
    reply = await server.call("HEAD", "/v1/export")
    assert (reply.status, reply.body) == (200, b"")


async def test_trouble_at_the_beginning_is_said(server, monkeypatch):
    async def fail():
        raise Unavailable

    await make(server, 1)
    after_some(server, monkeypatch, fail, page=1)
    reply = await server.call("GET", "/v1/export")
    assert (reply.status, reply.error["code"]) == (503, "unavailable")


def after_some(server, monkeypatch, act, page=2):
    """Let something happen when the export comes for a page, its second one."""
    listing, calls = server.ports.store.list_tasks, 0

    async def interrupted(*arguments):
        nonlocal calls
        calls += 1
        if calls == page:
            await act()
        return await listing(*arguments)

    monkeypatch.setattr(server.ports.store, "list_tasks", interrupted)


async def is_broken_off(server) -> bool:
    headers = {"X-Heat-API-Key": server.keys["live"]}
    async with server.session.get(server.url + "/v1/export", headers=headers) as reply:
        assert reply.status == 200
        try:
            await reply.read()
        except aiohttp.ClientPayloadError:
            return True
    return False


async def test_trouble_in_the_middle_breaks_the_connection_off(server, monkeypatch):
    await make(server, 60)

    async def fail():
        raise Unavailable

    assert not await is_broken_off(server)
    after_some(server, monkeypatch, fail)
    assert await is_broken_off(server)


async def test_the_end_of_the_server_breaks_the_connection_off(server, monkeypatch):
    await make(server, 60)

    async def close():
        server.closing.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    after_some(server, monkeypatch, close)
    assert await is_broken_off(server)


async def test_a_key_that_ends_ends_its_exports(server, monkeypatch):
    await make(server, 120)
    key = (await server.ports.store.list_keys(server.project.number))[0]

    async def revoke():
        await server.ports.store.expire_key(key.id, server.clock.now)

    after_some(server, monkeypatch, revoke)
    assert await is_broken_off(server)


@pytest.mark.parametrize("leaves", [True, False])
async def test_who_reads_slowly_or_leaves_holds_nothing(server, monkeypatch, leaves):
    """A client that takes nothing stops the reading of pages; one that left ends it."""
    await make(server, 1000, notes=["x" * 60_000])
    tasks = len(asyncio.all_tasks())
    pages = 0
    listing = server.ports.store.list_tasks

    async def counted(*arguments):
        nonlocal pages
        pages += 1
        return await listing(*arguments)

    monkeypatch.setattr(server.ports.store, "list_tasks", counted)
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    head = f"GET /v1/export HTTP/1.1\r\nHost: h\r\nX-Heat-API-Key: {server.keys['live']}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n")
    await reader.readline()
    seen = -1
    while seen != pages:  # until the sockets hold all that they can
        seen = pages
        for _ in range(20):
            await asyncio.sleep(0.005)
    assert 0 < pages < 20
    if leaves:
        writer.transport.abort()
    else:
        await make(server, 1)  # nothing keeps others from writing meanwhile
        text = await reader.read(-1)
        assert text.count(b'"status":"pending"') == 1000
        writer.close()
    await server.until(lambda: len(asyncio.all_tasks()) <= tasks)
    assert (pages < 20) is leaves


async def test_memory_does_not_grow_with_the_number(server):
    for _ in range(5):
        await make(server, 500, notes=["x" * 20_000])
    headers = {"X-Heat-API-Key": server.keys["live"]}
    tracemalloc.start()
    try:
        async with server.session.get(server.url + "/v1/export", headers=headers) as reply:
            size = sum([len(part) async for part in reply.content.iter_any()])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 50_000_000
    assert peak < size / 3
