"""Whatever is sent to the paths of both versions, the reply is one that their description has."""

import copy
import json
from typing import Any
from urllib.parse import quote

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.dialects.playment.conftest import Client

from humanwire.dialects.playment import playment_openapi
from humanwire.dialects.playment.v0.openapi import EXAMPLE as LINE
from humanwire.dialects.playment.v1.openapi import EXAMPLE as JOB

DOCUMENT: Any = playment_openapi()
BODIES: dict[str, Any] = {
    "/v0/project/{project}/feedline": LINE,
    "/v1/projects/{project}/jobs": {**JOB, "work_flow_id": None, "tag": "tracking"},
    "/v1/projects/{project}/batch": {"name": "Monday", "label": "x", "description": "y"},
}
READS = [path for path, methods in DOCUMENT["paths"].items() if "get" in methods]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\0", "\ud800", "http://", "https://[::1", "ENUM[]", "()", "x" * 70_000])
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
SLOWLY = settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else []
    inner = list(enumerate(value)) if isinstance(value, list) else inner
    return found + [each for key, below in inner for each in places(below, (*path, key))]


def changed(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    body = copy.deepcopy(body)
    where = body
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = junk
    return body


def as_described(path: str, method: str, status: int, body: Any) -> None:
    assert status < 500
    said = DOCUMENT["paths"][path][method]["responses"][str(status)]
    schema = said["content"]["application/json"]["schema"]
    jsonschema.validate(body, {**schema, "components": DOCUMENT["components"]})


@SLOWLY
@given(st.data())
async def test_bodies(client: Client, data: st.DataObject) -> None:
    if not await client.house.ports.store.workflow_by_tag(client.project.number, "tracking"):
        unlimited = replace(client.project.settings, rate=1e6)
        await client.house.ports.store.change_project(replace(client.project, settings=unlimited))
        await client.workflow("tracking", labels=["Cat"])
    path = data.draw(st.sampled_from(list(BODIES)))
    body = BODIES[path]
    for _ in range(data.draw(st.integers(1, 2))):
        body = changed(body, data.draw(st.sampled_from(places(body))), data.draw(JUNK))
    text = json.dumps(body).encode()

    reply = await client.call("POST", path.replace("{project}", "PROJECT"), text)

    as_described(path, "post", reply.status, reply.json)


@SLOWLY
@given(
    st.sampled_from(READS),
    st.text(alphabet=st.characters(exclude_characters="/"), min_size=1, max_size=40),
    st.text(max_size=40),
)
async def test_reads(client: Client, path: str, identifier: str, asked: str) -> None:
    url = path.replace("{project}", "PROJECT").replace("{id}", quote(identifier, safe=""))
    query = f"?reference_id={quote(asked)}&page_token={quote(asked)}"

    reply = await client.call("GET", url + query)

    if identifier not in {".", ".."}:  # which lead to another path
        as_described(path, "get", reply.status, reply.json)
