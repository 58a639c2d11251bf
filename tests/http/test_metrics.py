"""What /metrics says, and to whom."""

import asyncio
import os
import signal
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.house import CHOICE, House, open_house

from humanwire.core.errors import Unavailable
from humanwire.flows import accounts, sweep
from humanwire.http.board import Board
from humanwire.http.metrics import Place, retire
from humanwire.store.figures import Gauges

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scrape(house: House, **kwargs: Any) -> Samples:
    reply = await house.call("GET", "/metrics", **kwargs)
    assert reply.status == 200, reply.body
    return read(reply.body)


def read(page: bytes) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    """The value of the sample with these labels, and whatever others, of which there is one."""
    found = [
        each for (known, all_of), each in samples.items()
        if known == f"humanwire_{name}" and labels.items() <= dict(all_of).items()
    ]  # fmt: skip
    assert len(found) <= 1, found
    return found[0] if found else None


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await look():
            await asyncio.sleep(0.02)


async def shows(house: House, name: str, wanted: float, **labels: str) -> None:
    async def look() -> bool:
        return value(await scrape(house), name, **labels) == wanted

    await until(look)


async def test_queues_are_shown_by_project(house: House) -> None:
    await house.ask()
    house.clock.ahead += 90_000
    await house.ask()

    samples = await scrape(house)

    assert value(samples, "queue_tasks", project="ours") == 2
    assert value(samples, "queue_tasks", project="theirs") == 0
    oldest = value(samples, "queue_oldest_seconds", project="ours")
    assert oldest is not None
    assert 90 <= oldest < 120
    assert value(samples, "queue_oldest_seconds", project="theirs") == 0
    assert value(samples, "store_up") == 1


async def test_what_happens_is_counted(house: House) -> None:
    await house.ask()
    lease = await house.claim()
    house.clock.ahead += 700_000
    await sweep.lapse_leases(house.ports)
    again = await house.claim()
    assert again["id"] != lease["id"]
    reply = await house.work(f"/assignments/{again['id']}/answer", {"response": ["cat"]})
    assert reply.status == 200

    samples = await scrape(house)

    assert value(samples, "tasks_created_total", project="ours", mode="live") == 1
    assert value(samples, "lease_lapses_total", project="ours") == 1
    assert value(samples, "lease_lapses_total", project="theirs") == 0
    assert value(samples, "answers_total", project="ours") == 1
    assert value(samples, "tasks_ended_total", project="ours", status="complete") == 1
    writes, commits = (value(samples, f"store_{what}_total") for what in ("writes", "commits"))
    assert writes
    assert commits
    assert writes >= commits


async def test_staged_tasks_are_counted_apart_and_never_wait(house: House) -> None:
    headers = {"X-Heat-API-Key": house.test_key}
    await house.call("POST", "/v1/requests/multiple-choice", json=CHOICE, headers=headers)

    samples = await scrape(house)

    assert value(samples, "tasks_created_total", project="ours", mode="test") == 1
    assert value(samples, "tasks_ended_total", mode="test", status="complete") == 1
    assert value(samples, "queue_tasks", project="ours") == 0


async def test_overdue_deliveries_show_how_long_they_wait(house: House) -> None:
    # Nobody listens there, so the attempt fails and the next one is due soon.
    headers = {"X-Heat-API-Key": house.test_key}
    body = CHOICE | {"hook_url": "http://127.0.0.1:9/"}
    await house.call("POST", "/v1/requests/multiple-choice", json=body, headers=headers)
    await shows(house, "delivery_attempts_total", 1, project="ours", result="retried")
    await shows(house, "delivery_attempts_total", 0, project="ours", result="failed")
    await shows(house, "deliveries_pending", 1)
    assert value(await scrape(house), "delivery_lag_seconds") == 0

    house.context.loops[0].cancel()
    await asyncio.gather(*house.context.loops, return_exceptions=True)
    house.clock.ahead += 3_600_000

    late = value(await scrape(house), "delivery_lag_seconds")
    assert late is not None
    assert 3000 < late <= 3600


async def test_requests_are_told_apart_by_route_and_never_by_path(house: House) -> None:
    headers = {"X-Heat-API-Key": house.key}
    for task in (await house.ask(), await house.ask()):
        await house.read(task["id"])
    for number in range(3):
        await house.call("GET", f"/v1/requests/{number}", headers=headers)
        await house.call("GET", f"/made/up/{number}")
        await house.call("PURGE", "/v1/events")
        await house.call("LOCK", "/v1/events")

    samples = await scrape(house)

    def count(**labels: str) -> float | None:
        return value(samples, "http_request_seconds_count", **labels)

    one = "/v1/requests/{id}"
    assert count(route=one, method="GET", status="2xx", surface="heat") == 2
    assert count(route=one, method="GET", status="4xx") == 3
    assert count(route="none", surface="pages", status="4xx", method="GET") == 3
    assert count(route="/v1/events", method="other", status="4xx") == 6


