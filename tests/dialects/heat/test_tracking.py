"""Tracking requests over Heat: asked, staged, in bulk, and as large as they may be."""

import msgspec
import pytest

FRAMES = [{"frame_id": f"f{n}", "src": f"http://example.com/{n}.png"} for n in range(3)]
CORNERS = [{"x": x, "y": y} for x, y in ((0.1, 0.1), (0.2, 0.1), (0.2, 0.3), (0.1, 0.3))]
TRACKER = {
    "_id": "",
    "type": "rectangle",
    "label": "car",
    "frames": {"f1": {"coordinates": CORNERS}},
}
TRACK = {"instruction": "Follow the cars.", "video_data": {"frames": FRAMES}}


def labelled(annotations: list, name: str = "video2d") -> dict:
    return TRACK | {"maker_response": {name: {"data": {"annotations": annotations}}}}


@pytest.mark.parametrize("name", ["video2d", "video_2d"])
async def test_a_result_is_the_next_pre_label_as_it_is(server, name):
    asked = await server.ask("tracking", labelled([TRACKER], name))
    await server.work({"annotations": [TRACKER]})
    done = (await server.call("GET", f"/v1/requests/{asked.json['id']}")).json
    assert (done["status"], done["type"]) == ("complete", "tracking")
    assert done["response"] == {"annotations": [TRACKER]}
    assert done["maker_response"] == {name: {"data": {"annotations": [TRACKER]}}}

    again = await server.ask("tracking", labelled(done["response"]["annotations"], name))
    assert again.status == 200


async def test_what_was_sent_comes_back_in_its_own_words(server):
    body = msgspec.json.encode(labelled([TRACKER])).replace(b"0.1,", b"0.100,")
    asked = await server.ask("tracking", body)
    found = await server.call("GET", f"/v1/requests/{asked.json['id']}")
    assert b'{"x":0.100,"y":0.1}' in found.body


async def test_a_staged_request_has_the_pre_labels_or_one_object(server):
    staged = await server.ask("tracking", labelled([TRACKER]), key="test")
    assert staged.json["response"] == {"annotations": [TRACKER]}
    made = await server.ask("tracking", TRACK | {"labels": ["car"]}, key="test")
    (tracker,) = made.json["response"]["annotations"]
    assert (tracker["label"], list(tracker["frames"])) == ("car", ["f0", "f2"])
    assert (
        made.json["response"]
        == (await server.ask("tracking", TRACK | {"labels": ["car"]}, key="test")).json["response"]
    )


async def test_a_majority_gets_the_mean(server):
    confidence = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
    asked = await server.ask("tracking", TRACK | {"confidence": confidence})
    moved = [{"x": corner["x"] + 0.01, "y": corner["y"]} for corner in CORNERS]
    await server.work({"annotations": [TRACKER]})
    await server.work({"annotations": [TRACKER | {"frames": {"f1": {"coordinates": moved}}}]})
    done = (await server.call("GET", f"/v1/requests/{asked.json['id']}")).json
    (tracker,) = done["response"]["annotations"]
    assert [corner["x"] for corner in tracker["frames"]["f1"]["coordinates"]] == [
        0.105,
        0.205,
        0.205,
        0.105,
    ]


async def test_asked_twice_with_one_key_is_asked_once(server):
    replies = [await server.ask("tracking", TRACK, Idempotency_Key="mine") for _ in range(2)]
    assert replies[0].json["id"] == replies[1].json["id"]
    assert await server.stored() == 1


async def test_in_bulk_good_ones_are_stored_and_bad_ones_named(server):
    fault = labelled([TRACKER | {"frames": {"f9": {}}}])
    items = [{"type": "tracking"} | body for body in (TRACK, fault, labelled([TRACKER]))]
    outcomes = (await server.call("POST", "/v1/requests", items)).json
    assert [each.get("status") for each in outcomes] == ["pending", None, "pending"]
    field = "maker_response.video2d.data.annotations[0].frames.f9"
    assert outcomes[1]["error"]["field"] == field
    assert await server.stored() == 2


async def test_sixteen_mebibytes_fit_for_tracking_alone(server):
    large = labelled([TRACKER | {"notes": ["n" * 60_000] * 60}])
    assert (await server.ask("tracking", large)).status == 200
    (outcome,) = (await server.call("POST", "/v1/requests", [large | {"type": "tracking"}])).json
    assert outcome["status"] == "pending"

    text = large | {"type": "free-text"}
    assert (await server.ask("free-text", text)).status == 413
    (refused,) = (await server.call("POST", "/v1/requests", [text])).json
    assert refused["error"]["code"] == "too_large"
    larger = labelled([TRACKER | {"notes": ["n" * 60_000] * 300}])
    assert (await server.ask("tracking", larger)).status == 413


@pytest.mark.parametrize("depth", [26, 27])
async def test_pre_labels_are_not_nested_without_end(server, depth):
    """Above the tracker lie six levels: 32 are allowed."""
    deep = msgspec.Raw(b"[" * depth + b"]" * depth)
    reply = await server.ask("tracking", labelled([TRACKER | {"deep": deep}]))
    assert reply.status == (200 if depth == 26 else 400)
