"""The protocol's own examples: each request as its client sends it, each reply field by field."""

import json
import re
from typing import Any

import pytest
from tests.dialects.datawow.conftest import PICTURE, Client

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")

SENT: dict[str, dict[str, Any]] = {
    "images/choices": {"instruction": "face", "categories": "face, eye", "data": PICTURE},
    "images/closed_questions": {"instruction": "face", "data": PICTURE},
    "images/messages": {"instruction": "face", "data": PICTURE},
    "images/photo_tags": {"instruction": "face", "data": PICTURE},
    "prime/predictions": {"instruction": "face", "data": PICTURE},
}
SHOWN: dict[str, dict[str, Any]] = {
    "images/choices": {
        "allow_empty": False,
        "answer": [],
        "categories": ["face", "eye"],
        "credit_charged": 0,
        "custom_id": None,
        "data": PICTURE,
        "id": "ID",
        "instruction": "face",
        "multiple": False,
        "postback_url": "",
        "processed_at": None,
        "project_id": 3,
        "status": "unprocess",
    },
    "images/closed_questions": {
        "answer": None,
        "credit_charged": 0,
        "custom_id": None,
        "data": PICTURE,
        "id": "ID",
        "postback_url": "",
        "processed_at": None,
        "project_id": 3,
        "status": "unprocess",
    },
    "prime/predictions": {
        "answer": None,
        "credit_charged": 0,
        "custom_id": None,
        "data": PICTURE,
        "id": "ID",
        "postback_url": "",
        "processed_at": None,
        "project_id": 3,
        "status": "unprocess",
    },
    "images/messages": {
        "answer": None,
        "credit_charged": 0,
        "custom_id": None,
        "data": PICTURE,
        "id": "ID",
        "instruction": "face",
        "postback_url": "",
        "processed_at": None,
        "project_id": 3,
        "status": "unprocess",
    },
    "images/photo_tags": {
        "answer": [],
        "credit_charged": 0,
        "custom_id": None,
        "data": PICTURE,
        "id": "ID",
        "instruction": "face",
        "postback_url": "",
        "processed_at": None,
        "project_id": 3,
        "status": "unprocess",
    },
}
ANSWERED: dict[str, tuple[Any, Any]] = {
    "images/choices": (["eye"], ["eye"]),
    "images/closed_questions": (["approved"], "approved"),
    "images/messages": ("a face", "a face"),
    "prime/predictions": (["declined"], "declined"),
    "images/photo_tags": (
        [{"tag": "face", "x": 1, "y": 2, "w": 30, "h": 40}],
        [{"tag": "face", "x": 1, "y": 2, "w": 30, "h": 40}],
    ),
}
META = {"code": 200, "message": "success"}
CLASSES = sorted(SENT)


@pytest.mark.parametrize("many", CLASSES)
async def test_create(client: Client, many: str) -> None:
    reply = await client.form("POST", many, SENT[many])
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    identifier = reply.json["data"]["id"]
    assert ID.fullmatch(identifier)
    expected = {"data": {**SHOWN[many], "id": identifier}, "meta": META}
    assert json.dumps(reply.json) == json.dumps(expected)  # in the protocol's order


@pytest.mark.parametrize("many", CLASSES)
async def test_list(client: Client, many: str) -> None:
    made = [(await client.form("POST", many, SENT[many])).json["data"] for _ in range(3)]
    for other in CLASSES:
        if other != many:
            await client.form("POST", other, SENT[other])
    reply = await client.form("GET", many)
    meta = {
        "code": 200,
        "current_page": 1,
        "message": "success",
        "next_page": -1,
        "prev_page": -1,
        "total_count": 3,
        "total_pages": 1,
    }
    assert json.dumps(reply.json) == json.dumps({"data": {"images": made[::-1]}, "meta": meta})


@pytest.mark.parametrize("many", CLASSES)
async def test_find_id(client: Client, many: str) -> None:
    made = (await client.form("POST", many, SENT[many])).json["data"]
    expected = {"data": {"image": made}, "meta": META}
    for path in (f"projects/images/{made['id']}", f"{many[:-1]}?id={made['id']}"):
        reply = await client.form("GET", path)
        assert json.dumps(reply.json) == json.dumps(expected)
    reply = await client.form("GET", many[:-1], {"id": made["id"]})
    assert reply.json == expected


@pytest.mark.parametrize("many", CLASSES)
async def test_the_answer_once_it_is_processed(client: Client, many: str) -> None:
    made = (await client.form("POST", many, SENT[many])).json["data"]
    response, answer = ANSWERED[many]
    await client.work(response)
    image = await client.read(made["id"])
    assert ISO.fullmatch(image["processed_at"])
    changes = {"answer": answer, "credit_charged": 1, "status": "processed"}
    assert image == {**made, **changes, "processed_at": image["processed_at"]}


@pytest.mark.parametrize("prefix", ["/api/", "/api/v1/"])
async def test_both_prefixes_lead_to_the_same(client: Client, prefix: str) -> None:
    for many in CLASSES:
        made = await client.call("POST", prefix + many, SENT[many])
        identifier = made.json["data"]["id"]
        listed = await client.call("GET", prefix + many)
        assert listed.json["data"]["images"][0]["id"] == identifier
        for path in (f"projects/images/{identifier}", f"{many[:-1]}?id={identifier}"):
            found = await client.call("GET", prefix + path)
            assert found.json["data"]["image"] == made.json["data"]
