"""The OpenAPI document: the native API's part, with the worker's and the operator's beside it."""

from collections.abc import Mapping
from typing import cast

from humanwire import __version__
from humanwire.core.project import ProjectSettings
from humanwire.http.admin_endpoints import ENDPOINTS as ADMIN
from humanwire.http.admin_shapes import KeyLine, ProjectHead, WorkflowHead
from humanwire.http.model_shapes import ModelLine
from humanwire.http.openapi_parts import Part, object_of, paths_of, reference, schemas_of
from humanwire.http.worker_endpoints import ENDPOINTS as WORKER
from humanwire.http.worker_endpoints import UPLOADED
from humanwire.store.records import ProjectCounts, WorkCounts

_TEXT: Part = {"type": "string"}
_WAYS: Part = {
    "Worker": {"type": "http", "scheme": "bearer", "description": "A worker's token, wk_…"},
    "Operator": {"type": "http", "scheme": "bearer", "description": "An operator's key, op_…"},
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "humanwire_session",
        "description": "What a sign-in link leaves in a browser.",
    },
}
_MEDIA: Part = {
    # No security of its own: it takes the native API's keys.
    "post": {
        "summary": "Upload a picture, a sound or a film to ask about",
        "operationId": "post-media",
        "requestBody": {
            "required": True,
            "content": {
                "*/*": {"schema": {"type": "string", "format": "binary"}},
                "multipart/form-data": {
                    "schema": object_of(file={"type": "string", "format": "binary"})
                },
            },
        },
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/json": {"schema": UPLOADED}},
            },
            **{
                status: {
                    "description": why,
                    "content": {"application/json": {"schema": reference("Refusal")}},
                }
                for status, why in (
                    ("400", "No file, or an empty one"),
                    ("401", "No valid key"),
                    ("413", "Too large"),
                )
            },
        },
    }
}
_REFUSAL = object_of(
    error=object_of({"field": _TEXT, "reason": _TEXT}, code=_TEXT, message=_TEXT),
)


def openapi(
    native: Mapping[str, object], others: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """Put the document together around the native API's part and the other protocols', by name."""
    components, *theirs = (
        cast("Mapping[str, Mapping[str, object]]", each.get("components", {}))
        for each in (native, *others.values())
    )
    requests = _tagged(native, "Requests") | _tagged({"paths": {"/v1/media": _MEDIA}}, "Requests")
    shown = (KeyLine, ModelLine, ProjectHead, WorkflowHead)
    kept = (ProjectSettings, ProjectCounts, WorkCounts)
    ours = schemas_of((*WORKER, *ADMIN), *shown, *kept)
    schemas = {
        name: schema
        for part in (components, *theirs)
        for name, schema in part.get("schemas", {}).items()
    }
    ways = {name: way for part in theirs for name, way in part.get("securitySchemes", {}).items()}
    return {
        **native,
        "info": {"title": "humanwire", "version": __version__},
        "paths": {
            **requests,
            **{
                path: methods
                for name, part in others.items()
                for path, methods in _tagged(part, name).items()
            },
            **paths_of(WORKER, "Worker"),
            **paths_of(ADMIN, "Operator"),
        },
        "components": {
            **components,
            "schemas": {**schemas, **ours, "Refusal": _REFUSAL},
            "securitySchemes": {
                **components.get("securitySchemes", {}),
                **ways,
                **_WAYS,
            },
        },
    }


def _tagged(document: Mapping[str, object], tag: str) -> dict[str, Part]:
    paths = cast("Mapping[str, Mapping[str, Part]]", document.get("paths", {}))
    return {
        path: {method: {**operation, "tags": [tag]} for method, operation in methods.items()}
        for path, methods in paths.items()
    }
