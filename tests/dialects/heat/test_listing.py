"""The list of requests: order, pages, filters."""

import pytest

TEXT = {"instruction": "What is it?"}


async def ids(server, query="", key="live"):
    reply = await server.call("GET", f"/v1/requests?{query}", key=key)
    return [request["id"] for request in reply.json["requests"]], reply.json["next_cursor"]


async def make(server, count, **fields):
    made = [await server.ask("free-text", TEXT | fields) for _ in range(count)]
    return [reply.json["id"] for reply in made]


async def test_pages_go_from_new_to_old_and_miss_nothing(server):
    made = await make(server, 7)
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page, cursor = await ids(server, f"limit=3&cursor={cursor}")
        await make(server, 1)  # what comes meanwhile is not for these pages
        seen += page
        pages += 1
    assert seen == made[::-1]
    assert pages == 3


async def test_a_page_that_holds_the_last_has_no_cursor(server):
    await make(server, 4)
    assert (await ids(server, "limit=4"))[1] is None
    assert (await ids(server, "limit=3"))[1] is not None


async def test_pages_beyond_one_step_of_the_store(server):
    items = [{"type": "free-text", **TEXT}] * 260
    made = await server.call("POST", "/v1/requests", items)
    expected = [each["id"] for each in made.json][::-1]
    page, cursor = await ids(server)
    assert page == expected[:100]
    page, cursor = await ids(server, f"limit=5000&cursor={cursor}")
    assert (page, cursor) == (expected[100:], None)


async def test_large_requests_make_short_pages(server):
    heavy = {"type": "free-text", **TEXT, "notes": ["x" * 60_000] * 16}
    made = await server.call("POST", "/v1/requests", [heavy] * 40)
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page, cursor = await ids(server, f"cursor={cursor}")
        seen += page
        pages += 1
    assert seen == [each["id"] for each in made.json][::-1]
    assert pages == 3


async def test_filters_of_status_and_type(server):
    (done,) = await make(server, 1)
    await server.work("a cat")
    (open_,) = await make(server, 1)
    rating = (await server.ask("rating", TEXT)).json["id"]
    assert (await ids(server, "status=complete"))[0] == [done]
    assert (await ids(server, "status=pending"))[0] == [rating, open_]
    assert (await ids(server, "type=rating"))[0] == [rating]
    assert (await ids(server, "type=rating&status=complete"))[0] == []
    assert (await ids(server, "status=flagged"))[0] == []


@pytest.mark.parametrize(
    ("value", "query"),
    [("a b/ü", "a%20b%2F%C3%BC"), (5, "5"), (1.50, "1.5"), (True, "true"), ("7", "7")],
)
async def test_filters_of_metadata(server, value, query):
    await make(server, 1, metadata={"key": "other"})
    (wanted,) = await make(server, 1, metadata={"key": value, "more": [1]})
    await make(server, 1)
    assert (await ids(server, f"metadata.key={query}"))[0] == [wanted]
    assert (await ids(server, f"metadata.key={query}&metadata.more=1"))[0] == []


async def test_a_number_in_metadata_is_found_as_it_was_written(server):
    body = b'{"instruction":"x","metadata":{"n":1.50}}'
    wanted = (await server.ask("free-text", body)).json["id"]
    assert (await ids(server, "metadata.n=1.50"))[0] == [wanted]


async def test_filters_of_time(server):
    (early,) = await make(server, 1)
    server.clock.now += 60_000
    (late,) = await make(server, 1)
    for moment in ("2027-01-15T08:00:30Z", "2027-01-15T09:00:30%2B01:00", "2027-01-15T08:00:30"):
        assert (await ids(server, f"created_after={moment}"))[0] == [late]
        assert (await ids(server, f"created_before={moment}"))[0] == [early]
    assert (await ids(server, "created_after=2027-01-15T09:00:30+01:00"))[0] == [late]
    exact = "2027-01-15T08:01:00Z"
    assert (await ids(server, f"created_after={exact}"))[0] == []
    assert (await ids(server, f"created_before={exact}"))[0] == [early]


async def test_modes_and_projects_are_apart(server):
    (mine,) = await make(server, 1)
    staged = (await server.ask("free-text", TEXT, key="test")).json["id"]
    assert (await ids(server))[0] == [mine]
    assert (await ids(server, key="test"))[0] == [staged]
    assert (await ids(server, key="other live"))[0] == []
