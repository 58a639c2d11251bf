"""The stream of notices to a worker's page."""

import asyncio
import gc
import json
from typing import Any

import aiohttp
from tests.house import House


async def next_notice(stream: aiohttp.ClientResponse) -> tuple[str, Any]:
    name = ""
    async with asyncio.timeout(5):
        while True:
            line = (await stream.content.readline()).decode().rstrip()
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))


async def test_a_page_hears_of_work_and_of_withdrawn_leases(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.worker}"}
    url = f"{house.origin}/worker/v1/events"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await stream.content.readline()

        task = (await house.ask())["id"]
        assert (await next_notice(stream))[0] == "work"
        lease = await house.claim()
        key = {"X-Heat-API-Key": house.key}
        await house.call("DELETE", f"/v1/requests/{task}", headers=key)

        name, data = await next_notice(stream)
        assert (name, data) == ("withdrawn", {"assignment": lease["id"], "reason": "aborted"})


async def test_another_projects_work_is_none_of_theirs(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.stranger}"}
    url = f"{house.origin}/worker/v1/events"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as stream:
        await stream.content.readline()
        await house.ask()
        theirs = await house.key_of(house.other)
        ours, house.key = house.key, theirs
        task = (await house.ask())["id"]
        house.key = ours
        lease = await house.claim(house.stranger)
        assert lease["task"]["id"] == task
        await house.call("DELETE", f"/v1/requests/{task}", headers={"X-Heat-API-Key": theirs})

        names = [(await next_notice(stream))[0] for _ in range(2)]

        assert names == ["work", "withdrawn"]


async def test_a_closed_page_is_forgotten(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.worker}"}
    async with aiohttp.ClientSession() as http:
        stream = await http.get(f"{house.origin}/worker/v1/events", headers=headers)
        await stream.content.readline()
        assert house.ports.wakeups._streams
        stream.close()

        async with asyncio.timeout(5):
            while house.ports.wakeups._streams:
                await asyncio.sleep(0.01)


async def test_a_closed_page_leaves_no_task_behind(house: House) -> None:
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))
    headers = {"Authorization": f"Bearer {house.worker}"}
    async with aiohttp.ClientSession() as http:
        stream = await http.get(f"{house.origin}/worker/v1/events", headers=headers)
        await stream.content.readline()
        stream.close()
        async with asyncio.timeout(5):
            while house.ports.wakeups._streams:
                await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)  # what was cancelled ends in the next turns of the loop

    gc.collect()

    assert complaints == []  # "Task was destroyed but it is pending!"
