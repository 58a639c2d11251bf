"""Whoever waits on one node hears of what happens on the other."""

import asyncio

from tests.nodes.conftest import Pair


async def test_a_blocked_caller_wakes_when_the_answer_lands_on_the_other_node(pair: Pair) -> None:
    task = await pair.ask(0)
    blocked = asyncio.create_task(pair.call(0, "GET", f"/v1/requests/{task}?block=60", pair.key))
    lease = await pair.claim(1, pair.workers[0])
    await pair.answer(1, pair.workers[0], lease)

    status, ended = await asyncio.wait_for(blocked, 20)

    assert (status, ended["status"], ended["response"]) == (200, "complete", ["a"])


async def test_a_worker_in_line_is_called_by_the_other_nodes_task(pair: Pair) -> None:
    waiting = asyncio.create_task(pair.claim(1, pair.workers[0], wait=50))
    others = asyncio.create_task(pair.claim(1, pair.workers[1], wait=50))
    task = await pair.ask(0)

    done, rest = await asyncio.wait({waiting, others}, timeout=20, return_when="FIRST_COMPLETED")

    assert [each.result()["task"]["id"] for each in done] == [task]
    await pair.ask(0)
    await asyncio.wait_for(rest.pop(), 20)


async def test_a_feed_that_waits_gets_the_other_nodes_event(pair: Pair) -> None:
    waiting = asyncio.create_task(pair.call(1, "GET", "/v1/events?after=0&block=50", pair.key))
    task = await pair.ask(0)
    await pair.answer(0, pair.workers[0], await pair.claim(0, pair.workers[0]))

    _, feed = await asyncio.wait_for(waiting, 20)

    assert [event["request"]["id"] for event in feed["events"]] == [task]


async def test_a_page_hears_of_the_abort_on_the_other_node(pair: Pair) -> None:
    task = await pair.ask(0)
    lease = await pair.claim(1, pair.workers[0])
    headers = {"Authorization": f"Bearer {pair.workers[0]}"}
    async with (
        pair.http.get(pair.nodes[1].origin + "/worker/v1/events", headers=headers) as page,
        asyncio.timeout(20),
    ):
        await pair.call(0, "DELETE", f"/v1/requests/{task}", pair.key)
        async for line in page.content:
            if line.startswith(b"data:") and lease["id"].encode() in line:
                assert b"aborted" in line
                return
    raise AssertionError("the page was not told")
