"""Tracking through the worker API: what the workspace is shown, and what it may send."""

import io
from typing import Any

import msgspec
from tests.house import House, Reply

CORNERS = [{"x": x, "y": y} for x, y in ((0.1, 0.1), (0.2, 0.1), (0.2, 0.3), (0.1, 0.3))]
LABEL = {
    "name": "car",
    "shape": "rectangle",
    "color": "#aa3300",
    "attributes": [{"name": "parked", "type": "single", "choices": ["yes", "no"]}],
}


def frames(count: int) -> list[dict[str, str]]:
    return [
        {"frame_id": f"f{n}", "src": f"https://example.org/{n}.jpg"} for n in range(1, count + 1)
    ]


def tracker(**besides: Any) -> dict[str, Any]:
    return {
        "type": "rectangle",
        "label": "car",
        "frames": {"f1": {"coordinates": CORNERS}},
    } | besides


async def ask(house: House, count: int = 2, **fields: Any) -> str:
    asked = await house.ask(
        "tracking",
        instruction="Follow the cars.",
        video_data={"frames": frames(count)},
        **fields,
    )
    return asked["id"]


async def send(house: House, method: str, path: str, body: object) -> Reply:
    """Call the worker API with a body of more than a mebibyte."""
    return await house.call(
        method,
        f"/worker/v1/assignments/{path}",
        data=io.BytesIO(msgspec.json.encode(body)),
        headers={"Authorization": f"Bearer {house.worker}"},
    )


async def test_the_workspace_is_shown_frames_labels_and_pre_labels(house: House) -> None:
    sent = {"video2d": {"data": {"annotations": [tracker(odd=1.50)]}}}
    await ask(house, labels=[LABEL, "bus"], shapes=["rectangle"], maker_response=sent)

    task = (await house.claim())["task"]

    assert (task["kind"], task["type"]) == ("tracking", "tracking")
    question = task["question"]
    assert question["frames"] == frames(2)
    assert question["video"] is None
    assert question["shapes"] == ["rectangle"]
    assert question["annotations"] == [tracker(odd=1.50)]
    none = {"shape": None, "color": None, "attributes": [], "points": [], "edges": []}
    attribute = LABEL["attributes"][0] | {"per": "frame"}
    assert question["labels"] == [
        none | LABEL | {"attributes": [attribute]},
        none | {"name": "bus"},
    ]
    assert list(task["sources"]) == ["https://example.org/1.jpg", "https://example.org/2.jpg"]


async def test_a_film_is_shown_through_this_server(house: House) -> None:
    film = {"src": "https://example.org/film.mp4", "fps": 29.97, "frame_count": 300}
    await house.ask("tracking", instruction="Follow.", video_data=film)
    task = (await house.claim())["task"]
    assert (task["question"]["frames"], task["question"]["video"]) == ([], film)
    assert list(task["sources"]) == [film["src"]]


async def test_two_thousand_frames_each_have_their_source(house: House) -> None:
    await ask(house, 2000)
    lease = await house.claim()
    sources = lease["task"]["sources"]
    assert len(sources) == 2000
    path = f"/worker/v1/assignments/{lease['id']}/media/"
    assert list(sources.values()) == [f"{path}{n}" for n in range(2000)]


async def test_a_fault_is_named_by_its_path_and_the_task_stays(house: House) -> None:
    task = await ask(house)
    lease = (await house.claim())["id"]
    wrong = tracker(frames={"f2": {"coordinates": [*CORNERS[:3], {"x": 0.1, "y": 1.2}]}})

    reply = await house.work(
        f"/assignments/{lease}/answer", {"response": {"annotations": [tracker(), wrong]}}
    )

    assert (reply.status, reply.json["error"]["code"]) == (422, "invalid_answer")
    field = "response.annotations[1].frames.f2.coordinates[3].y"
    assert reply.json["error"]["field"] == field
    assert (await house.read(task))["status"] == "pending"
    held = (await house.work("/assignments", method="GET")).json["assignments"]
    assert [each["id"] for each in held] == [lease]


async def test_long_answers_and_drafts_are_for_tracking_alone(house: House) -> None:
    task = await ask(house)
    lease = (await house.claim())["id"]
    long = {"annotations": [tracker(notes=["n" * 60_000] * 30)]}
    draft = {"version": 1, "body": long}
    assert (await send(house, "PUT", f"{lease}/draft", draft)).status == 200
    assert (await send(house, "POST", f"{lease}/answer", {"response": long})).status == 200
    assert (await house.read(task))["response"] == long

    await house.ask()
    lease = (await house.claim())["id"]
    for method, verb, body in (("POST", "answer", {"response": long}), ("PUT", "draft", draft)):
        reply = await send(house, method, f"{lease}/{verb}", body)
        assert (reply.status, reply.json["error"]["code"]) == (413, "too_large")
    unknown = await send(house, "POST", "1-nothing/answer", {"response": long})
    assert unknown.status == 404
