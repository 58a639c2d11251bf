"""The end of a whole batch: closed by its requester, told by callback and in the feed."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace
from standardwebhooks import Webhook
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.trackers import tracker, video

from humanwire.flows import accounts
from humanwire.flows.project_settings import changed

ANSWER = {"annotations": [tracker()]}


async def open_batch(client: Client, **fields: object) -> str:
    body = {"name": "monday", **fields}
    reply = await client.call("POST", "/v1/projects/PROJECT/batch", body)
    assert reply.status == 200, reply.body
    return reply.json["data"]["batch_id"]


async def close(client: Client, batch: str) -> Any:
    path = f"/v1/projects/PROJECT/batch/{batch}/close"
    return (await client.call("POST", path)).json


async def add_jobs(client: Client, batch: str, many: int) -> None:
    workflow = await client.workflow()
    for number in range(many):
        job = {"reference_id": str(number), "work_flow_id": workflow, "batch_id": batch}
        await client.make(**job, data=video())


async def feed(client: Client) -> list[Any]:
    headers = {"X-Heat-API-Key": client.key}
    reply = await client.house.call("GET", "/v1/events", headers=headers)
    return reply.json["events"]


async def test_a_closed_batch_is_told_of_after_its_last_job(client: Client) -> None:
    batch = await open_batch(client, label="L", callback_url=f"{client.receiver.url}/batches")
    await add_jobs(client, batch, 2)
    await client.work(ANSWER)
    closed = await close(client, batch)
    assert (closed["data"]["status"], closed["data"]["completed_at"]) == ("CLOSED", None)
    refused = {"reference_id": "9", "tag": "tracking", "batch_id": batch, "data": video()}
    reply = await client.call("POST", "/v1/projects/PROJECT/jobs", refused)
    assert reply.status == 409
    client.house.clock.ahead += 1000
    await client.work(ANSWER)

    got = [await asyncio.wait_for(client.receiver.got.get(), 20) for _ in range(3)]
    bodies = {headers["path"]: json.loads(body) for headers, body in got}
    headers, body = next(each for each in got if each[0]["path"] == "/results/batches")
    secret = client.project.signing_secrets(client.house.clock())[0]
    Webhook(secret).verify(body, headers)
    details = (await client.call("GET", "/v1/projects/PROJECT/details")).json["data"]["batches"][0]
    assert bodies["/results/batches"] == {"batches": [details]}
    assert set(bodies["/results"]) == {"jobs"}
    assert details == {
        "batch_id": batch,
        "name": "monday",
        "label": "L",
        "description": None,
        "status": "CLOSED",
        "completed_at": details["completed_at"],
        "total_jobs": 2,
        "completed_jobs": 2,
        "total_frames": 10,
        "completed_frames": 10,
        "annotations": 2,
    }
    summary = (await client.call("GET", f"/v1/projects/PROJECT/batch/{batch}")).json["data"]
    assert summary["completed_at"] == details["completed_at"] is not None


async def test_it_comes_once_in_the_feed_behind_its_jobs(client: Client) -> None:
    batch = await open_batch(client)
    await add_jobs(client, batch, 1)
    await close(client, batch)
    await client.work(ANSWER)
    shown = await close(client, batch)
    assert (await close(client, batch)) == shown
    last, told = await feed(client)
    assert told["time"] == shown["data"]["completed_at"]
    assert (last["type"], told["type"]) == ("request.complete", "batch.complete")
    assert told == {
        "id": last["id"] + 1,
        "type": "batch.complete",
        "time": told["time"],
        "request": None,
        "batch": {
            "id": batch,
            "name": "monday",
            "label": None,
            "description": None,
            "created_at": told["batch"]["created_at"],
            "completed_at": told["time"],
            "requests": {"pending": 0, "complete": 1, "flagged": 0, "aborted": 0},
        },
    }


async def test_the_projects_address_is_told_where_the_batch_has_none(client: Client) -> None:
    batch = await open_batch(client)
    stream = {"Accept": "text/event-stream", "X-Heat-API-Key": client.key}
    url = client.house.origin + "/v1/events"
    async with aiohttp.ClientSession() as http, http.get(url, headers=stream) as reply:
        client.receiver.statuses = [503, 200]
        closed = await close(client, batch)
        assert closed["data"]["completed_at"] is not None
        headers, body = await asyncio.wait_for(client.receiver.got.get(), 20)
        assert headers["path"] == "/results"
        assert json.loads(body)["batches"] == [closed["data"]]
        async with asyncio.timeout(20):
            while b"event: batch.complete" not in await reply.content.readline():
                pass
        assert b'"batch":{"id":"%s"' % batch.encode() in await reply.content.readline()
    log = {"X-Heat-API-Key": client.key}
    async with asyncio.timeout(20):
        while True:
            reply = await client.house.call("GET", "/v1/deliveries", headers=log)
            [delivery] = reply.json["deliveries"]
            if delivery["attempts"]:
                break
            await asyncio.sleep(0.02)
    assert (delivery["request"], delivery["batch"]) == (None, batch)
    client.house.clock.ahead += 30_000
    again, _ = await asyncio.wait_for(client.receiver.got.get(), 20)
    assert again["webhook-id"] == headers["webhook-id"] == delivery["id"]


async def test_whoever_tells_nobody_has_it_in_the_feed(client: Client) -> None:
    settings = changed(client.project.settings, {"callback_url": None})
    await client.house.ports.store.change_project(replace(client.project, settings=settings))
    batch = await open_batch(client)
    await add_jobs(client, batch, 1)
    await close(client, batch)
    await client.work(ANSWER)
    assert [each["type"] for each in await feed(client)] == ["request.complete", "batch.complete"]
    assert client.receiver.got.empty()


async def test_operators_see_when_a_batch_was_complete(client: Client) -> None:
    url = f"{client.receiver.url}/own"
    batch = await open_batch(client, callback_url=url)
    key = await accounts.create_operator_key(client.house.ports)
    path = f"/admin/v1/projects/{client.id}/batches/{batch}"
    headers = {"Authorization": f"Bearer {key}"}
    shown = (await client.house.call("GET", path, headers=headers)).json
    assert (shown["completed_at"], shown["callback_url"]) == (None, url)
    closed = {"state": "closed"}
    shown = (await client.house.call("PATCH", path, json=closed, headers=headers)).json
    assert shown["completed_at"] is not None
    assert (await client.receiver.next())["batches"][0]["batch_id"] == batch


@pytest.mark.parametrize("url", ["nowhere", "ftp://e.com", "", "http://e.com/" + "x" * 2048, 5])
async def test_an_address_that_cannot_be_called_makes_no_batch(client: Client, url: object) -> None:
    body = {"name": "monday", "callback_url": url}
    reply = await client.call("POST", "/v1/projects/PROJECT/batch", body)
    assert (reply.status, reply.json["error"]["code"]) == (400, "FS_0003")
    assert "callback_url" in reply.body.decode()
    assert (await client.call("GET", "/v1/projects/PROJECT/details")).json["data"]["batches"] == []


async def test_what_cannot_be_closed(client: Client) -> None:
    for unknown in ("x", "2aae1234-acac-1234-eeff-12a22a237bbc"):
        assert (await close(client, unknown))["error"]["code"] == "resource_error"
    workflow = await client.workflow()
    job = await client.make(reference_id="1", work_flow_id=workflow, data=video())
    reply = await close(client, job["batch_id"])
    assert reply["error"]["code"] == "FS_0003"
    path = f"/v1/projects/PROJECT/batch/{await open_batch(client)}/close"
    assert (await client.call("POST", path, key=client.test_key)).status == 404