async def test_waiting_is_shown_and_does_not_count_as_latency(house: House) -> None:
    task = await house.ask()
    headers = {"X-Heat-API-Key": house.key}
    blocked = asyncio.create_task(house.read(task["id"], block=30))
    reading = asyncio.create_task(house.call("GET", "/v1/events?block=30", headers=headers))
    in_line = asyncio.create_task(
        house.work("/assignments", {"wait": 30, "projects": ["theirs"]}, house.stranger)
    )
    await shows(house, "blocked_callers", 1)
    await shows(house, "event_readers", 1)
    await shows(house, "workers_in_line", 1)
    assert value(await scrape(house), "http_requests_in_flight", surface="heat") == 2
    held = 1.0
    await asyncio.sleep(held)

    await house.call("DELETE", f"/v1/requests/{task['id']}", headers=headers)
    await asyncio.gather(blocked, reading)
    in_line.cancel()

    await shows(house, "workers_in_line", 0)
    await shows(house, "http_requests_in_flight", 0, surface="worker")
    samples = await scrape(house)
    assert value(samples, "blocked_callers") == 0
    for route in ("/v1/requests/{id}", "/v1/events"):
        took = value(samples, "http_request_seconds_sum", route=route, method="GET")
        assert took is not None
        assert took < held
    gone = value(samples, "http_request_seconds_count", surface="worker", status="gone")
    assert gone == 1


async def test_an_open_page_is_shown_until_it_closes(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.worker}"}
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{house.origin}/worker/v1/events", headers=headers) as reply:
            await reply.content.readany()
            await shows(house, "open_pages", 1)
            samples = await scrape(house)
            route = "/worker/v1/events"
            assert value(samples, "http_request_seconds_count", route=route, status="2xx") == 1
            assert value(samples, "http_requests_in_flight", surface="worker") == 1
        await shows(house, "open_pages", 0)


async def test_another_address_needs_an_operators_key(tmp_path: Path) -> None:
    async with open_house(tmp_path, metrics_network=()) as house:
        operator = await accounts.create_operator_key(house.ports)

        async def status(token: str = "") -> int:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return (await house.call("GET", "/metrics", headers=headers)).status

        assert await status() == 401
        assert await status(house.worker) == 401
        assert await status(house.key) == 401
        assert await status(operator) == 200


async def test_what_came_through_a_proxy_needs_an_operators_key(house: House) -> None:
    operator = await accounts.create_operator_key(house.ports)
    passed_on = {"X-Forwarded-For": "127.0.0.1"}

    reply = await house.call("GET", "/metrics", headers=passed_on)

    assert reply.status == 401
    assert reply.json["error"]["code"] == "unauthorized"
    assert b"ours" not in reply.body
    await scrape(house, headers=passed_on | {"Authorization": f"Bearer {operator}"})


async def test_the_format_is_the_one_that_is_asked_for(house: House) -> None:
    plain = await house.call("GET", "/metrics")
    accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
    opened = await house.call("GET", "/metrics", headers={"Accept": accept})

    assert plain.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert opened.headers["Content-Type"].startswith("application/openmetrics-text")
    assert opened.body.endswith(b"# EOF\n")


async def test_processes_show_each_others_figures(tmp_path: Path) -> None:
    board = Board(2)
    async with (
        open_house(tmp_path / "one", place=Place(board, 0)) as one,
        open_house(tmp_path / "two", place=Place(board, 1)) as two,
    ):
        await one.ask()
        await two.ask()
        await two.ask()
        blocked = asyncio.create_task(two.read((await two.ask())["id"], block=30))
        await shows(two, "blocked_callers", 1)
        await two.context.metrics.leave()

        samples = await scrape(one)
        assert value(samples, "tasks_created_total", project="ours") == 4
        assert value(samples, "blocked_callers") == 1
        cpus = {dict(labels)["process"] for name, labels in samples if "cpu_seconds" in name}
        assert cpus == ({"0", "1"} if Path("/proc/self/stat").exists() else set())
        blocked.cancel()

    retire(board, 1)
    async with open_house(tmp_path / "three", place=Place(board, 0)) as three:
        # What the dead process had open is gone; what it did is kept, and its successor's too.
        samples = await scrape(three)
        assert value(samples, "blocked_callers") == 0
        assert value(samples, "tasks_created_total", project="ours") == 3


def test_what_a_process_left_survives_its_death_in_the_middle_of_a_write() -> None:
    board = Board(2)
    for _ in range(20):
        ready, write = os.pipe()
        with warnings.catch_warnings():
            # Newer Pythons warn where there are threads; the child uses none.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            digit = 0
            while True:
                board.write(1, b"%d" % digit * 1_000_000)
                os.write(write, b"!")
                digit = (digit + 1) % 10
        for _ in range(20):
            os.read(ready, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(write)

        text = board.read(1)
        assert len(text) == 1_000_000
        assert set(text) == {text[0]}
        assert board.read(0) == b""


async def test_without_the_database_the_rest_is_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ask()

    async def gauges() -> Gauges:
        raise Unavailable

    monkeypatch.setattr(house.ports.store, "gauges", gauges)
    samples = await scrape(house)

    assert value(samples, "store_up") == 0
    assert value(samples, "queue_tasks", project="ours") is None
    assert value(samples, "http_request_seconds_count", surface="heat") == 1
