"""Every refusal in the protocol's shape, naming the field, with nothing stored."""

import json
from typing import Any

import pytest
from msgspec.structs import replace
from tests.dialects.datawow.conftest import FORM, PICTURE, Client

CHOICE = {"instruction": "What?", "categories": "cat dog", "data": PICTURE}


def shape(reply: Any, code: int) -> str:
    assert reply.status == code, reply.body
    assert reply.headers["content-type"] == "application/json"
    body = reply.json
    assert list(body) == ["data", "meta"]
    assert body["data"] is None
    assert list(body["meta"]) == ["code", "message"]
    assert body["meta"]["code"] == code
    return body["meta"]["message"]


@pytest.mark.parametrize(
    ("many", "field"),
    [
        ("choices", "instruction"),
        ("choices", "categories"),
        ("choices", "data"),
        ("closed_questions", "data"),
        ("messages", "instruction"),
        ("messages", "data"),
        ("photo_tags", "instruction"),
        ("photo_tags", "data"),
    ],
)
async def test_what_is_required_is_named(client: Client, many: str, field: str) -> None:
    whole = {"instruction": "?", "categories": "a b", "data": PICTURE}
    for nothing in ({}, {field: ""}, {field: "  "}):
        body = {**{name: value for name, value in whole.items() if name != field}, **nothing}
        for reply in (
            await client.call("POST", f"/api/images/{many}", body),
            await client.form("POST", f"images/{many}", body),
        ):
            assert shape(reply, 400) == f"{field}: This field is required."
    listed = await client.form("GET", f"images/{many}")
    assert listed.json["meta"]["total_count"] == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": 5}, "data: It must be a text."),
        ({"instruction": ["x"]}, "instruction: It must be a text."),
        ({"categories": []}, "categories: This field is required."),
        ({"categories": ["a", ""]}, "categories[1]: It must be a text that is not empty."),
        ({"categories": ["a", 5]}, "categories[1]: It must be a text that is not empty."),
        ({"categories": {"a": 1}}, "categories: It must be a list of texts."),
        ({"categories": "cat, dog cat"}, "categories: A choice is given twice."),
        ({"multiple": "perhaps"}, "multiple: It must be true or false."),
        ({"multiple": 2}, "multiple: It must be true or false."),
        ({"allow_empty": [True]}, "allow_empty: It must be true or false."),
        ({"postback_url": "ftp://e.com"}, "postback_url: It must be an http or https URL."),
        (
            {"postback_url": "http://e.com/" + "x" * 2048},
            "postback_url: It is longer than 2048 bytes.",
        ),
        (
            {"postback_method": "HEAD"},
            "postback_method: It is one of GET, POST, PUT, PATCH, DELETE.",
        ),
        ({"custom_id": ["x"]}, "custom_id: It must be a text."),
        ({"custom_id": "x" * 16_385}, "custom_id: It is longer than 16384 bytes."),
        ({"staff_id": "Wan"}, "staff_id: It must be a whole number."),
        ({"staff_id": 999}, "staff_id: The project has no worker with this number."),
        ({"staff_id": 10**40}, "staff_id: The project has no worker with this number."),
        ({"staff_id": -1}, "staff_id: The project has no worker with this number."),
        ({"staff_id": 1}, "staff_id: The project has no worker with this number."),
        ({"metadata": "[]"}, "metadata: It must be a JSON object."),
        ({"metadata": {"a": "x" * 16_384}}, "metadata: It is larger than 16384 bytes."),
    ],
)
async def test_what_is_wrong_is_named(client: Client, changes: dict[str, Any], said: str) -> None:
    reply = await client.call("POST", "/api/images/choices", {**CHOICE, **changes})
    assert shape(reply, 400) == said
    assert (await client.form("GET", "images/choices")).json["meta"]["total_count"] == 0


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("images/photo_tags", {"data": "a face"}, "data: It must be an http or https URL."),
        ("prime/predictions", {"data": "a face"}, "data: It must be an http or https URL."),
        (
            "prime/predictions",
            {"data": PICTURE, "prediction": "mood"},
            "prediction: It is one of standard, standard+human, nudity, demographic.",
        ),
        (
            "prime/predictions",
            {"data": PICTURE, "prediction": "nudity"},
            "prediction: The flavour 'nudity' needs a model, and none is installed.",
        ),
    ],
)
async def test_what_can_be_drawn_or_judged(
    client: Client, path: str, body: dict[str, Any], said: str
) -> None:
    reply = await client.call("POST", f"/api/{path}", {"instruction": "?", **body})
    assert shape(reply, 400) == said
    assert (await client.form("GET", path)).json["meta"]["total_count"] == 0


