"""The event feed, as pages and as server-sent events."""

import asyncio

import msgspec

TEXT = {"instruction": "What is it?"}


async def end(server, count=1):
    """Make requests and let each end; return their ids in that order."""
    made = []
    for _ in range(count):
        await server.ask("free-text", TEXT)
        made.append(await server.work("a cat"))
    return made


async def test_events_come_in_order_with_their_requests(server):
    made = await end(server, 3)
    page = (await server.call("GET", "/v1/events")).json
    assert [event["request"]["id"] for event in page["events"]] == made
    assert {event["type"] for event in page["events"]} == {"request.complete"}
    first = page["events"][0]
    found = await server.call("GET", f"/v1/requests/{made[0]}")
    assert first["request"] == found.json
    assert first["time"] == "2027-01-15T08:00:00.000Z"
    identifiers = [event["id"] for event in page["events"]]
    assert identifiers == sorted(set(identifiers))
    assert page["next"] == identifiers[-1]


async def test_pages_go_on_where_the_last_ended(server):
    made = await end(server, 5)
    seen, after = [], 0
    while page := (await server.call("GET", f"/v1/events?limit=2&after={after}")).json:
        if not page["events"]:
            break
        seen += [event["request"]["id"] for event in page["events"]]
        after = page["next"]
    assert seen == made
    assert page == {"events": [], "next": after}


async def test_pages_beyond_one_step_of_the_store(server):
    items = [{"type": "free-text", **TEXT}] * 130
    made = await server.call("POST", "/v1/requests", items, key="test")
    page = (await server.call("GET", "/v1/events?limit=120", key="test")).json
    assert [event["request"]["id"] for event in page["events"]] == [
        each["id"] for each in made.json[:120]
    ]


async def test_an_abort_is_an_event(server):
    asked = await server.ask("free-text", TEXT)
    await server.call("DELETE", f"/v1/requests/{asked.json['id']}")
    (event,) = (await server.call("GET", "/v1/events")).json["events"]
    assert (event["type"], event["request"]["status"]) == ("request.aborted", "aborted")


async def test_a_reader_waits_for_the_first_event(server):
    await end(server)
    after = (await server.call("GET", "/v1/events")).json["next"]
    blocked = asyncio.create_task(server.call("GET", f"/v1/events?after={after}&block=60"))
    await server.until(lambda: server.ports.wakeups.feeds._waiting)
    (made,) = await end(server)
    page = (await asyncio.wait_for(blocked, 5)).json
    assert [event["request"]["id"] for event in page["events"]] == [made]
    empty = await server.call("GET", f"/v1/events?after={page['next']}&block=0.05")
    assert empty.json == {"events": [], "next": page["next"]}


async def test_staged_and_foreign_events_are_apart(server):
    staged = (await server.ask("free-text", TEXT, key="test")).json["id"]
    assert (await server.call("GET", "/v1/events")).json["events"] == []
    assert (await server.call("GET", "/v1/events", key="other test")).json["events"] == []
    (event,) = (await server.call("GET", "/v1/events", key="test")).json["events"]
    assert event["request"]["id"] == staged


def stream(server, **headers):
    accept = {"Accept": "text/event-stream", "X-Heat-API-Key": server.keys["live"]}
    return server.session.get(server.url + "/v1/events", headers=accept | headers)


async def next_event(reply):
    """Read one event, past the comments, as its fields."""
    fields = {}
    while line := (await asyncio.wait_for(reply.content.readline(), 5)).decode():
        name, colon, value = line.rstrip("\n").partition(": ")
        if name == "" and not colon and fields:
            return fields
        if name:
            fields[name] = value
    raise EOFError


async def test_a_stream_gives_what_was_and_what_comes(server):
    made = await end(server, 2)
    async with stream(server) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        events = [await next_event(reply), await next_event(reply)]
        made += await end(server)
        events.append(await next_event(reply))
    told = [msgspec.json.decode(event["data"]) for event in events]
    assert [event["request"]["id"] for event in told] == made
    page = (await server.call("GET", "/v1/events")).json
    assert told == page["events"]
    assert [event["id"] for event in events] == [str(event["id"]) for event in told]
    assert {event["event"] for event in events} == {"request.complete"}


async def test_a_request_of_several_lines_comes_whole_over_a_stream(server):
    asked = await server.ask("free-text", b'{\n "instruction": "x",\r "n": 1.50\r\n}')
    await server.work("a cat")
    async with stream(server) as reply:
        data = (await next_event(reply))["data"]
    assert msgspec.json.decode(data)["request"]["id"] == asked.json["id"]
    assert '"n":1.50' in data


async def test_a_stream_goes_on_after_the_last_event_seen(server):
    made = await end(server, 3)
    async with stream(server) as reply:
        first = await next_event(reply)
    async with stream(server, **{"Last-Event-ID": first["id"]}) as reply:
        second = await next_event(reply)
    assert msgspec.json.decode(second["data"])["request"]["id"] == made[1]


async def test_a_silent_stream_says_that_it_is_there(server):
    async with stream(server) as reply:
        comments = [await asyncio.wait_for(reply.content.readline(), 5) for _ in range(6)]
    assert comments[::2] == [b": nothing new\n"] * 3


async def test_streams_end_when_the_server_closes(server):
    async with stream(server) as reply:
        server.closing.set()
        read = await asyncio.wait_for(reply.content.read(), 5)
    assert read.startswith(b": ")


async def test_a_bad_last_event_id(server):
    headers = {"Accept": "text/event-stream", "Last-Event-ID": "x"}
    reply = await server.call("GET", "/v1/events", headers=headers)
    assert (reply.status, reply.error["field"]) == (400, "Last-Event-ID")


async def test_a_follower_who_leaves_is_forgotten(server):
    async with stream(server):
        await server.until(lambda: server.ports.wakeups.feeds._waiting)
    await server.until(lambda: not server.ports.wakeups.feeds._waiting)
