"""Describes Heat's paths in OpenAPI 3.1; the bodies' schemas come from the types that read them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, get_args

import msgspec

from humanwire.core.task import Status
from humanwire.dialects.heat.examples import EXAMPLES, Example
from humanwire.dialects.heat.schemas import (
    SCHEMAS,
    array_of,
    object_of,
    of_content,
    reference,
)
from humanwire.dialects.heat.wire import BODIES
from humanwire.store.deliveries import DeliveryState

Part: TypeAlias = dict[str, object]

_EXAMPLE_ID = "0199a5c2-7c1e-7f3a-9d2b-5e8f0a1b2c3d"
_CRUNCHER = "fb08318584ce0bf013c3ef987e888810"
_ERRORS = {
    400: "The request is not valid; `field` names what is wrong.",
    401: "No valid API key was sent.",
    403: "The project is suspended.",
    404: "There is no such resource.",
    409: "The idempotency key was used with another body.",
    413: "The body is too large.",
    429: "Too many requests; wait as long as Retry-After says.",
    449: "The response is still pending; try again later.",
    503: "Try again as soon as Retry-After says.",
}
_ALWAYS = (401, 403, 429, 503)


def heat_openapi() -> dict[str, object]:
    """Return the document; who serves it adds the other protocols' parts."""
    schemas = msgspec.json.schema_components(
        BODIES.values(), ref_template="#/components/schemas/{name}"
    )[1]
    ways = {
        "HeatKey": {"type": "apiKey", "in": "header", "name": "X-Heat-API-Key"},
        "CrunchKey": {"type": "apiKey", "in": "header", "name": "X-Crunch-API-Key"},
        "Basic": {"type": "http", "scheme": "basic", "description": "The key as user name."},
        "Bearer": {"type": "http", "scheme": "bearer"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Heat", "version": "1"},
        "security": [{way: []} for way in ways],
        "paths": {
            **{f"/v1/requests/{name}": {"post": _create(name)} for name in BODIES},
            **_one_request(),
            "/v1/requests": {"post": _bulk(), "get": _list()},
            "/v1/export": {"get": _export()},
            "/v1/events": {"get": _events()},
            **_deliveries(),
        },
        "components": {"securitySchemes": ways, "schemas": {**schemas, **SCHEMAS}},
    }


def _create(name: str) -> Part:
    example = EXAMPLES[name]
    return {
        "summary": f"Make a request of the type {name}",
        "operationId": f"create-{name}",
        "parameters": [_block(), _idempotency()],
        "requestBody": {
            "required": True,
            "content": of_content(reference(BODIES[name].__name__), example.body),
        },
        "responses": _replies(reference("Request"), 400, 409, 413, example=_shown(name, example)),
    }


def _one_request() -> Part:
    found = _shown("free-text", EXAMPLES["free-text"])
    abort: Part = {
        "summary": "Abort a pending request",
        "parameters": [_path("id")],
        "responses": _replies(reference("Success"), 400, 404),
    }
    return {
        "/v1/requests/{id}": {
            "get": {
                "summary": "Retrieve a request",
                "operationId": "get-request",
                "parameters": [_path("id"), _block()],
                "responses": _replies(reference("Request"), 400, 404, example=found),
            },
            "delete": {**abort, "operationId": "delete-request"},
        },
        "/v1/responses/{id}": {
            "get": {
                "summary": "Retrieve the response alone; null when people did not agree",
                "operationId": "get-response",
                "parameters": [_path("id"), _block()],
                "responses": _replies({}, 400, 404, 449, example="hello world"),
            }
        },
        "/v1/tasks/abort/{id}": {"post": {**abort, "operationId": "abort-request"}},
    }


def _bulk() -> Part:
    outcomes = {"application/x-ndjson": {"schema": reference("Outcome")}}
    replies = _replies(array_of(reference("Outcome")), 400, 413)
    replies["200"] = {
        "description": "What became of each item, in order.",
        "content": {**of_content(array_of(reference("Outcome"))), **outcomes},
    }
    return {
        "summary": "Make many requests: an array of up to 10,000, or lines without end",
        "operationId": "create-requests",
        "parameters": [_idempotency()],
        "requestBody": {
            "required": True,
            "content": {
                **of_content(array_of(reference("Item"))),
                "application/x-ndjson": {"schema": reference("Item")},
            },
        },
        "responses": replies,
    }


def _list() -> Part:
    return {
        "summary": "List requests, newest first",
        "description": "Also by metadata: `metadata.KEY=VALUE`, each of which must hold.",
        "operationId": "list-requests",
        "parameters": [*_filters(), *_page()],
        "responses": _replies(_paged("requests", "Request"), 400, 404),
    }


def _export() -> Part:
    replies = _replies({}, 400, 404)
    replies["200"] = {
        "description": "A line for each request. Broken off, the connection ends without an end.",
        "content": {"application/x-ndjson": {"schema": reference("Exported")}},
    }
    return {
        "summary": "Write down all requests with their answers, newest first, as lines",
        "description": "Also by metadata: `metadata.KEY=VALUE`, each of which must hold.",
        "operationId": "export-requests",
        "parameters": [*_filters(), _query("cursor", {"type": "string"})],
        "responses": replies,
    }


def _filters() -> Sequence[Part]:
    return (
        _query("status", {"enum": list(get_args(Status))}),
        _query("type", {"type": "string"}),
        _query("batch", {"type": "string"}),
        _query("created_after", {"type": "string", "format": "date-time"}),
        _query("created_before", {"type": "string", "format": "date-time"}),
    )


def _events() -> Part:
    page = object_of(events=array_of(reference("Event")), next={"type": "integer"})
    replies = _replies(page, 400)
    replies["200"] = {
        "description": "Events in order; `next` is where to go on.",
        "content": {**of_content(page), "text/event-stream": {"schema": {"type": "string"}}},
    }
    after = {"type": "integer", "minimum": 0, "default": 0}
    resume = {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer"}}
    return {
        "summary": "Read what ended, or follow it as server-sent events",
        "operationId": "list-events",
        "parameters": [_query("after", after), _page()[0], _block(), resume],
        "responses": replies,
    }


def _deliveries() -> Part:
    since = _query("failed_since", {"type": "string", "format": "date-time"})
    return {
        "/v1/deliveries": {
            "get": {
                "summary": "List callbacks with their attempts, newest first",
                "operationId": "list-deliveries",
                "parameters": [
                    _query("request", {"type": "string"}),
                    _query("state", {"enum": list(get_args(DeliveryState))}),
                    *_page(),
                ],
                "responses": _replies(_paged("deliveries", "Delivery"), 400),
            }
        },
        "/v1/deliveries/{id}/resend": {
            "post": {
                "summary": "Send a callback at once, whatever came of it so far",
                "operationId": "resend-delivery",
                "parameters": [_path("id")],
                "responses": _replies(reference("Success"), 404),
            }
        },
        "/v1/deliveries/resend": {
            "post": {
                "summary": "Send the callbacks that failed since a time once more",
                "operationId": "resend-failed",
                "parameters": [{**since, "required": True}],
                "responses": _replies(
                    object_of(success={"const": True}, deliveries={"type": "integer"}), 400
                ),
            }
        },
    }


def _shown(name: str, example: Example) -> Part:
    return {
        "id": _EXAMPLE_ID,
        "status": "complete",
        "response": example.response,
        "raw_responses": {_CRUNCHER: example.response},
        "type": name,
        **example.body,
    }


def _replies(schema: Mapping[str, object], *refusals: int, example: object = None) -> Part:
    replies: Part = {"200": {"description": "OK", "content": of_content(schema, example)}}
    for status in sorted({*refusals, *_ALWAYS}):
        said = {"description": _ERRORS[status], "content": of_content(reference("Error"))}
        replies[str(status)] = said
    return replies


def _paged(name: str, schema: str) -> Part:
    cursor: Part = {"type": ["string", "null"]}
    return object_of(**{name: array_of(reference(schema)), "next_cursor": cursor})


def _page() -> Sequence[Part]:
    limit = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    return _query("limit", limit), _query("cursor", {"type": "string"})


def _block() -> Part:
    description = "Seconds to wait for the end; fractions are allowed, and 300 is the most."
    schema = {"type": "number", "minimum": 0, "default": 0}
    return {**_query("block", schema), "description": description}


def _idempotency() -> Part:
    description = "Yours: the same key and body within a day gives the first reply again."
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": schema,
        "description": description,
    }


def _query(name: str, schema: Mapping[str, object]) -> Part:
    return {"name": name, "in": "query", "schema": schema}


def _path(name: str) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
