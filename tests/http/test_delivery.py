"""Callbacks, from the end of a task to a receiver: signed, retried, logged, resent, guarded."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace
from standardwebhooks import Webhook
from tests.house import House, open_house

from humanwire.core.addresses import AddressPolicy
from humanwire.flows import abort
from humanwire.flows.accounts import rotate_secret
from humanwire.flows.outbox import Outbox
from humanwire.flows.ports import NoOutbox

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DELAYS = [
    5_000,
    *(minutes * MINUTE for minutes in (5, 30)),
    *(h * HOUR for h in (2, 5, 10, 14, 20, 24)),
    0,
]
"""After each of the ten attempts; a fifth more of it may be added by chance."""
LONGEST = 1.25


class Receiver:
    """A requester's server: keeps what it gets, answers with the next of `statuses`, else 200."""

    def __init__(self) -> None:
        self.got: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.reply_headers: dict[str, str] = {}
        self.hold: asyncio.Event | None = None
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got.put_nowait(({k.lower(): v for k, v in request.headers.items()}, body))
        if self.hold is not None:
            await self.hold.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.reply_headers)

    async def next(self) -> tuple[dict[str, str], bytes]:
        return await asyncio.wait_for(self.got.get(), 5)


async def listen(receiver: Receiver) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    return runner


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    made = Receiver()
    runner = await listen(made)
    yield made
    if made.hold is not None:
        made.hold.set()
    await runner.cleanup()


async def end(house: House, **fields: Any) -> str:
    """Ask and answer one task; return its id."""
    task = (await house.ask(**fields))["id"]
    lease = await house.claim()
    done = await house.work(f"/assignments/{lease['id']}/answer", {"response": ["cat"]})
    assert done.json == {"accepted": True, "counted": True}
    return task


async def log(house: House, query: str = "", until: Callable[[Any], bool] = bool) -> Any:
    """The delivery log, once it looks as awaited."""
    headers = {"X-Heat-API-Key": house.key}
    async with asyncio.timeout(5):
        while True:
            reply = await house.call("GET", f"/v1/deliveries{query}", headers=headers)
            deliveries = reply.json["deliveries"]
            if until(deliveries):
                return deliveries
            await asyncio.sleep(0.02)


def wait_of(delivery: Any) -> float:
    """Seconds from the last attempt to the next."""
    last = datetime.fromisoformat(delivery["attempts"][-1]["time"])
    return (datetime.fromisoformat(delivery["next_attempt"]) - last).total_seconds()


def state(name: str) -> Callable[[Any], bool]:
    return lambda deliveries: bool(deliveries) and deliveries[0]["state"] == name


def attempts(number: int) -> Callable[[Any], bool]:
    return lambda deliveries: bool(deliveries) and len(deliveries[0]["attempts"]) == number


async def test_the_whole_request_arrives_signed(house: House, receiver: Receiver) -> None:
    task = await end(house, hook_url=receiver.url, metadata={"n": 1.50})

    headers, body = await receiver.next()

    Webhook(house.project.webhook_secrets[0].text).verify(body, headers)
    assert headers["content-type"] == "application/json"
    headers_key = {"X-Heat-API-Key": house.key}
    stored = await house.call("GET", f"/v1/requests/{task}", headers=headers_key)
    assert body == stored.body
    [delivery] = await log(house, until=state("delivered"))
    assert delivery["request"] == task
    assert delivery["id"] == headers["webhook-id"]
    assert [each["status"] for each in delivery["attempts"]] == [200]


async def test_a_rotated_secret_signs_beside_the_new_one(house: House, receiver: Receiver) -> None:
    changed = await rotate_secret(house.ports, house.project)
    await end(house, hook_url=receiver.url)

    headers, body = await receiver.next()

    for secret in (house.project.webhook_secrets[0], changed.webhook_secrets[0]):
        Webhook(secret.text).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 2


