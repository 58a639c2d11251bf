"""The description of Playment's paths says what the server does."""

import re
from typing import Any

import jsonschema
import pytest
from tests.dialects.playment.conftest import Client

from humanwire.dialects.playment import playment_openapi
from humanwire.dialects.playment.v1.openapi import EXAMPLE

DOCUMENT: Any = playment_openapi()
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def validator(schema: Any) -> Any:
    return jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_operation_has_an_id_of_its_own():
    assert len({operation["operationId"] for *_, operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
async def test_every_operation_is_answered_as_described(
    client: Client, path: str, method: str, operation: Any
):
    named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", path))
    real = path.replace("{project}", "PROJECT").replace("{id}", "x")
    reply = await client.call(method.upper(), real, b"5" if method == "post" else None)
    said = operation["responses"][str(reply.status)]["content"]["application/json"]["schema"]
    validator(said).validate(reply.json)


async def test_the_example_is_valid_and_taken(client: Client):
    post = DOCUMENT["paths"]["/v1/projects/{project}/jobs"]["post"]
    content = post["requestBody"]["content"]["application/json"]
    validator(content["schema"]).validate(content["example"])
    workflow = await client.workflow()
    made = await client.call(
        "POST", "/v1/projects/PROJECT/jobs", {**EXAMPLE, "work_flow_id": workflow}
    )
    schema = post["responses"]["200"]["content"]["application/json"]["schema"]
    validator(schema).validate(made.json)
    await client.work({"annotations": []})
    data = made.json["data"]
    for path in (f"jobs/{data['job_id']}", f"batch/{data['batch_id']}", "stats", "details"):
        read = await client.call("GET", f"/v0/projects/PROJECT/{path}")
        where = re.sub(r"/.*", "/{id}", path)
        described = DOCUMENT["paths"][f"/v0/projects/{{project}}/{where}"]["get"]
        schema = described["responses"]["200"]["content"]["application/json"]["schema"]
        validator(schema).validate(read.json)


async def test_the_example_of_a_feed_line_is_valid_and_taken(client: Client):
    methods = DOCUMENT["paths"]["/v0/project/{project}/feedline"]
    content = methods["post"]["requestBody"]["content"]["application/json"]
    validator(content["schema"]).validate(content["example"])

    made = await client.call("POST", "/v0/project/PROJECT/feedline", content["example"])

    said = methods["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator(said).validate(made.json)
    await client.work({"sales_tax_amount": "1.49"})
    read = await client.call("GET", "/v0/project/PROJECT/feedline?reference_id=004")
    said = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator(said).validate(read.json)
    assert read.json["feed_line_units"][0]["result"] == {"sales_tax_amount": "1.49"}
