"""The description of DataWow's paths says what the server does."""

import re
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from tests.dialects.datawow.conftest import Client

from humanwire.dialects.datawow import datawow_openapi
from humanwire.dialects.datawow.classes import CLASSES
from humanwire.dialects.datawow.examples import ANSWERS, EXAMPLES

DOCUMENT: Any = datawow_openapi()
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def validator(schema: Any) -> Any:
    return jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def reply_of(path: str, method: str, status: int = 200) -> Any:
    said = DOCUMENT["paths"][path][method]["responses"][str(status)]
    return validator(said["content"]["application/json"]["schema"])


def test_every_operation_has_an_id_of_its_own() -> None:
    assert len({operation["operationId"] for *_, operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
async def test_every_operation_is_answered_as_described(
    client: Client, path: str, method: str, operation: Any
) -> None:
    named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", path))
    body = b"5" if method == "post" else None
    reply = await client.call(method.upper(), path.replace("{id}", "x"), body)
    reply_of(path, method, reply.status).validate(reply.json)


@pytest.mark.parametrize("sort", CLASSES, ids=lambda sort: sort.name)
async def test_the_examples_are_valid_and_taken(client: Client, sort: Any) -> None:
    path = f"/api/v1/{sort.many}"
    content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]
    identifier = ""
    for kind, said in content.items():
        example = said["example"]
        validator(said["schema"]).validate(example)
        form = urlencode(example, doseq=True).encode()
        sent = example if kind.endswith("json") else form
        made = await client.call("POST", path, sent, content_type=kind)
        reply_of(path, "post").validate(made.json)
        answer = ANSWERS[sort.name]
        await client.work([answer] if sort.single else answer)
        identifier = made.json["data"]["id"]
        read = await client.call("GET", f"/api/projects/images/{identifier}")
        assert read.json["data"]["image"]["answer"] == answer
        assert example == EXAMPLES[sort.name]
    one = f"/api/{sort.one}"
    for where, query in ((path, ""), (one, f"?id={identifier}")):
        read = await client.call("GET", where + query)
        reply_of(where, "get").validate(read.json)
