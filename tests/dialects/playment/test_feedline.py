"""Feed lines, from request to callback: the protocol's examples, workflows, other tongues."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from tests.dialects.playment.conftest import Client

PATH = "/v0/project/PROJECT/feedline"
DUMMY = "https://dummyimage.com/600x400/000/fff.jpg&text=Dummy+Image+1"
REVIEW = (
    "Mobile is not booting up. It's getting heated while charging. I'm very disappointed that a new"
    " product has been delivered in such a bad condition"
)
EXAMPLES = {
    "boxes": (
        {
            "reference_id": "001",
            "data": {
                "instruction": "Draw a box around the eagle",
                "image_url": [DUMMY],
                "result_structure": {
                    "top-left": "STRING",
                    "top-right": "STRING",
                    "bottom-right": "STRING",
                    "bottom-left": "STRING",
                },
            },
            "tag": "add_boxes",
        },
        {
            "top-left": "(0.45,0.06)",
            "top-right": "(0.71,0.06)",
            "bottom-right": "(0.71,0.44)",
            "bottom-left": "(0.45,0.44)",
        },
    ),
    "bag type": (
        {
            "reference_id": "002",
            "data": {
                "instruction": "Select the type of the bag",
                "image_url": [DUMMY],
                "result_structure": {"type": "STRING"},
            },
            "tag": "bag_type",
        },
        {"type": "Handbags"},
    ),
    "review": (
        {
            "reference_id": "003",
            "data": {
                "instruction": "Classify the review",
                "review_body": REVIEW,
                "result_structure": {"class": "STRING"},
            },
            "tag": "classify_the_review",
        },
        {"class": "Approve Review"},
    ),
    "sales tax": (
        {
            "reference_id": "004",
            "data": {
                "instruction": "Input the sales tax",
                "image_url": [DUMMY],
                "result_structure": {"sales_tax_amount": "STRING"},
            },
            "tag": "sales_tax_transcription",
        },
        {"sales_tax_amount": "1.49"},
    ),
}


async def send(client: Client, body: object, key: str | None = None, **headers: str) -> Any:
    """Send a feed line that is taken; return its unit."""
    if headers:
        headers["x_client_key"] = key or client.key
    reply = await client.call("POST", PATH, body, key, **headers)
    assert reply.status == 200, reply.body
    assert list(reply.json) == ["feed_line_unit", "success"]
    assert reply.json["success"] is True
    return reply.json["feed_line_unit"]


async def unit_of(client: Client, flu: str, key: str | None = None) -> Any:
    reply = await client.call("GET", f"{PATH}/{flu}", key=key)
    assert reply.status == 200, reply.body
    [unit] = reply.json["feed_line_units"]
    return unit


def line(reference: str = "r", tag: str = "cars", **data: Any) -> dict[str, Any]:
    return {"reference_id": reference, "tag": tag, "data": data}


@pytest.mark.parametrize("name", EXAMPLES)
async def test_each_example_runs_from_request_to_callback(client: Client, name: str) -> None:
    body, result = EXAMPLES[name]
    about = {"reference_id": body["reference_id"], "tag": body["tag"]}

    headers = {"x-client-key": client.key}
    url = PATH.replace("PROJECT", client.id)
    made = await client.house.call("POST", url, data=json.dumps(body), headers=headers)

    flu = made.json["feed_line_unit"]["flu_id"]
    assert made.headers["content-type"] == "application/json"
    said = {"feed_line_unit": {"flu_id": flu, **about}, "success": True}
    assert made.body.decode() == json.dumps(said, separators=(",", ":"))
    pending = {"reference_id": about["reference_id"], "flu_id": flu, "status": "PENDING"}
    assert await unit_of(client, flu) == {**pending, "tag": about["tag"]}

    shown = await client.work(result)

    data: Any = body["data"]
    assert shown["instruction"] == data["instruction"]
    assert [each["value"] for each in shown["attachments"]] == data.get("image_url", [])
    context = [{"name": "review_body", "value": REVIEW}] if "review_body" in data else []
    assert shown["question"]["context"] == context
    ended = {**pending, "status": "COMPLETED", "tag": about["tag"], "result": result}
    told = await client.receiver.next()
    assert json.dumps(told) == json.dumps({"feed_line_units": [ended]})
    found = await client.call("GET", f"{PATH}?reference_id={about['reference_id']}")
    assert found.json == {"feed_line_units": [ended], "success": True}
    assert await unit_of(client, flu) == ended


async def test_a_workflow_of_another_kind_has_its_answer_under_its_key(client: Client) -> None:
    await client.workflow("choice", tag="animal", labels=["cat", "dog"], result_key="category")
    await client.workflow("choice", tag="all", question={"choices": ["cat", "dog"]})
    await client.workflow("text", tag="words", instruction="Describe it")

    results: list[object] = []
    for tag, answer in (("animal", ["cat"]), ("all", ["dog", "cat"]), ("words", "A cat.")):
        flu = (await send(client, line(tag, tag, image_url=DUMMY)))["flu_id"]
        shown = await client.work(answer)
        assert shown["attachments"] == [{"type": "image", "value": DUMMY}]
        results.append((await unit_of(client, flu))["result"])
        await client.receiver.next()

    assert results == [{"category": "cat"}, {"response": ["dog", "cat"]}, {"response": "A cat."}]
    assert shown["instruction"] == "Describe it"


async def test_a_form_workflow_has_exactly_its_keys(client: Client) -> None:
    fields = [{"name": "tax", "type": "NUMBER"}, {"name": "paid", "type": "BOOLEAN"}]
    await client.workflow("form", tag="tax", question={"fields": fields})

    flu = (await send(client, line("1", "tax", image_url=DUMMY)))["flu_id"]
    await client.work({"tax": 1.5, "paid": True})

    assert (await unit_of(client, flu))["result"] == {"tax": 1.5, "paid": True}


async def test_images_under_a_tracking_tag_are_its_frames(client: Client) -> None:
    await client.workflow("tracking", labels=["Cat"])

    flu = (await send(client, line("1", "tracking", image_url=[DUMMY, DUMMY + "2"])))["flu_id"]
    shown = await client.work({"annotations": []})

    assert [each["frame_id"] for each in shown["question"]["frames"]] == ["1", "2"]
    assert (await unit_of(client, flu))["result"] == {"response": {"annotations": []}}


async def test_data_that_describe_themselves_override_the_workflow(client: Client) -> None:
    consensus = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    await client.workflow("text", tag="cars", instruction="As ever", consensus=consensus)
    second = await client.house.hire("Di", client.project)

    told = {"instruction": "As told"}
    await send(client, line("1", "cars", **told))
    shown = await client.work("x")
    assert (shown["kind"], shown["instruction"]) == ("text", "As told")
    await client.work("x", second)
    flu = (await send(client, line("2", "cars", result_structure={"n": "NUMBER"})))["flu_id"]
    shown = await client.work({"n": 1})
    assert (shown["kind"], shown["instruction"]) == ("form", "As ever")
    await client.work({"n": 1}, second)

    assert (await unit_of(client, flu))["result"] == {"n": 1}


async def test_every_type_of_field_is_asked_for(client: Client) -> None:
    structure = {"s": "STRING", "n": "NUMBER", "b": "BOOLEAN", "p": "POINT", "e": "ENUM[x, y]"}
    data = {"instruction": "Fill in", "image_url": DUMMY, "result_structure": structure}

    flu = (await send(client, line("1", "any", **data)))["flu_id"]
    answer = {"s": "a", "n": 2, "b": False, "p": "(0.123456789,1.0)", "e": "y"}
    await client.work(answer)

    assert (await unit_of(client, flu))["result"] == {**answer, "p": "(0.123457,1)"}


async def test_what_else_begins_with_image_is_shown_if_it_is_one(client: Client) -> None:
    other = "https://example.com/b.png"
    data = {
        "image_secondary": other,
        "image_url": DUMMY,
        "image_note": "URL_3",
        "page": "https://example.com/",
        "n": 1.50,
    }

    structure = {"instruction": "?", "result_structure": {"a": "STRING"}}
    await send(client, line(**structure, **data))
    shown = await client.work({"a": "b"})

    assert [each["value"] for each in shown["attachments"]] == [DUMMY, other]
    context = [(each["name"], each["value"]) for each in shown["question"]["context"]]
    assert context == [("image_note", "URL_3"), ("page", "https://example.com/"), ("n", 1.5)]


async def test_several_boxes_that_agree_become_one(client: Client) -> None:
    consensus = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    await client.workflow("text", tag="add_boxes", consensus=consensus)
    second = await client.house.hire("Di", client.project)
    flu = (await send(client, EXAMPLES["boxes"][0]))["flu_id"]

    await client.work(corners(0.4, 0.06, 0.7, 0.44))
    await client.work(corners(0.42, 0.06, 0.72, 0.46), second)

    assert (await unit_of(client, flu))["result"] == corners(0.41, 0.06, 0.71, 0.45)


def corners(left: float, top: float, right: float, bottom: float) -> dict[str, str]:
    places: Sequence[tuple[float, float]] = (
        *((left, top), (right, top)),
        *((right, bottom), (left, bottom)),
    )
    names = ("top-left", "top-right", "bottom-right", "bottom-left")
    return {name: f"({x:g},{y:g})" for name, (x, y) in zip(names, places, strict=True)}


async def test_no_agreement_is_completed_without_a_result(client: Client) -> None:
    consensus = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    await client.workflow("text", tag="cars", consensus=consensus)
    second = await client.house.hire("Di", client.project)
    await send(client, line(image_url=DUMMY))

    await client.work("red")
    await client.work("blue", second)

    [unit] = (await client.receiver.next())["feed_line_units"]
    assert (unit["status"], unit["result"]) == ("COMPLETED", None)


async def test_heats_tasks_are_seen_here_and_ours_there(client: Client) -> None:
    heat = {"X-Heat-API-Key": client.key}
    asked = await client.house.call(
        "POST", "/v1/requests/free-text", json={"instruction": "?"}, headers=heat
    )
    theirs = asked.json["id"]
    await client.work("words")
    assert await unit_of(client, theirs) == {
        "reference_id": None,
        "flu_id": theirs,
        "status": "COMPLETED",
        "tag": None,
        "result": {"response": "words"},
    }

    body = EXAMPLES["sales tax"][0]
    ours = (await send(client, body))["flu_id"]
    await client.work({"sales_tax_amount": "1.49"})
    shown = (await client.house.call("GET", f"/v1/requests/{ours}", headers=heat)).json
    assert shown["status"] == "complete"
    assert shown["type"] == "form"
    assert shown["response"] == {"sales_tax_amount": "1.49"}
    assert {name: shown[name] for name in body} == body
    job = await client.job(ours)
    assert (job["reference_id"], job["result"]) == ("004", {"sales_tax_amount": "1.49"})


async def test_a_native_form_is_shown_as_a_response_too(client: Client) -> None:
    heat = {"X-Heat-API-Key": client.key}
    form = {"instruction": "?", "result_structure": {"a": "STRING"}}
    asked = await client.house.call("POST", "/v1/requests/form", json=form, headers=heat)
    await client.work({"a": "b"})

    unit = await unit_of(client, asked.json["id"])

    assert unit["result"] == {"response": {"a": "b"}}


@pytest.mark.parametrize(
    ("staged", "status", "result"),
    [
        (None, "COMPLETED", {"type": "staged response"}),
        ("null", "COMPLETED", None),
        ("flagged", "FLAGGED", None),
    ],
)
async def test_test_keys_are_answered_at_once(
    client: Client, staged: str | None, status: str, result: object
) -> None:
    body = dict(EXAMPLES["bag type"][0])
    if staged:
        body["metadata"] = {"staged": staged}

    flu = (await send(client, body, client.test_key))["flu_id"]

    unit = await unit_of(client, flu, client.test_key)
    assert (unit["status"], unit["result"]) == (status, result)
    live = await client.call("GET", f"{PATH}/{flu}")
    assert (live.status, live.json["error"]["code"]) == (404, "FS_0006")
    if status == "COMPLETED":
        unit.pop("feedback", None)
        assert await client.receiver.next() == {"feed_line_units": [unit]}
    again = await client.call("POST", PATH, body, client.test_key)
    assert again.json["error"]["code"] == "FS_0001"
    assert (await send(client, body))["flu_id"] != flu  # the mode is part of the scope


async def test_a_staged_unit_may_stay_pending(client: Client) -> None:
    body = dict(EXAMPLES["bag type"][0]) | {"metadata": {"staged": "pending"}}

    flu = (await send(client, body, client.test_key))["flu_id"]

    assert (await unit_of(client, flu, client.test_key))["status"] == "PENDING"


async def test_the_callers_own_key_makes_a_line_repeatable(client: Client) -> None:
    body = EXAMPLES["review"][0]

    first = await send(client, body, Idempotency_Key="k")
    again = await send(client, body, Idempotency_Key="k")
    headers = {"Idempotency_Key": "k", "x_client_key": client.key}
    other = await client.call("POST", PATH, {**body, "reference_id": "x"}, **headers)

    assert again == first
    assert (other.status, other.json["error"]["code"]) == (409, "idempotency_conflict")


async def test_numbers_and_order_come_back_as_they_were_sent(client: Client) -> None:
    text = (
        b'{ "tag":"t", "reference_id":"1", "data":{"z":1.50,"a":100000000000000000001,'
        b'"instruction":"?","result_structure":{"x":"STRING"}}, "mine":[1E3]}'
    )
    flu = (await send(client, text))["flu_id"]

    heat = {"X-Heat-API-Key": client.key}
    shown = await client.house.call("GET", f"/v1/requests/{flu}", headers=heat)

    assert text[1:].strip() in shown.body
