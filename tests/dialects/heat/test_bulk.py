"""Many requests in one call: outcomes item by item, streams of any length, repeats."""

import asyncio
import io

import msgspec
import pytest

from humanwire.dialects.heat.ndjson import Intake, Outlet

GOOD = {"type": "free-text", "instruction": "What is it?"}
LINES = {"Content-Type": "application/x-ndjson"}


def decode_lines(body: bytes):
    return [msgspec.json.decode(line) for line in body.splitlines()]


async def test_good_items_are_stored_even_when_others_are_refused(server):
    items = [GOOD, 5, {"instruction": "x"}, GOOD | {"type": "poem"}, GOOD | {"type": 5}]
    items += [GOOD | {"type": "rating", "rating_step": 0}, GOOD | {"metadata": {"n": 6}}]
    reply = await server.call("POST", "/v1/requests", items)
    outcomes = reply.json
    assert [outcome["index"] for outcome in outcomes] == list(range(7))
    faults = {each["index"]: each["error"].get("field") for each in outcomes if "error" in each}
    assert faults == {1: None, 2: "type", 3: "type", 4: "type", 5: "rating_step"}
    stored = (await server.call("GET", "/v1/requests")).json["requests"]
    good = [{"index": 0, "id": stored[1]["id"]}, {"index": 6, "id": stored[0]["id"]}]
    assert [outcomes[0], outcomes[6]] == [each | {"status": "pending"} for each in good]
    assert stored[0]["metadata"] == {"n": 6}


async def test_ten_thousand_items_are_the_most(server):
    reply = await server.call("POST", "/v1/requests", [GOOD] * 10_000)
    outcomes = reply.json
    assert len({outcome["id"] for outcome in outcomes}) == 10_000
    assert [outcome["index"] for outcome in outcomes] == list(range(10_000))
    counts = await server.ports.store.project_counts(server.project.number)
    assert counts.pending == 10_000
    over = await server.call("POST", "/v1/requests", [GOOD] * 10_001)
    assert (over.status, over.error["code"]) == (400, "invalid")
    assert await server.ports.store.project_counts(server.project.number) == counts


async def test_staged_items_are_complete_at_once(server):
    reply = await server.call("POST", "/v1/requests", [GOOD, GOOD], key="test")
    assert [outcome["status"] for outcome in reply.json] == ["complete"] * 2


async def test_an_empty_array_is_fine(server):
    assert (await server.call("POST", "/v1/requests", [])).body == b"[]"


@pytest.mark.parametrize("body", [b"", b" \n", b"[", b"[1,]", b"[" * 100_000])
async def test_what_is_neither_array_nor_lines(server, body):
    reply = await server.call("POST", "/v1/requests", body)
    assert (reply.status, reply.error["code"]) == (400, "invalid")


@pytest.mark.parametrize("headers", [LINES, {"Content-Type": "application/jsonl"}, {}])
async def test_lines_are_answered_by_lines(server, headers):
    good = msgspec.json.encode(GOOD)
    body = b"\n".join([b"", good, b"  \r", b"[]", b"{", good + b"\r", good])
    reply = await server.call("POST", "/v1/requests", body, headers=headers)
    assert reply.headers["content-type"] == "application/x-ndjson"
    outcomes = decode_lines(reply.body)
    assert [("id" in each, each["index"]) for each in outcomes] == [
        (True, 0),
        (False, 1),
        (False, 2),
        (True, 3),
        (True, 4),
    ]


async def test_a_line_too_large_is_refused_and_the_next_is_taken(server):
    good = msgspec.json.encode(GOOD)
    body = b"\n".join([good, b'{"x":"' + b"y" * 3_000_000 + b'"}', good])
    outcomes = decode_lines((await server.call("POST", "/v1/requests", body, headers=LINES)).body)
    assert [each.get("error", {}).get("code") for each in outcomes] == [None, "too_large", None]


async def test_an_outcome_comes_while_the_stream_goes_on(server):
    more = asyncio.Event()

    async def slowly():
        yield msgspec.json.encode(GOOD) + b"\n"
        await more.wait()
        yield msgspec.json.encode(GOOD)

    headers = LINES | {"X-Heat-API-Key": server.keys["live"]}
    url = server.url + "/v1/requests"
    async with server.session.post(url, data=slowly(), headers=headers) as reply:
        first = await reply.content.readline()
        more.set()
        second = await reply.content.readline()
        assert [msgspec.json.decode(line)["index"] for line in (first, second)] == [0, 1]
        assert await reply.content.read() == b""


