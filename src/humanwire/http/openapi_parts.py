"""Writes endpoints down in OpenAPI 3.1; the bodies' schemas come from the types that read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

Part: TypeAlias = dict[str, object]

_REFUSED = {
    400: "The request is not valid; `field` names what is wrong.",
    401: "Sign in first.",
    404: "There is no such resource.",
    409: "Too late: `code` and `reason` say why.",
    413: "The body is too large.",
    422: "The answer does not fit the question; the lease stays.",
    503: "Try again as soon as Retry-After says.",
}
_NO_CONTENT = 204
_PARAMETER = re.compile(r"\{(\w+)(?::int)?\}")


class Endpoint(Struct, frozen=True, kw_only=True):
    """One method of one path. `reply` is a schema, or a type that has one; None is no content.

    `refusals` are the statuses beside 401 and 503, `also` other ways to succeed.
    """

    method: str
    path: str
    summary: str
    reply: type[Struct] | Part | None
    status: int = 200
    body: type[Struct] | Part | None = None
    query: Sequence[str] = ()
    refusals: Sequence[int] = (400, 404)
    also: Mapping[int, str] = {}
    content: str = "application/json"


def paths_of(endpoints: Iterable[Endpoint], security: str) -> dict[str, Part]:
    """Describe endpoints by path; `security` names how all of them know the caller."""
    paths: dict[str, Part] = {}
    for endpoint in endpoints:
        path = _PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method] = _operation(endpoint, security)
    return paths


def schemas_of(endpoints: Iterable[Endpoint], *types: type[Struct]) -> dict[str, object]:
    """Describe every type that the endpoints name, and `types`."""
    named = [each for endpoint in endpoints for each in (endpoint.body, endpoint.reply)]
    found = {*types, *(each for each in named if isinstance(each, type))}
    return msgspec.json.schema_components(
        sorted(found, key=str), ref_template="#/components/schemas/{name}"
    )[1]


def reference(name: str) -> Part:
    """Refer to a schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str, kind: type[Struct] | Part) -> Part:
    """An object with one list in it."""
    items = {"type": "array", "items": _schema(kind)}
    return {"type": "object", "properties": {name: items}, "required": [name]}


def object_of(optional: Mapping[str, object] | None = None, **required: object) -> Part:
    """An object with these fields, all required but the optional ones."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required)}


def _operation(endpoint: Endpoint, security: str) -> Part:
    path = endpoint.path
    words = re.sub(r"\W+", "-", f"{endpoint.method} {_PARAMETER.sub('one', path)}").strip("-")
    operation: Part = {
        "summary": endpoint.summary,
        "operationId": words,
        "tags": [security],
        "security": [{security: []}, {"Session": []}],
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
              for name in _PARAMETER.findall(path)),
            *({"name": name, "in": "query", "schema": {"type": "string"}}
              for name in endpoint.query),
        ],
        "responses": _replies(endpoint),
    }  # fmt: skip
    if endpoint.body is not None:
        content = {endpoint.content: {"schema": _schema(endpoint.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _replies(endpoint: Endpoint) -> Part:
    found: Part = {"description": "OK"}
    if endpoint.reply is not None:
        found["content"] = {"application/json": {"schema": _schema(endpoint.reply)}}
    replies: Part = {str(endpoint.status): found}
    for status, why in endpoint.also.items():
        replies[str(status)] = {**found, "description": why}
        if status == _NO_CONTENT:
            replies[str(status)] = {"description": why}
    for status in sorted({*endpoint.refusals, 401, 503}):
        content = {"application/json": {"schema": reference("Refusal")}}
        replies[str(status)] = {"description": _REFUSED[status], "content": content}
    return replies


def _schema(kind: type[Struct] | Part) -> Part:
    return reference(kind.__name__) if isinstance(kind, type) else kind
