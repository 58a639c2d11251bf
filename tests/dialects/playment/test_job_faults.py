"""What is no job: refused in the protocol's words, with its place, and nothing of it stored."""

import copy
from typing import Any

import pytest
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.trackers import FRAMES, labelled, tracker, video

JOBS = "/v1/projects/PROJECT/jobs"
NOWHERE = "2aae1234-acac-1234-eeff-12a22a237bbc"
LOST = object()
AT = "maker_response.video2d.data.annotations"


def changed(body: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with another value at a path; LOST takes the field away."""
    body = copy.deepcopy(body)
    *way, last = path.split("/")
    place: Any = body
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    if value is LOST:
        del place[last]
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return body


async def refusal(client: Client, body: object, key: str | None = None) -> tuple[int, Any]:
    reply = await client.call("POST", JOBS, body, key)
    assert reply.headers["content-type"] == "application/json"
    assert set(reply.json) == {"error", "success"}
    assert reply.json["success"] is False
    return reply.status, reply.json["error"]


async def nothing_stored(client: Client, body: dict[str, Any]) -> None:
    listed = await client.house.call("GET", "/v1/requests", headers={"X-Heat-API-Key": client.key})
    assert listed.json["requests"] == []
    # What was refused has not used up its reference.
    assert (await client.make(**body))["status"] == "PENDING"


def fields_of(error: Any) -> list[str]:
    return [
        field
        for validation in error.get("validations", ())
        for field in validation["meta_data"]["fields"]
    ]


@pytest.mark.parametrize(
    ("path", "value", "status", "code", "message", "field"),
    [
        ("reference_id", LOST, 400, "FS_0002", "Reference Id Missing", None),
        ("reference_id", None, 400, "FS_0002", "Reference Id Missing", None),
        ("reference_id", "", 400, "FS_0002", "Reference Id Missing", None),
        ("reference_id", 7, 400, "FS_0003", "Invalid data passed", "reference_id"),
        ("work_flow_id", LOST, 400, "GE_0002", "Parameter missing", None),
        ("work_flow_id", None, 400, "GE_0002", "Parameter missing", None),
        ("work_flow_id", "", 400, "GE_0002", "Parameter missing", None),
        ("work_flow_id", 5, 400, "FS_0003", "Invalid data passed", "work_flow_id"),
        ("work_flow_id", NOWHERE, 404, "resource_error", "There is no such workflow.", None),
        ("work_flow_id", "x", 404, "resource_error", "There is no such workflow.", None),
        ("batch_id", NOWHERE, 404, "resource_error", "There is no such batch.", None),
        ("batch_id", [], 400, "FS_0003", "Invalid data passed", "batch_id"),
        ("data", LOST, 400, "FS_0004", "Data missing", None),
        ("data", None, 400, "FS_0004", "Data missing", None),
        ("data", {}, 400, "FS_0004", "Data missing", None),
        ("data", "video", 400, "FS_0003", "Invalid data passed", "data"),
        ("priority_weight", 0, 400, "FS_0003", "Invalid data passed", "priority_weight"),
        ("priority_weight", 11, 400, "FS_0003", "Invalid data passed", "priority_weight"),
        ("priority_weight", 1.5, 400, "FS_0003", "Invalid data passed", "priority_weight"),
        ("priority_weight", True, 400, "FS_0003", "Invalid data passed", "priority_weight"),
        ("metadata", [], 400, "FS_0003", "Invalid data passed", "metadata"),
        ("metadata", {"a": "x" * 17_000}, 400, "FS_0003", "Invalid data passed", "metadata"),
        ("data/video_data", LOST, 400, "FS_0003", "Invalid data passed", "video_data.frames"),
        ("data/video_data", 5, 400, "FS_0003", "Invalid data passed", "video_data"),
        ("data/video_data/frames", [], 400, "FS_0003", "Invalid data passed", "video_data.frames"),
        ("data/video_data/frames", {}, 400, "FS_0003", "Invalid data passed", "video_data.frames"),
        (
            *("data/video_data/frames/1/frame_id", "frame001", 400, "FS_0003"),
            *("Invalid data passed", "video_data.frames[1].frame_id"),
        ),
        (
            *("data/video_data/frames/1/frame_id", LOST, 400, "FS_0003"),
            *("Invalid data passed", "video_data.frames[1].frame_id"),
        ),
        (
            *("data/video_data/frames/2/src", "frame.jpg", 400, "FS_0007"),
            *("Image urls not valid", "video_data.frames[2].src"),
        ),
        (
            *("data/video_data/frames/2/src", 2, 400, "FS_0003"),
            *("Invalid data passed", "video_data.frames[2].src"),
        ),
        ("data/image_url", 1234, 400, "FS_0003", "Invalid data passed", "image_url"),
        ("data/image_url", "ftp://e.com/a", 400, "FS_0007", "Image urls not valid", "image_url"),
        ("data/image_data", ["a.jpg"], 400, "FS_0007", "Image urls not valid", "image_data"),
        (
            *("data/image_data", {"url": 1}, 400, "FS_0003"),
            *("Invalid data passed", "image_data.image_url"),
        ),
        ("data/maker_response", [], 400, "FS_0003", "Invalid data passed", "maker_response"),
        (
            *("data/maker_response/video2d", 1, 400, "FS_0003"),
            *("Invalid data passed", "maker_response.video2d"),
        ),
    ],
)
async def test_a_field_at_fault(
    client: Client,
    path: str,
    value: object,
    status: int,
    code: str,
    message: str,
    field: str | None,
):
    workflow = await client.workflow()
    body = {"reference_id": "1", "work_flow_id": workflow, "data": video(maker_response=labelled())}
    body["metadata"] = {}
    said, error = await refusal(client, changed(body, path, value))
    assert (said, error["code"], error["message"]) == (status, code, message)
    assert fields_of(error) == ([field] if field else [])
    await nothing_stored(client, body)


@pytest.mark.parametrize(
    ("kind", "path", "value", "place"),
    [
        ("rectangle", "type", "square", "[0].type"),
        ("rectangle", "label", None, "[0].label"),
        ("rectangle", "label", "Dog", "[0].label"),
        ("rectangle", "_id", 5, "[0]._id"),
        ("rectangle", "frames", [], "[0].frames"),
        ("rectangle", "frames", {"frame009": {}}, "[0].frames.frame009"),
        ("rectangle", "frames/frame001", "x", "[0].frames.frame001"),
        ("rectangle", "frames/frame001/coordinates", LOST, "[0].frames.frame001.coordinates"),
        ("rectangle", "frames/frame001/coordinates", [{}] * 3, "[0].frames.frame001.coordinates"),
        (
            *("rectangle", "frames/frame001/coordinates/2/y", 1.0001),
            "[0].frames.frame001.coordinates[2].y",
        ),
        (
            *("rectangle", "frames/frame001/coordinates/0/x", -0.1),
            "[0].frames.frame001.coordinates[0].x",
        ),
        (
            *("rectangle", "frames/frame001/coordinates/0/x", "0.1"),
            "[0].frames.frame001.coordinates[0].x",
        ),
        (
            *("rectangle", "frames/frame001/attributes/pose/value", 5),
            "[0].frames.frame001.attributes.pose.value",
        ),
        ("polygon", "frames/frame001/edges/e2", ["p2", "p9"], "[0].frames.frame001.edges.e2[1]"),
        ("polygon", "frames/frame001/points", {}, "[0].frames.frame001.points"),
        ("line", "frames/frame001/points/p3/x", True, "[0].frames.frame001.points.p3.x"),
        ("cuboid", "frames/frame001/points/p8", LOST, "[0].frames.frame001.points"),
        (
            *("cuboid", "frames/frame001/back/coordinates/3", "p9"),
            "[0].frames.frame001.back.coordinates[3]",
        ),
        ("cuboid", "frames/frame001/front", LOST, "[0].frames.frame001.front"),
        ("landmark", "frames/frame001/points/p1/label", "1", "[0].frames.frame001.points.p1.label"),
    ],
)
@pytest.mark.parametrize("name", ["video2d", "video_2d"])
async def test_a_pre_label_at_fault(
    client: Client, name: str, kind: str, path: str, value: object, place: str
):
    labels = ["Cat", "face_mask", "lane_divider", "Car", "nose"]
    workflow = await client.workflow(labels=labels)
    data = video(maker_response=labelled(tracker(kind), name=name))
    body = {"reference_id": "1", "work_flow_id": workflow, "data": data}
    wrong = changed(body, f"data/maker_response/{name}/data/annotations/0/{path}", value)
    status, error = await refusal(client, wrong)
    assert (status, error["code"], error["message"]) == (400, "FS_0003", "Invalid data passed")
    assert fields_of(error) == [f"maker_response.{name}.data.annotations{place}"]
    await nothing_stored(client, body)


async def test_two_trackers_of_one_id(client: Client):
    workflow = await client.workflow()
    data = video(maker_response=labelled(tracker(_id="1"), tracker(_id="1")))
    body = {"reference_id": "1", "work_flow_id": workflow, "data": data}
    _, error = await refusal(client, body)
    assert fields_of(error) == [f"{AT}[1]._id"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("frames/frame001/edges", {"e1": ["p1", "p1"]}),
        ("frames/frame001/edges", LOST),
        ("_id", LOST),
        ("frames/frame001/label", LOST),
        ("frames/frame001/attributes/never_heard_of", {"value": ["a", "b"]}),
        ("model", {"score": 0.5}),
    ],
)
async def test_what_pre_labels_may_be(client: Client, path: str, value: object):
    workflow = await client.workflow()
    data = video(maker_response=labelled(tracker("polygon"), tracker("polygon")))
    body = {"reference_id": "1", "work_flow_id": workflow, "data": data}
    where = f"data/maker_response/video2d/data/annotations/0/{path}"
    assert (await client.make(**changed(body, where, value)))["status"] == "PENDING"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (video(), "video_data.frames"),
        ({"image_url": "https://e.com/a.jpg", "maker_response": labelled()}, "maker_response"),
    ],
)
async def test_a_workflow_of_the_wrong_kind(client: Client, data: object, field: str):
    workflow = await client.workflow("choice", labels=["cat", "dog"])
    body = {"reference_id": "1", "work_flow_id": workflow, "data": data}
    status, error = await refusal(client, body)
    assert (status, error["code"], fields_of(error)) == (400, "FS_0003", [field])


async def test_an_unknown_tag(client: Client):
    status, error = await refusal(client, {"reference_id": "1", "tag": "x", "data": video()})
    assert (status, error["code"]) == (400, "FS_0003")
    assert error["validations"][0]["validation_code"] == "UNKNOWN_TAG"


async def test_a_reference_is_used_once_and_for_ever(client: Client):
    workflow = await client.workflow()
    body = {"reference_id": "1", "work_flow_id": workflow, "data": video()}
    await client.make(**body)
    status, error = await refusal(client, body)
    assert (status, error) == (409, {"code": "FS_0001", "message": "Duplicate Reference Id"})
    status, error = await refusal(client, changed(body, "data/video_data/frames", []))
    assert error["code"] == "FS_0003"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"a":1,}', b"\xff", b'"x"'])
async def test_no_json_object(client: Client, body: bytes):
    status, error = await refusal(client, body)
    assert (status, error["code"], error["message"]) == (400, "GE_0001", "Malformed json")


@pytest.mark.parametrize("text", ["\0", "\ud800"])
async def test_text_that_nobody_stores(client: Client, text: str):
    status, error = await refusal(client, {"reference_id": text, "tag": "x", "data": video()})
    assert (status, error["code"]) == (400, "GE_0001")


async def test_who_may_call(client: Client):
    stranger = await client.house.key_of(client.house.other)
    body = {"reference_id": "1", "tag": "x", "data": video()}
    for key, status, code in (
        ("", 401, "unauthorized_request"),
        ("live_no", 401, "unauthorized_request"),
        (stranger, 404, "resource_error"),
    ):
        said, error = await refusal(client, body, key)
        assert (said, error["code"]) == (status, code)
    reply = await client.call("POST", "/v1/projects/nowhere/jobs", body)
    assert (reply.status, reply.json["error"]) == (
        400,
        {"code": "GE_0001", "message": "Invalid UUID passed"},
    )
    reply = await client.call("POST", f"/v1/projects/{NOWHERE}/jobs", body)
    assert (reply.status, reply.json["error"]["code"]) == (404, "resource_error")


@pytest.mark.parametrize("identifier", [NOWHERE, "x", "%00"])
async def test_no_such_job(client: Client, identifier: str):
    reply = await client.call("GET", f"/v0/projects/PROJECT/jobs/{identifier}")
    error = {"code": "FS_0006", "message": "Feed Line Unit not found"}
    assert (reply.status, reply.json) == (404, {"error": error, "success": False})


async def test_deep_nesting(client: Client):
    deep: object = "deep"
    for _ in range(40):
        deep = [deep]
    body = {"reference_id": "1", "tag": "x", "data": {"note": deep}}
    status, error = await refusal(client, body)
    assert (status, error["code"]) == (400, "GE_0001")
    assert "nested" in error["message"]


async def test_every_wrong_address_is_named(client: Client):
    frames = [FRAMES[0], {"frame_id": "b", "src": ""}, {"frame_id": "c", "src": "c.jpg"}]
    body = {"reference_id": "1", "tag": "x", "data": {"video_data": {"frames": frames}}}
    _, error = await refusal(client, body)
    assert fields_of(error) == ["video_data.frames[1].src", "video_data.frames[2].src"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PUT", JOBS, 405), ("GET", "/v0/projects/x", 404)]
)
async def test_no_such_address(client: Client, method: str, path: str, status: int):
    reply = await client.call(method, path)
    assert reply.status == status
    assert reply.json["success"] is False
