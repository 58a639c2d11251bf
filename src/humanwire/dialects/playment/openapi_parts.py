"""What the descriptions of both versions are made of."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Part: TypeAlias = dict[str, object]

WAYS: Part = {
    "PlaymentKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "ClientKey": {"type": "apiKey", "in": "header", "name": "x-client-key"},
}
_REFUSED = {
    400: "The request is not valid; `validations` name what is wrong.",
    401: "No valid key was sent.",
    403: "The project is suspended.",
    404: "There is no such thing in the project.",
    409: "The name was used before.",
    413: "The body is too large.",
    429: "Too many requests; wait as long as Retry-After says.",
    503: "Try again as soon as Retry-After says.",
}
_ALWAYS = (400, 401, 403, 404, 429, 503)
_TEXT: Part = {"type": "string"}
_ABOUT: Part = {"type": "object", "properties": {"fields": {"type": "array", "items": _TEXT}}}
_VALIDATION: Part = {
    "type": "object",
    "properties": {"validation_code": _TEXT, "meta_data": _ABOUT},
    "required": ["validation_code", "meta_data"],
}
ERROR: Part = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": _TEXT,
                "message": _TEXT,
                "validations": {"type": "array", "items": _VALIDATION},
            },
            "required": ["code", "message"],
        },
        "success": {"const": False},
    },
    "required": ["error", "success"],
}


def reference(name: str) -> Part:
    """Refer to a schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Part, example: object = None) -> Part:
    """A JSON body of this schema."""
    shown = {} if example is None else {"example": example}
    return {"application/json": {"schema": schema, **shown}}


def operation(
    summary: str,
    name: str,
    *,
    reply: Part,
    body: Part | None = None,
    parameters: Sequence[Part] = (),
    refusals: Sequence[int] = (),
) -> Part:
    """One method of a path, but for what the path itself says."""
    replies: Part = {"200": {"description": "OK", "content": content(reply)}}
    for status in sorted({*refusals, *_ALWAYS}):
        said = content(reference("PlaymentError"))
        replies[str(status)] = {"description": _REFUSED[status], "content": said}
    described: Part = {
        "summary": summary,
        "operationId": name,
        "security": [{way: []} for way in WAYS],
        "parameters": list(parameters),
        "responses": replies,
    }
    return described if body is None else {**described, "requestBody": requested(body)}


def requested(body: Part) -> Part:
    """A body that must be sent."""
    return {"required": True, "content": body}


def data_of(schema: Part) -> Part:
    """How v1 replies."""
    properties: Part = {"success": {"const": True}, "data": schema}
    return {"type": "object", "properties": properties, "required": ["success", "data"]}


def with_path(path: str, described: Mapping[str, object]) -> Part:
    """Add a path's own parameters to an operation."""
    own = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT}
        for name in re.findall(r"{(\w+)}", path)
    ]
    listed: object = described["parameters"]
    return {**described, "parameters": [*own, *listed]} if isinstance(listed, list) else {}
