"""What v0 refuses: in which order, with which code and words, and that nothing of it is stored."""

import json
from typing import Any

import pytest
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.test_feedline import DUMMY, EXAMPLES, PATH, line, send

NOWHERE = "2aae1234-acac-1234-eeff-12a22a237bbc"
GOOD = EXAMPLES["bag type"][0]
DATA: Any = GOOD["data"]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


def wrong(*fields: str, code: str = "WRONG_DATA_TYPE") -> dict[str, Any]:
    validation = {"validation_code": code, "meta_data": {"fields": list(fields)}}
    return {"code": "FS_0003", "message": "Invalid data passed", "validations": [validation]}


def invalid(field: str) -> dict[str, Any]:
    return wrong(field, code="INVALID_VALUE")


def bad_images(*fields: str) -> dict[str, Any]:
    validation = {"validation_code": "INVALID_URL", "meta_data": {"fields": list(fields)}}
    return {"code": "FS_0007", "message": "Image urls not valid", "validations": [validation]}


NO_REFERENCE = {"code": "FS_0002", "message": "Reference Id Missing"}
NO_TAG = {"code": "FS_0005", "message": "Tag Missing"}
NO_DATA = {"code": "FS_0004", "message": "Data missing"}
MALFORMED = {"code": "GE_0001", "message": "Malformed json"}
UNKNOWN_TAG = wrong("tag", code="UNKNOWN_TAG")

# The document's own; in its third one, for a wrong type, a comma is left over as in the second.
_NO_REFERENCE = b"""{
"data": {
"image_url": ["URL_1", "URL_2"],
"image_secondary": "URL_3"
},
"tag": "image_qc"
}"""
_COMMAS = b"""{
"reference_id": "reference_1",
"data": {
"image_url": ["URL_1", "URL_2"],
},
"tag": "image_qc",
}"""
_WRONG_TYPE = _COMMAS.replace(b'["URL_1", "URL_2"],', b"1234").replace(b'",\n}', b'"\n}')
FAULTS: list[tuple[object, dict[str, Any]]] = [
    (_NO_REFERENCE, NO_REFERENCE),
    (_COMMAS, MALFORMED),
    (_WRONG_TYPE, wrong("image_url")),
    (b"", MALFORMED),
    (b"[]", MALFORMED),
    (b"\xff", MALFORMED),
    (b'"\\ud800"', MALFORMED),
    *((GOOD | {"reference_id": empty}, NO_REFERENCE) for empty in (None, "", [], {})),
    *((GOOD | {"tag": empty}, NO_TAG) for empty in (None, "")),
    (without("tag"), NO_TAG),
    *((GOOD | {"data": empty}, NO_DATA) for empty in (None, {}, [], "")),
    (without("data"), NO_DATA),
    ({}, NO_REFERENCE),
    ({"reference_id": "1"}, NO_TAG),
    (GOOD | {"reference_id": 5}, wrong("reference_id")),
    (GOOD | {"tag": ["x"]}, wrong("tag")),
    (GOOD | {"data": "x"}, wrong("data")),
    (GOOD | {"data": [1]}, wrong("data")),
    (GOOD | {"metadata": 7}, wrong("metadata")),
    (
        {"reference_id": 1, "tag": 2, "data": {"image_url": [DUMMY, 3], "instruction": []}},
        wrong("reference_id", "tag", "instruction", "image_url[1]"),
    ),
    (GOOD | {"data": DATA | {"result_structure": "STRING"}}, wrong("result_structure")),
    (GOOD | {"data": DATA | {"result_structure": {"a": 1}}}, wrong("result_structure.a")),
    (GOOD | {"data": DATA | {"image_url": [DUMMY, "URL_2"]}}, bad_images("image_url[1]")),
    (GOOD | {"data": DATA | {"image_url": "ftp://example.com/a"}}, bad_images("image_url")),
    (line(image_url="URL_1"), bad_images("image_url")),  # before the unknown tag
    (line(image_url=DUMMY), UNKNOWN_TAG),
    (line(image_url=DUMMY, instruction="Only this"), UNKNOWN_TAG),
    (line(image_url=DUMMY, result_structure={"a": "STRING"}), UNKNOWN_TAG),
    (line(instruction="?", result_structure={"a": "INT"}), invalid("result_structure.a")),
    (line(instruction="?", result_structure={"a": "ENUM[x,x]"}), invalid("result_structure.a")),
    (line(instruction="?", result_structure={" ": "STRING"}), invalid("result_structure. ")),
    (line(instruction="?", result_structure={"a": "POINT"}), invalid("image_url")),
    (line(**DATA | {"image_url": [DUMMY] * 101}), invalid("image_url")),
    (GOOD | {"metadata": {"x": "y" * 20_000}}, invalid("metadata")),
]