async def test_a_client_may_send_everything_before_it_reads(server):
    """The outcomes are larger than what sockets hold, so somebody has to keep them meanwhile."""
    count = 100_000
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    line = b'{"type":0}\n'
    head = (
        f"POST /v1/requests HTTP/1.1\r\nHost: h\r\nContent-Length: {len(line) * count}\r\n"
        f"X-Heat-API-Key: {server.keys['live']}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + line * count)
    await asyncio.wait_for(writer.drain(), 60)
    read = await reader.read(-1)
    assert read.count(b'"index":') == count
    writer.close()


async def test_a_client_that_leaves_in_the_middle_keeps_what_was_acknowledged(server):
    async def endless():
        yield msgspec.json.encode(GOOD) + b"\n"
        await asyncio.Event().wait()

    headers = LINES | {"X-Heat-API-Key": server.keys["live"]}
    tasks = len(asyncio.all_tasks())
    async with server.session.post(
        server.url + "/v1/requests", data=endless(), headers=headers
    ) as reply:
        outcome = msgspec.json.decode(await reply.content.readline())
    await server.until(lambda: len(asyncio.all_tasks()) <= tasks)
    found = await server.call("GET", f"/v1/requests/{outcome['id']}")
    assert found.json["status"] == "pending"


async def test_a_repeated_array_gives_each_item_its_first_outcome(server):
    headers = {"Idempotency-Key": "import 1"}
    first = await server.call("POST", "/v1/requests", [GOOD, 5, GOOD], headers=headers)
    again = await server.call("POST", "/v1/requests", [GOOD, 5, GOOD, GOOD], headers=headers)
    assert again.json[:3] == first.json
    assert len({each.get("id") for each in again.json}) == 4
    changed = [GOOD, GOOD, GOOD | {"instruction": "Another"}]
    other = await server.call("POST", "/v1/requests", changed, headers=headers)
    assert [each.get("error", {}).get("code") for each in other.json] == [
        None,
        None,
        "idempotency_conflict",
    ]


async def test_lines_repeated_after_an_array_are_the_same_items(server):
    headers = {"Idempotency-Key": "import 1"}
    first = await server.call("POST", "/v1/requests", [GOOD, GOOD], headers=headers)
    body = b"\n".join([msgspec.json.encode(GOOD)] * 2)
    again = await server.call("POST", "/v1/requests", body, headers=headers)
    assert decode_lines(again.body) == first.json


async def test_items_that_cannot_be_stored_say_so(server):
    await server.ports.store._writer.close()
    (outcome,) = (await server.call("POST", "/v1/requests", [GOOD])).json
    assert outcome["error"]["code"] == "unavailable"


async def test_no_key_no_bulk(server):
    reply = await server.call("POST", "/v1/requests", [GOOD], key=None)
    assert (reply.status, reply.error["code"]) == (401, "unauthorized")


async def test_intake_reads_no_further_ahead_than_it_must():
    given = 0

    async def parts():
        nonlocal given
        for _ in range(100):
            given += 1
            yield b"x" * 999_999 + b"\n"

    intake, taken = Intake(b"", parts(), 1_000_000), 0
    async with intake:
        while lines := await intake.take(1):
            taken += len(lines)
            assert given - taken <= 4
    assert taken == 100


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_lines_do_not_depend_on_how_the_network_cuts_them(size):
    text = b"\n".join(b"%d" % number for number in range(200))

    async def parts():
        stream = io.BytesIO(text)
        while part := stream.read(size):
            yield part

    lines: list[object] = []
    intake = Intake(b"", parts(), 100)
    async with intake:
        while some := await intake.take(50):
            lines += some
    assert lines == text.split(b"\n")


async def test_outlet_keeps_what_is_not_read_yet():
    ready, sent = asyncio.Event(), []

    async def send(message):
        await ready.wait()
        sent.append(message.get("body", b""))

    async with Outlet(send, {"type": "http.response.start"}) as outlet:
        for number in range(100):
            outlet.write(b"%06d" % number * 10_000)
        ready.set()
    assert b"".join(sent) == b"".join(b"%06d" % number * 10_000 for number in range(100))
