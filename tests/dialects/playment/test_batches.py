"""Batches of jobs, and the figures of batches and projects."""

import pytest
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.trackers import tracker, video

from humanwire.flows import accounts

BATCH = "/v1/projects/PROJECT/batch"


async def new_batch(client: Client, name: str, key: str | None = None) -> str:
    reply = await client.call("POST", BATCH, {"name": name}, key)
    assert set(reply.json["data"]) == {"batch_id"}
    return reply.json["data"]["batch_id"]


async def figures(client: Client, key: str | None = None) -> dict[str, object]:
    reply = await client.call("GET", "/v0/projects/PROJECT/stats", key=key)
    assert reply.status == 200
    return reply.json["data"]


@pytest.mark.parametrize("path", [BATCH, "/v1/project/PROJECT/batch"])
async def test_a_batch_is_made_once(client: Client, path: str):
    body = {"name": "monday", "label": None, "description": "Streets."}
    made = await client.call("POST", path, body)
    assert made.status == 200
    again = await client.call("POST", path, body)
    assert (again.status, again.json["error"]["code"]) == (409, "BATCH_CREATION")
    # Staging has names of its own.
    staged = await client.call("POST", path, body, client.test_key)
    assert staged.status == 200
    shown = await client.call("GET", f"/v1/projects/PROJECT/batch/{made.json['data']['batch_id']}")
    assert shown.json == {
        "success": True,
        "data": {
            "id": made.json["data"]["batch_id"],
            "project_id": client.id,
            "name": "monday",
            "status": "OPEN",
            "completed_at": None,
            "jobs": [],
            "next_page_token": None,
        },
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "GE_0002"),
        ({"name": None}, "GE_0002"),
        ({"name": ""}, "GE_0002"),
        ({"name": " "}, "GE_0002"),
        ({"name": 5}, "FS_0003"),
        ({"name": "x" * 501}, "FS_0003"),
        ({"name": "x", "label": 5}, "FS_0003"),
        ([], "GE_0001"),
    ],
)
async def test_what_is_no_batch(client: Client, body: object, code: str):
    reply = await client.call("POST", BATCH, body)
    assert (reply.status, reply.json["error"]["code"]) == (400, code)
    assert (await figures(client))["total_batches"] == 0


async def test_a_batch_is_read_page_by_page(client: Client):
    workflow, batch = await client.workflow(), await new_batch(client, "monday")
    made = [
        (
            await client.make(
                reference_id=str(number), work_flow_id=workflow, data=video(), batch_id=batch
            )
        )["job_id"]
        for number in range(201)
    ]
    await client.make(reference_id="elsewhere", work_flow_id=workflow, data=video())
    await client.work({"annotations": []})

    read, token, pages = [], "", 0
    while token is not None:
        path = f"/v0/projects/PROJECT/batch/{batch}?page_token={token}"
        page = (await client.call("GET", path)).json["data"]
        read += page["jobs"]
        token = page["next_page_token"]
        pages += 1
    assert [job["job_id"] for job in read] == made
    assert pages == 3
    assert read[0] == {
        "job_id": made[0],
        "reference_id": "0",
        "status": "COMPLETED",
        "tag": "tracking",
        "priority_weight": 5,
    }
    assert {job["status"] for job in read[1:]} == {"PENDING"}
    for token in ("x", "%00"):
        path = f"/v0/projects/PROJECT/batch/{batch}?page_token={token}"
        assert (await client.call("GET", path)).json["error"]["code"] == "FS_0003"


@pytest.mark.parametrize("batch", ["x", "2aae1234-acac-1234-eeff-12a22a237bbc"])
async def test_no_such_batch(client: Client, batch: str):
    reply = await client.call("GET", f"/v0/projects/PROJECT/batch/{batch}")
    assert (reply.status, reply.json["error"]["code"]) == (404, "resource_error")