async def test_a_failure_is_tried_again_on_schedule_under_the_same_id(
    house: House, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    await end(house, hook_url=receiver.url)
    first, _ = await receiver.next()

    [delivery] = await log(house, until=attempts(1))
    assert delivery["state"] == "pending"
    assert 5 <= wait_of(delivery) <= 6
    house.clock.ahead = 6_100
    second, _ = await receiver.next()
    await log(house, until=attempts(2))
    house.clock.ahead += 6 * MINUTE + 1000
    third, _ = await receiver.next()

    assert first["webhook-id"] == second["webhook-id"] == third["webhook-id"]
    [delivery] = await log(house, until=state("delivered"))
    assert [each["status"] for each in delivery["attempts"]] == [500, 503, 200]


async def test_it_gives_up_after_ten_attempts_and_can_be_sent_again(
    house: House, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 10
    task = await end(house, hook_url=receiver.url)
    for number, delay in enumerate(DELAYS, 1):
        await receiver.next()
        await log(house, until=attempts(number))
        house.clock.ahead += round(LONGEST * delay)
    [failed] = await log(house, "?state=failed")
    assert failed["request"] == task
    assert failed["reason"] == "status_500"

    headers = {"X-Heat-API-Key": house.key}
    again = await house.call("POST", f"/v1/deliveries/{failed['id']}/resend", headers=headers)

    assert (again.status, again.json) == (200, {"success": True})
    sent, _ = await receiver.next()
    assert sent["webhook-id"] == failed["id"]
    await log(house, until=state("delivered"))


async def test_all_that_failed_is_sent_again_at_once(house: House, receiver: Receiver) -> None:
    receiver.statuses = [500] * 20
    for _ in range(2):
        await end(house, hook_url=receiver.url)
    for number, delay in enumerate(DELAYS, 1):
        for _ in range(2):
            await receiver.next()
        await log(house, until=lambda found, n=number: all(len(d["attempts"]) == n for d in found))
        house.clock.ahead += round(LONGEST * delay)
    await log(house, "?state=failed", until=lambda found: len(found) == 2)

    headers = {"X-Heat-API-Key": house.key}
    path = "/v1/deliveries/resend?failed_since=2020-01-01T00:00:00Z"
    reply = await house.call("POST", path, headers=headers)

    assert reply.status == 200
    for _ in range(2):
        await receiver.next()
    await log(house, "?state=delivered", until=lambda found: len(found) == 2)


async def test_an_address_that_fails_for_days_is_given_up_until_somebody_resends(
    house: House, receiver: Receiver
) -> None:
    receiver.statuses = [500, 500]
    await end(house, hook_url=receiver.url)
    await receiver.next()
    await log(house, until=attempts(1))
    house.clock.ahead += 5 * DAY
    await receiver.next()
    [given_up] = await log(house, until=state("failed"))
    assert given_up["reason"] == "endpoint_disabled"

    await end(house, hook_url=receiver.url)
    found = await log(house, until=lambda found: len(found) == 2 and state("failed")(found))
    assert (found[0]["reason"], found[0]["attempts"]) == ("endpoint_disabled", [])
    assert receiver.got.empty()

    headers = {"X-Heat-API-Key": house.key}
    await house.call("POST", f"/v1/deliveries/{given_up['id']}/resend", headers=headers)
    await receiver.next()


async def test_a_receiver_that_asks_for_time_gets_it(house: House, receiver: Receiver) -> None:
    receiver.statuses, receiver.reply_headers = [503], {"Retry-After": "120"}
    await end(house, hook_url=receiver.url)
    await receiver.next()

    [delivery] = await log(house, until=attempts(1))

    assert 120 <= wait_of(delivery) < 122


async def test_a_private_address_is_refused_and_said(tmp_path: Path, receiver: Receiver) -> None:
    async with open_house(tmp_path, addresses=AddressPolicy()) as house:
        await end(house, hook_url=receiver.url)

        [delivery] = await log(house, until=state("failed"))

        assert delivery["reason"] == "address_refused"
        assert receiver.got.empty()


async def test_a_dead_receiver_delays_nobody_else(house: House, receiver: Receiver) -> None:
    stuck = Receiver()
    stuck.hold = asyncio.Event()
    runner = await listen(stuck)
    try:
        for _ in range(20):
            await end(house, hook_url=stuck.url)
        await end(house, hook_url=receiver.url)

        await asyncio.wait_for(receiver.next(), 1)
    finally:
        stuck.hold.set()
        await runner.cleanup()


async def test_a_slow_receivers_backlog_goes_on_when_its_claims_run_short(
    house: House, receiver: Receiver
) -> None:
    receiver.hold = asyncio.Event()
    for _ in range(12):
        await end(house, hook_url=receiver.url)
    for _ in range(8):
        await receiver.next()
    house.clock.ahead += 10_000  # the first eight took this long; less is left than one may take

    receiver.hold.set()

    ids = [(await receiver.next())[0]["webhook-id"] for _ in range(4)]
    await log(house, "?state=delivered", until=lambda found: len(found) == 12)
    assert len(set(ids)) == 4
    assert receiver.got.empty()


async def test_the_callers_own_abort_is_not_called_back_but_a_deadline_is(
    house: House, receiver: Receiver
) -> None:
    headers = {"X-Heat-API-Key": house.key}
    aborted = (await house.ask(hook_url=receiver.url))["id"]
    await house.call("DELETE", f"/v1/requests/{aborted}", headers=headers)
    soon = "2999-01-01T00:00:00Z"
    overdue = (await house.ask(hook_url=receiver.url, deadline=soon))["id"]
    house.clock.ahead = 2_000 * 366 * DAY
    await abort.abort_overdue(house.ports)

    _, body = await receiver.next()

    assert overdue.encode() in body
    done = await house.read(overdue)
    assert (done["status"], done["aborted_reason"]) == ("aborted", "deadline")
    assert receiver.got.empty()


async def test_without_a_hook_the_projects_address_is_called(
    house: House, receiver: Receiver
) -> None:
    settings = replace(house.project.settings, callback_url=receiver.url)
    await house.ports.store.change_project(replace(house.project, settings=settings))

    task = await end(house)

    _, body = await receiver.next()
    assert task.encode() in body


async def test_a_staged_request_fires_its_hook(house: House, receiver: Receiver) -> None:
    headers = {"X-Heat-API-Key": house.test_key}
    body = {"instruction": "?", "choices": ["a", "b"], "hook_url": receiver.url}

    asked = await house.call("POST", "/v1/requests/multiple-choice", json=body, headers=headers)

    _, told = await receiver.next()
    assert told == asked.body


async def test_what_a_dead_process_left_is_taken_over(house: House, receiver: Receiver) -> None:
    """A delivery whose process died between claiming and recording is claimed again."""
    outbox = house.ports.outbox
    house.ports.outbox = NoOutbox()
    await end(house, hook_url=receiver.url)
    assert isinstance(outbox, Outbox)
    now = house.clock()
    assert await house.ports.store.due_deliveries(now, now, 9, []) == []  # the claim still stands

    house.clock.ahead = 21_000

    await receiver.next()
    await log(house, until=state("delivered"))