@pytest.mark.parametrize(("body", "error"), FAULTS)
async def test_each_fault_has_its_code_and_nothing_is_stored(
    client: Client, body: object, error: dict[str, Any]
) -> None:
    reply = await client.call("POST", PATH, body)

    said = reply.json
    for validation in said["error"].get("validations", ()):
        why = validation["meta_data"].pop("message", "")
        assert bool(why) == (validation["validation_code"] == "INVALID_VALUE")
    assert (reply.status, said) == (400, {"error": error, "success": False})
    assert list(said) == ["error", "success"]
    await nothing_is_stored(client)


async def nothing_is_stored(client: Client) -> None:
    heat = {"X-Heat-API-Key": client.key}
    assert (await client.house.call("GET", "/v1/requests", headers=heat)).json["requests"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (line(x="\0"), 400),
        (line(x="y" * 70_000), 400),
        (line(x=json.loads("[" * 40 + "]" * 40)), 400),
        (b'{"reference_id": "' + b"x" * 1_048_000 + b'"}' + b" " * 600, 413),
    ],
)
async def test_what_cannot_be_stored_is_refused(client: Client, body: object, status: int) -> None:
    reply = await client.call("POST", PATH, body)

    assert reply.status == status
    assert reply.json["success"] is False
    assert reply.json["error"]["code"] == ("too_large" if status == 413 else "GE_0001")
    await nothing_is_stored(client)


async def test_a_workflow_that_cannot_ask_this_says_where(client: Client) -> None:
    await client.workflow("annotation", tag="mark")
    await client.workflow("tracking", tag="track")

    for tag in ("mark", "track"):
        reply = await client.call("POST", PATH, line(tag, tag, note="no picture"))
        assert (reply.status, reply.json["error"]["code"]) == (400, "FS_0003")
        [validation] = reply.json["error"]["validations"]
        assert validation["meta_data"]["fields"] == ["image_url"]
    await nothing_is_stored(client)


async def test_a_reference_is_used_once_by_what_is_taken(client: Client) -> None:
    refused = await client.call("POST", PATH, line("002", "unheard of", a=1))
    assert refused.json["error"] == UNKNOWN_TAG
    taken = await send(client, GOOD)
    again = await client.call("POST", PATH, GOOD)

    error = {"code": "FS_0001", "message": "Duplicate Reference Id"}
    assert (again.status, again.json) == (409, {"error": error, "success": False})
    await client.work({"type": "Bags"})
    assert (await client.call("POST", PATH, GOOD)).status == 409  # also after the end
    unknown = await client.call("POST", PATH, GOOD | {"tag": "other", "data": {"a": 1}})
    assert unknown.json["error"] == UNKNOWN_TAG  # duplicates come last
    found = await client.call("GET", f"{PATH}?reference_id=002")
    assert found.json["feed_line_units"][0]["flu_id"] == taken["flu_id"]