async def test_figures_count_jobs_frames_and_annotations(client: Client):
    tracking = await client.workflow()
    choice = await client.workflow("choice", labels=["cat", "dog"])
    batch = await new_batch(client, "monday")
    await new_batch(client, "tuesday")
    await client.make(reference_id="1", work_flow_id=tracking, data=video(), batch_id=batch)
    await client.make(reference_id="2", work_flow_id=tracking, data=video(), batch_id=batch)
    image = {"image_url": ["https://e.com/a.jpg", "https://e.com/b.jpg"]}
    await client.make(reference_id="3", work_flow_id=choice, data=image)
    await client.work({"annotations": [tracker(), tracker("line")]})

    whole = {
        "name": "streets",
        "base": "choice, tracking",
        "total_batches": 3,
        "completed_batches": 0,
        "total_jobs": 3,
        "completed_jobs": 1,
        "total_frames": 12,
        "completed_frames": 5,
        "annotations": 2,
    }
    assert await figures(client) == whole
    await client.work({"annotations": [tracker()]})
    await client.work(["cat"])
    done = {"completed_jobs": 3, "completed_frames": 12, "annotations": 3, "completed_batches": 2}
    assert await figures(client) == whole | done

    reply = await client.call("GET", "/v1/projects/PROJECT/details")
    details = reply.json["data"]
    assert (details["name"], details["base"]) == ("streets", "choice, tracking")
    assert [each["name"] for each in details["batches"]] == ["monday", "tuesday", "default"]
    assert details["batches"][0] == {
        "batch_id": batch,
        "name": "monday",
        "label": None,
        "description": None,
        "status": "OPEN",
        "completed_at": None,
        "total_jobs": 2,
        "completed_jobs": 2,
        "total_frames": 10,
        "completed_frames": 10,
        "annotations": 3,
    }


async def test_staged_jobs_have_figures_of_their_own(client: Client):
    workflow = await client.workflow()
    body = {"reference_id": "1", "work_flow_id": workflow, "data": video()}
    await client.make(key=client.test_key, **body)
    staged = await figures(client, client.test_key)
    assert (staged["completed_jobs"], staged["completed_frames"]) == (1, 5)
    assert staged["annotations"] == 2
    assert (await figures(client))["total_jobs"] == 0


async def test_a_batch_is_of_live_jobs_or_of_staged_ones(client: Client):
    workflow, batch = await client.workflow(), await new_batch(client, "monday")
    body = {"reference_id": "1", "work_flow_id": workflow, "data": video()}
    other = await client.call("POST", BATCH, {"name": "other"}, client.test_key)
    staged = other.json["data"]["batch_id"]
    reply = await client.call("POST", "/v1/projects/PROJECT/jobs", {**body, "batch_id": staged})
    assert reply.status == 404
    assert (await client.make(**body, batch_id=batch))["batch_id"] == batch


async def test_a_paused_batch_takes_jobs_that_wait_and_a_closed_one_takes_none(client: Client):
    batch, workflow = await new_batch(client, "monday"), await client.workflow()
    operator = await accounts.create_operator_key(client.house.ports)

    async def becomes(state: str) -> None:
        path = f"/admin/v1/projects/{client.id}/batches/{batch}"
        headers = {"Authorization": f"Bearer {operator}"}
        changed = await client.house.call("PATCH", path, json={"state": state}, headers=headers)
        assert changed.json["state"] == state

    await becomes("paused")
    job = {"work_flow_id": workflow, "batch_id": batch, "data": video()}
    made = await client.make(reference_id="one", **job)
    nothing = await client.house.work("/assignments", {}, client.worker)
    assert nothing.status == 204
    await becomes("closed")
    refused = await client.call("POST", "/v1/projects/PROJECT/jobs", {"reference_id": "two", **job})
    assert (refused.status, refused.json["error"]["code"]) == (409, "batch_closed")
    seen = await client.work({"annotations": [tracker()]})
    assert seen["id"] == made["job_id"]
    # What was refused has not used up its reference.
    again = await client.call(
        "POST", "/v1/projects/PROJECT/jobs", {"reference_id": "two", **job, "batch_id": None}
    )
    assert again.status == 200
