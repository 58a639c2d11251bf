"""Describes v0's paths in OpenAPI 3.1; the schemas come from the types that read and write them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from humanwire.dialects.playment import openapi_parts as parts
from humanwire.dialects.playment.openapi_parts import Part
from humanwire.dialects.playment.v0.wire import FeedData, FeedLine, UnitReply, UnitsShown

EXAMPLE: Mapping[str, object] = {
    "reference_id": "004",
    "data": {
        "instruction": "Input the sales tax",
        "image_url": ["https://example.com/receipt.jpg"],
        "result_structure": {"sales_tax_amount": "STRING"},
    },
    "tag": "sales_tax_transcription",
}
_REFERENCE: Part = {
    "name": "reference_id",
    "in": "query",
    "required": True,
    "schema": {"type": "string"},
}
_REPEATABLE: Part = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Yours: the same key and body within a day gives the first reply again.",
}


def v0_paths() -> dict[str, dict[str, Part]]:
    """Return every path."""
    make = parts.operation(
        "Send a feed line",
        "playment-v0-make",
        reply=parts.reference(UnitReply.__name__),
        body=parts.content(parts.reference(FeedLine.__name__), EXAMPLE),
        parameters=[_REPEATABLE],
        refusals=(409, 413),
    )
    shown = parts.reference(UnitsShown.__name__)
    by_reference = parts.operation(
        "Read the unit of a reference",
        "playment-v0-read-by-reference",
        reply=shown,
        parameters=[_REFERENCE],
    )
    one = parts.operation("Read a unit with its result", "playment-v0-read", reply=shown)
    path = "/v0/project/{project}/feedline"
    return {path: {"post": make, "get": by_reference}, f"{path}/{{id}}": {"get": one}}


def v0_schemas() -> dict[str, object]:
    """Return what the paths refer to."""
    found: dict[str, Any] = msgspec.json.schema_components(
        (FeedLine, FeedData, UnitReply, UnitsShown), ref_template="#/components/schemas/{name}"
    )[1]
    data = {**parts.reference("FeedData"), "description": "What the unit is about."}
    found["FeedLine"]["properties"]["data"] = data
    return found
