"""Jobs as large as they may be, and larger."""

from typing import Any

import msgspec
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.trackers import labelled

JOBS = "/v1/projects/PROJECT/jobs"
FRAMES = [{"frame_id": f"f{n}", "src": f"https://e.com/{n}.jpg"} for n in range(2_000)]
BOX = {"coordinates": [{"x": x, "y": y} for x, y in ((0, 0), (0.25, 0), (0.25, 0.5), (0, 0.5))]}
AT = "maker_response.video2d.data.annotations"


def trackers(count: int, each: int) -> list[dict[str, Any]]:
    """So many objects, each seen in so many frames, never all at once."""
    return [
        {
            "_id": str(number),
            "type": "rectangle",
            "label": "car",
            "frames": {f"f{(3 * number + frame) % 2_000}": BOX for frame in range(each)},
        }
        for number in range(count)
    ]


def job(workflow: str, objects: list[dict[str, Any]], **besides: object) -> bytes:
    data = {"video_data": {"frames": FRAMES}, "maker_response": labelled(*objects), **besides}
    return msgspec.json.encode({"reference_id": "1", "work_flow_id": workflow, "data": data})


async def refused(client: Client, body: bytes) -> tuple[int, Any]:
    reply = await client.call("POST", JOBS, body)
    assert reply.json["success"] is False
    return reply.status, reply.json["error"]


async def test_fifty_thousand_annotations_from_request_to_result(client: Client):
    workflow = await client.workflow()
    objects = trackers(500, 100)
    body = job(workflow, objects)
    assert len(body) < 16 * 2**20
    made = await client.call("POST", JOBS, body)
    assert made.status == 200
    identifier = made.json["data"]["job_id"]
    task = await client.work({"annotations": objects})
    assert len(task["question"]["annotations"]) == 500
    assert (await client.job(identifier))["result"] == labelled(*objects)
    stats = (await client.call("GET", "/v0/projects/PROJECT/stats")).json["data"]
    assert (stats["completed_frames"], stats["annotations"]) == (2_000, 50_000)


async def test_what_is_past_the_limits(client: Client):
    workflow = await client.workflow()
    objects = trackers(500, 100)
    objects[-1]["frames"]["f9"] = BOX
    status, error = await refused(client, job(workflow, objects))
    assert (status, error["code"]) == (400, "FS_0003")
    assert error["validations"][0]["meta_data"]["fields"] == [AT]

    crowded = [{**each, "frames": {"f7": BOX}} for each in trackers(501, 1)]
    _, error = await refused(client, job(workflow, crowded))
    assert error["validations"][0]["meta_data"]["fields"] == [f"{AT}[500].frames.f7"]

    padded = job(workflow, trackers(1, 1), notes=["x" * 60_000] * 280)
    assert len(padded) > 16 * 2**20
    status, error = await refused(client, padded)
    assert (status, error["code"]) == (413, "too_large")

    listed = await client.house.call("GET", "/v1/requests", headers={"X-Heat-API-Key": client.key})
    assert listed.json["requests"] == []
    assert (await client.call("POST", JOBS, job(workflow, trackers(1, 1)))).status == 200
