"""What ends at once when a key is revoked or a worker barred, also what is open already."""

import asyncio

import aiohttp
from tests.house import House

from humanwire.flows import accounts


async def test_a_revoked_keys_stream_tells_nothing_more(house: House) -> None:
    (key,) = [
        key for key in await house.ports.store.list_keys(house.project.number) if key.mode == "live"
    ]
    headers = {"X-Heat-API-Key": house.key, "Accept": "text/event-stream"}
    url = f"{house.origin}/v1/events"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as stream:
        await stream.content.readline()
        house.key = await house.key_of(house.project)
        await accounts.revoke_key(house.ports, key.id)
        await house.ask()
        lease = await house.claim()
        await house.work(f"/assignments/{lease['id']}/answer", {"response": ["cat"]})

        rest = await asyncio.wait_for(stream.content.read(), 5)

    assert b"data:" not in rest


async def test_a_worker_barred_while_waiting_gets_no_task(house: House) -> None:
    waiting = asyncio.create_task(house.work("/assignments", {"wait": 30}))
    while not house.ports.wakeups.line._places:
        await asyncio.sleep(0.01)
    barred = await accounts.find_worker(house.ports, "Ada")
    await house.ports.store.revoke_worker(barred.number, house.ports.clock())

    await house.ask()

    lease = await asyncio.wait_for(house.claim(house.teammate, wait=5), 10)
    assert lease["task"]["type"] == "multiple-choice"
    waiting.cancel()
