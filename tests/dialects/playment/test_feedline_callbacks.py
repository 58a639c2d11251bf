"""Feed lines' callbacks: what counts as received, the retries to the second, and what is told."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace
from standardwebhooks import Webhook
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.test_feedline import EXAMPLES, send, unit_of

BODY = EXAMPLES["sales tax"][0]
RETRIED = (408, 500, 501, 502, 503, 504, 505, 511)
REFUSED = (201, 204, 301, 400, 404, 410, 429, 506)


async def end(client: Client, **changes: Any) -> str:
    flu = (await send(client, BODY | changes))["flu_id"]
    await client.work({"sales_tax_amount": "1.49"})
    return flu


async def log(client: Client, until: Callable[[Any], bool]) -> Any:
    """The one delivery in the log, once it looks as awaited."""
    headers = {"X-Heat-API-Key": client.key}
    async with asyncio.timeout(20):
        while True:
            reply = await client.house.call("GET", "/v1/deliveries", headers=headers)
            found = reply.json["deliveries"]
            if found and until(found[0]):
                return found[0]
            await asyncio.sleep(0.02)


def statuses(delivery: Any) -> list[int]:
    return [attempt["status"] for attempt in delivery["attempts"]]


@pytest.mark.parametrize("status", RETRIED)
async def test_each_listed_status_is_tried_again_three_times_every_thirty_seconds(
    client: Client, status: int
) -> None:
    client.receiver.statuses = [status] * 4
    await end(client)

    for attempt in range(1, 4):
        await client.receiver.got.get()
        pending = await log(client, lambda found, n=attempt: len(found["attempts"]) == n)
        assert pending["state"] == "pending"
        started = datetime.fromisoformat(pending["attempts"][-1]["time"])
        due = datetime.fromisoformat(pending["next_attempt"])
        assert 30 <= (due - started).total_seconds() < 40
        # A moment before it is due nothing is sent, however long the machine takes to get here.
        assert client.receiver.got.empty()
        client.house.clock.ahead += 30_000
    await client.receiver.got.get()

    failed = await log(client, lambda found: found["state"] == "failed")
    assert (statuses(failed), failed["reason"]) == ([status] * 4, f"status_{status}")
    assert "next_attempt" not in failed
    client.house.clock.ahead += 86_400_000
    headers = {"X-Heat-API-Key": client.key}
    path = f"/v1/deliveries/{failed['id']}/resend"
    assert (await client.house.call("POST", path, headers=headers)).status == 200
    await client.receiver.next()
    await log(client, lambda found: found["state"] == "delivered")
    assert client.receiver.got.empty()


@pytest.mark.parametrize("status", REFUSED)
async def test_any_other_status_than_200_fails_at_once(client: Client, status: int) -> None:
    client.receiver.statuses = [status]
    await end(client)

    failed = await log(client, lambda found: found["state"] != "pending")

    assert (failed["state"], statuses(failed)) == ("failed", [status])


async def test_a_retry_that_gets_200_ends_it(client: Client) -> None:
    client.receiver.statuses = [503]
    await end(client)
    first, _ = await client.receiver.got.get()
    await log(client, lambda found: len(found["attempts"]) == 1)
    client.house.clock.ahead += 30_000
    second, body = await client.receiver.got.get()

    delivered = await log(client, lambda found: found["state"] == "delivered")
    assert statuses(delivered) == [503, 200]
    assert first["webhook-id"] == second["webhook-id"] == delivered["id"]
    Webhook(client.project.webhook_secrets[0].text).verify(body, second)


async def test_nobody_there_is_tried_again_too(client: Client) -> None:
    settings = replace(client.project.settings, callback_url="http://127.0.0.1:1/")
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    await end(client)

    tried = await log(client, lambda found: len(found["attempts"]) == 1)

    assert tried["state"] == "pending"
    assert tried["attempts"][0]["error"] == "connection_failed"


async def end_otherwise(client: Client, reference: str, act: str) -> str:
    """Have a unit flagged by a worker, or aborted natively; return its id."""
    flu = (await send(client, BODY | {"reference_id": reference}))["flu_id"]
    if act == "ABORTED":
        headers = {"X-Heat-API-Key": client.key}
        reply = await client.house.call("DELETE", f"/v1/requests/{flu}", headers=headers)
    else:
        lease = await client.house.claim(client.worker)
        path = f"/assignments/{lease['id']}/flag"
        reply = await client.house.work(path, {"feedback": "Blurred."}, client.worker)
    assert reply.status == 200
    return flu


@pytest.mark.parametrize("status", ["FLAGGED", "ABORTED"])
async def test_flagged_and_aborted_are_shown_and_told_of_if_wanted(
    client: Client, status: str
) -> None:
    flu = await end_otherwise(client, "quiet", status)
    unit = await unit_of(client, flu)
    assert (unit["status"], unit["result"]) == (status, None)
    assert unit.get("feedback") == ("Blurred." if status == "FLAGGED" else None)

    settings = replace(client.project.settings, callback_on="ended")
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    flu = await end_otherwise(client, "told", status)

    told = await client.receiver.next()
    assert told == {"feed_line_units": [await unit_of(client, flu)]}
    assert client.receiver.got.empty()  # nothing was sent of the first
