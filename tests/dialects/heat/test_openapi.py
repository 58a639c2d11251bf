"""The description says what the server does: its schemas accept what the server accepts."""

import re
from typing import Any

import jsonschema
import pytest

from humanwire.dialects.heat import heat_openapi
from humanwire.dialects.heat.examples import EXAMPLES
from humanwire.dialects.heat.wire import BODIES

DOCUMENT: Any = heat_openapi()


def validator(schema):
    return jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_every_reference_leads_somewhere():
    names = {reference.rpartition("/")[2] for reference in references(DOCUMENT)}
    assert names == set(DOCUMENT["components"]["schemas"])


def test_every_operation_has_an_id_of_its_own():
    operations = [
        operation["operationId"]
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
    ]
    assert len(set(operations)) == len(operations)


def test_every_path_parameter_is_described():
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


async def test_every_operation_is_answered(server):
    for path, methods in DOCUMENT["paths"].items():
        for method in methods:
            reply = await server.call(method.upper(), path.replace("{id}", "x"), b"5")
            assert reply.status != 405
            assert (
                reply.status != 404 or reply.error["message"] != "There is nothing at this address."
            )


@pytest.mark.parametrize("name", sorted(BODIES))
async def test_examples_are_valid_and_taken(server, name):
    operation = DOCUMENT["paths"][f"/v1/requests/{name}"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    validator(content["schema"]).validate(content["example"])
    shown = operation["responses"]["200"]["content"]["application/json"]
    validator(shown["schema"]).validate(shown["example"])

    reply = await server.ask(name, EXAMPLES[name].body)
    validator(shown["schema"]).validate(reply.json)
    await server.work(EXAMPLES[name].response)
    found = await server.call("GET", f"/v1/requests/{reply.json['id']}")
    assert found.json["response"] == EXAMPLES[name].response


async def test_replies_fit_their_schemas(server):
    hooked = {"type": "free-text", "instruction": "x", "hook_url": "http://e.com"}
    made = await server.call("POST", "/v1/requests", [hooked, 5])
    await server.work("a cat")
    for path, reply in (
        ("/v1/requests", await server.call("GET", "/v1/requests")),
        ("/v1/events", await server.call("GET", "/v1/events")),
        ("/v1/deliveries", await server.call("GET", "/v1/deliveries")),
    ):
        said = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        validator(said["schema"]).validate(reply.json)
    said = DOCUMENT["paths"]["/v1/requests"]["post"]["responses"]["200"]["content"]
    validator(said["application/json"]["schema"]).validate(made.json)
    refused = await server.call("GET", "/v1/requests/x")
    validator(DOCUMENT["components"]["schemas"]["Error"]).validate(refused.json)