async def test_references_are_shared_with_jobs(client: Client) -> None:
    await client.workflow("text", tag="bag_type")
    await send(client, GOOD)

    job = {"reference_id": "002", "tag": "bag_type", "data": {"image_url": DUMMY}}
    reply = await client.call("POST", "/v1/projects/PROJECT/jobs", job)

    assert (reply.status, reply.json["error"]["code"]) == (409, "FS_0001")


@pytest.mark.parametrize("key", ["", "live_nonsense"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/{NOWHERE}", "/v0/project/x/feedline"])
async def test_the_key_comes_first(client: Client, key: str, path: str) -> None:
    method = "GET" if path.count("-") else "POST"
    headers = {"x-client-key": key} if key else {}
    url = path.replace("PROJECT", client.id)
    reply = await client.house.call(method, url, data=None, headers=headers)

    assert (reply.status, reply.json["success"]) == (401, False)
    assert reply.json["error"]["code"] == "unauthorized_request"


async def test_then_the_project(client: Client) -> None:
    for project, status, code, message in (
        ("42", 400, "GE_0001", "Invalid UUID passed"),
        (NOWHERE, 404, "resource_error", "There is no such project."),
        (client.house.project.id, 404, "resource_error", "There is no such project."),
    ):
        for method, body in (("POST", b"{"), ("GET", None)):
            reply = await client.call(method, PATH.replace("PROJECT", project), body)
            error = {"code": code, "message": message}
            assert (reply.status, reply.json["error"]) == (status, error)


async def test_what_is_looked_for_may_be_missing(client: Client) -> None:
    not_found = {"code": "FS_0006", "message": "Feed Line Unit not found"}
    theirs = await client.house.ask()
    for path, status, error in (
        (PATH, 400, {"code": "GE_0002", "message": "Parameter missing"}),
        (f"{PATH}?reference_id=", 400, {"code": "GE_0002", "message": "Parameter missing"}),
        (f"{PATH}?reference_id=none", 404, not_found),
        (f"{PATH}/{NOWHERE}", 404, not_found),
        (f"{PATH}/{theirs['id']}", 404, not_found),  # another project's
        (f"{PATH}/33abc3fe-9fbc", 400, {"code": "GE_0001", "message": "Invalid UUID passed"}),
    ):
        reply = await client.call("GET", path)
        assert (reply.status, reply.json) == (status, {"error": error, "success": False})


async def test_a_live_key_does_not_work_on_a_staging_host(client: Client) -> None:
    for key, status in ((client.key, 401), (client.test_key, 200)):
        headers = {"x_client_key": key, "Host": "staging-api.example.com"}
        reply = await client.call("POST", PATH, GOOD, **headers)
        assert reply.status == status


async def test_five_lines_a_second_are_counted_before_the_body_is_read(client: Client) -> None:
    now = client.house.clock()
    client.house.ports.clock = lambda: now
    for _ in range(5):
        assert (await client.call("POST", PATH, b"{")).status == 400

    limited = await client.call("POST", PATH, GOOD)

    assert limited.status == 429
    assert limited.json["error"]["code"] == "rate_limited"
    assert limited.json["success"] is False
    assert limited.headers["retry-after"] == "1"
    assert (await client.call("POST", PATH, GOOD, client.test_key)).status == 200
    assert (await client.call("GET", f"{PATH}?reference_id=x")).status == 404
    now += 200
    replies = [await client.call("POST", PATH, GOOD | {"reference_id": name}) for name in "ab"]
    assert [reply.status for reply in replies] == [200, 429]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v0/", 404, "not_found"),
        ("POST", "/v0/project/PROJECT/nothing", 404, "not_found"),
        ("PUT", PATH, 405, "method_not_allowed"),
        ("DELETE", f"{PATH}/{NOWHERE}", 405, "method_not_allowed"),
    ],
)
async def test_other_addresses_and_methods_are_refused_in_the_same_shape(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    reply = await client.call(method, path, b"{}")

    assert reply.status == status
    assert reply.headers["content-type"] == "application/json"
    assert reply.json["success"] is False
    assert reply.json["error"]["code"] == code
