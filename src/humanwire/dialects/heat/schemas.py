"""The schemas of what Heat answers; those of what it takes come from `wire.py`."""

from collections.abc import Mapping
from typing import get_args

from humanwire.core.task import Mode, Status
from humanwire.dialects.heat.wire import BODIES
from humanwire.store.deliveries import DeliveryState
from humanwire.store.records import EventType


def reference(name: str) -> dict[str, object]:
    """Refer to a schema by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(schema: Mapping[str, object]) -> dict[str, object]:
    return {"type": "array", "items": schema}


def object_of(
    optional: Mapping[str, object] | None = None, **required: Mapping[str, object]
) -> dict[str, object]:
    """An object with these fields, all required but the optional ones."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required)}


def of_content(schema: Mapping[str, object], example: object = None) -> dict[str, object]:
    """A JSON body of this schema."""
    shown = {} if example is None else {"example": example}
    return {"application/json": {"schema": schema, **shown}}


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_TIME = {"type": "string", "format": "date-time"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_TIME = {**_MAYBE_TEXT, "format": "date-time"}
_STATUS = {"enum": list(get_args(Status))}
_FAULT = object_of({"field": _TEXT}, code=_TEXT, message=_TEXT)

SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "Request": {
        **object_of(
            {
                "response": {"description": "Once complete; null when people did not agree."},
                "raw_responses": {
                    "type": "object",
                    "description": "Each cruncher's response, once the request has ended.",
                    "additionalProperties": True,
                },
                "cruncher_feedback": {**_TEXT, "description": "Why the request was flagged."},
                "aborted_reason": {**_TEXT, "description": "When it was not the caller's wish."},
            },
            id=_TEXT,
            status=_STATUS,
            type={"enum": list(BODIES)},
        ),
        "description": "What was asked, with its state; your own fields follow as you sent them.",
        "additionalProperties": True,
    },
    "Exported": object_of(
        id=_TEXT,
        mode={"enum": list(get_args(Mode))},
        dialect=_TEXT,
        type=_TEXT,
        status=_STATUS,
        priority=_NUMBER,
        created_at=_TIME,
        deadline=_MAYBE_TIME,
        ended_at=_MAYBE_TIME,
        response={"description": "Null while pending, and when people did not agree."},
        feedback={**_MAYBE_TEXT, "description": "Why it was flagged."},
        reason={**_MAYBE_TEXT, "description": "Why it was aborted, if not by your wish."},
        answers=array_of(
            object_of(
                worker={**_TEXT, "description": "The cruncher's id."},
                answered_at=_TIME,
                seconds={"type": ["number", "null"]},
                counted={"type": "boolean", "description": "False of one that came too late."},
                response={},
            )
        ),
        request={"type": "object", "description": "Your own fields, as you sent them."},
    ),
    "Item": {
        "description": "The body of a request, with its type.",
        "allOf": [
            object_of(type={"enum": list(BODIES)}),
            {"anyOf": [reference(body.__name__) for body in BODIES.values()]},
        ],
    },
    "Outcome": {
        "oneOf": [
            object_of(index=_NUMBER, id=_TEXT, status=_STATUS),
            object_of(index=_NUMBER, error=_FAULT),
        ]
    },
    "Batch": object_of(
        id=_TEXT,
        name=_TEXT,
        label=_MAYBE_TEXT,
        description=_MAYBE_TEXT,
        created_at=_TIME,
        completed_at=_MAYBE_TIME,
        requests=object_of(**dict.fromkeys(get_args(Status), _NUMBER)),
    ),
    "Event": object_of(
        {"batch": {**reference("Batch"), "description": "Of a batch that is complete."}},
        id=_NUMBER,
        type={"enum": list(get_args(EventType))},
        time=_TIME,
        request={"oneOf": [reference("Request"), {"type": "null"}]},
    ),
    "Delivery": object_of(
        {"reason": _TEXT, "next_attempt": _TIME, "batch": _TEXT},
        id=_TEXT,
        request={**_MAYBE_TEXT, "description": "Null where it tells of a batch."},
        url=_TEXT,
        state={"enum": list(get_args(DeliveryState))},
        attempts=array_of(object_of({"status": _NUMBER, "error": _TEXT}, time=_TIME, ms=_NUMBER)),
    ),
    "Success": object_of(success={"const": True}),
    "Error": object_of(error=_FAULT),
}
