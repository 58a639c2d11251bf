"""Whatever is sent to DataWow's paths, the reply is one that their description has."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dialects.datawow.conftest import FORM, Client

from humanwire.dialects.datawow import datawow_openapi
from humanwire.dialects.datawow.classes import CLASSES
from humanwire.dialects.datawow.examples import EXAMPLES

DOCUMENT: Any = datawow_openapi()
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\0", "\ud800", "http://", "https://[::1", "[", '["a",', "x" * 70_000])
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = sorted(
    {name for example in EXAMPLES.values() for name in example} | {"metadata", "staff_id"}
)
SLOWLY = settings(
    max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def as_described(path: str, method: str, status: int, body: Any) -> None:
    assert status < 500
    said = DOCUMENT["paths"][path][method]["responses"][str(status)]
    schema = said["content"]["application/json"]["schema"]
    jsonschema.validate(body, {**schema, "components": DOCUMENT["components"]})


@SLOWLY
@given(st.sampled_from(CLASSES), st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=3))
async def test_json_bodies(client: Client, sort: Any, junk: Any) -> None:
    body = json.dumps({**EXAMPLES[sort.name], **junk}).encode()
    path = f"/api/{sort.many}"

    reply = await client.call("POST", path, body)

    as_described(path, "post", reply.status, reply.json)
    if reply.status == 200:
        found = await client.read(reply.json["data"]["id"])
        assert found == reply.json["data"]


@SLOWLY
@given(
    st.sampled_from(CLASSES),
    st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30) | st.lists(st.text(max_size=9)))
    | st.binary(max_size=60),
)
async def test_forms(client: Client, sort: Any, junk: Any) -> None:
    given = EXAMPLES[sort.name]
    body = junk
    if isinstance(junk, dict):
        body = urlencode({**given, **junk}, doseq=True, errors="surrogatepass").encode()
    path = f"/api/v1/{sort.many}"

    for method in ("POST", "GET"):
        reply = await client.call(method, path, body, content_type=FORM)
        as_described(path, method.lower(), reply.status, reply.json)


@SLOWLY
@given(
    st.sampled_from(CLASSES),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.binary(max_size=40),
)
async def test_reads(client: Client, sort: Any, name: str, query: bytes) -> None:
    asked = quote(name, safe="")
    for path, url in (
        (f"/api/{sort.one}", f"?id={asked}"),
        (f"/api/{sort.one}", f"?custom_id={asked}"),
        (f"/api/{sort.many}", f"?page={asked}&per_page={asked}"),
        (f"/api/{sort.many}", "?" + quote(query, safe="&=%")),
    ):
        reply = await client.call("GET", path + url)
        as_described(path, "get", reply.status, reply.json)
    if name not in {".", ".."}:  # which lead to another path
        path = "/api/projects/images/{id}"
        reply = await client.call("GET", path.replace("{id}", asked))
        as_described(path, "get", reply.status, reply.json)