@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("value", ["two", "1.5", "1e3", "--1", "٣"])
async def test_pages_are_whole_numbers(client: Client, name: str, value: str) -> None:
    reply = await client.form("GET", "images/choices", {name: value})
    assert shape(reply, 400) == f"{name}: It must be a whole number."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b'{"data": ', "application/json"),
        (b'{"data": "\\u0000"}', "application/json"),
        (b'{"data": "\\ud800"}', "application/json"),
        (b"\xff", "application/json"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "application/json"),
        (b"data=%FF&instruction=x", FORM),
        (b"data=%00&instruction=x", FORM),
        (b"data=\xe0\xb9\x81", FORM),
        (b"&".join(b"a=1" for _ in range(2000)), FORM),
        (b"data=" + b"x" * 70_000, FORM),
        (b"data=x", "text/plain"),
    ],
)
async def test_bodies_that_cannot_be_read(client: Client, body: bytes, kind: str) -> None:
    reply = await client.call("POST", "/api/images/messages", body, content_type=kind)
    assert shape(reply, 400)


async def test_keys(client: Client) -> None:
    path = "/api/images/choices"
    for key in ("", "live_wrong", f"Bearer {client.key}", f"Basic {client.key}"):
        for method in ("GET", "POST"):
            assert shape(await client.call(method, path, key=key), 401) == "Not authenticated"
    assert (await client.call("GET", path, key=f" {client.key} ")).status == 200
    staging = await client.call("GET", path, host="staging.example.com")
    assert shape(staging, 401) == "Not authenticated"
    made = await client.make("images/choices", **CHOICE, custom_id="mine")
    for name in (made["id"], "mine"):
        for key in (client.test_key, client.house.key):
            reply = await client.call("GET", f"/api/projects/images/{name}", key=key)
            assert shape(reply, 404) == "There is no such image."


async def test_a_suspended_project_is_refused(client: Client) -> None:
    await client.house.ports.store.change_project(replace(client.project, suspended=True))
    assert "suspended" in shape(await client.form("GET", "images/choices"), 403)


async def test_addresses_that_are_not_there(client: Client) -> None:
    for path in ("", "images", "images/nothing", "projects/images/", "v2/images/choices", "v1"):
        assert shape(await client.call("GET", f"/api/{path}"), 404)
    for method, path in (
        ("PUT", "images/choices"),
        ("POST", "images/choice"),
        ("DELETE", "images/choices"),
        ("POST", "projects/images/x"),
        ("PUT", "prime/predictions/x"),
    ):
        reply = await client.call(method, f"/api/{path}")
        assert shape(reply, 405)
        assert reply.headers["allow"]
    assert shape(await client.call("GET", "/api/projects/images/none"), 404)
    assert shape(await client.call("GET", "/api/images/choice?custom_id=none"), 404)
    assert "id: " in shape(await client.call("GET", "/api/images/choice"), 400)


async def test_what_is_too_large_or_too_much(client: Client) -> None:
    body = json.dumps({**CHOICE, "more": "x" * (1 << 20)}).encode()
    assert shape(await client.call("POST", "/api/images/choices", body), 413)
    slow = replace(client.project, settings=replace(client.project.settings, rate=1))
    await client.house.ports.store.change_project(slow)
    statuses = [await client.call("POST", "/api/images/choices", CHOICE) for _ in range(3)]
    limited = [reply for reply in statuses if reply.status != 200]
    assert limited
    for reply in limited:
        assert shape(reply, 429)
        assert int(reply.headers["retry-after"]) > 0
