"""Describes v1's paths in OpenAPI 3.1; the schemas come from the types that read and write them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from humanwire.dialects.playment import openapi_parts as parts
from humanwire.dialects.playment.openapi_parts import Part
from humanwire.dialects.playment.v1.wire import (
    BatchMade,
    BatchSummary,
    Job,
    JobData,
    JobMade,
    JobShown,
    ProjectDetails,
    ProjectStats,
)
from humanwire.flows.batches import BatchForm

_WORKFLOW = "0199a5c2-7c1e-7f3a-9d2b-5e8f0a1b2c3d"
_CORNERS = [{"x": x, "y": y} for x, y in ((0.1, 0.2), (0.3, 0.2), (0.3, 0.4), (0.1, 0.4))]
_TRACKER = {
    "_id": "",
    "type": "rectangle",
    "label": "Cat",
    "frames": {"frame001": {"label": "", "coordinates": _CORNERS}},
}
EXAMPLE: Mapping[str, object] = {
    "reference_id": "001",
    "data": {
        "video_data": {
            "frames": [
                {"frame_id": f"frame00{number}", "src": f"https://example.com/{number}.jpg"}
                for number in (1, 2)
            ]
        },
        "maker_response": {"video2d": {"data": {"annotations": [_TRACKER]}}},
    },
    "work_flow_id": _WORKFLOW,
}


def v1_paths() -> dict[str, dict[str, Part]]:
    """Return every path, under each of its spellings."""
    make = _made("Make a job", "job", Job, JobMade, EXAMPLE, 404)
    batch = _made("Make a batch", "batch", BatchForm, BatchMade, {"name": "Monday"})
    paths: dict[str, dict[str, Part]] = {
        "/v1/projects/{project}/jobs": {"post": make},
        "/projectsvc/projects/{project}/jobs": {"post": _again(make, "projectsvc")},
        "/v1/projects/{project}/batch": {"post": batch},
        "/v1/project/{project}/batch": {"post": _again(batch, "project")},
    }
    paths["/v1/projects/{project}/batch/{id}/close"] = {
        "post": parts.operation(
            "Close a batch, which is complete once none of its jobs is pending",
            "playment-v1-close-batch",
            reply=parts.data_of(parts.reference("BatchDetails")),
            refusals=(400, 404),
        )
    }
    token: Part = {"name": "page_token", "in": "query", "schema": {"type": "string"}}
    reads = {
        "jobs/{id}": _read("Read a job with its result", "job", JobShown),
        "batch/{id}": _read("Read a batch with its jobs", "batch", BatchSummary, token),
        "stats": _read("Read how a project's jobs stand", "stats", ProjectStats),
        "details": _read("Read how each batch stands", "details", ProjectDetails),
    }
    for path, read in reads.items():
        paths.setdefault(f"/v0/projects/{{project}}/{path}", {})["get"] = _again(read, "v0")
        paths.setdefault(f"/v1/projects/{{project}}/{path}", {})["get"] = read
    return paths


def v1_schemas() -> dict[str, object]:
    """Return what the paths refer to."""
    types = (Job, JobData, JobMade, JobShown, BatchForm, BatchMade, BatchSummary, ProjectStats)
    found: dict[str, Any] = msgspec.json.schema_components(
        (*types, ProjectDetails), ref_template="#/components/schemas/{name}"
    )[1]
    data = {**parts.reference("JobData"), "description": "What the job is about."}
    found["Job"]["properties"]["data"] = data
    return found


def _made(
    summary: str,
    name: str,
    body: type[msgspec.Struct],
    reply: type[msgspec.Struct],
    example: object,
    *refusals: int,
) -> Part:
    return parts.operation(
        summary,
        f"playment-v1-make-{name}",
        reply=parts.data_of(parts.reference(reply.__name__)),
        body=parts.content(parts.reference(body.__name__), example),
        refusals=(400, 409, 413, *refusals),
    )


def _read(summary: str, name: str, reply: type[msgspec.Struct], *parameters: Part) -> Part:
    return parts.operation(
        summary,
        f"playment-v1-read-{name}",
        reply=parts.data_of(parts.reference(reply.__name__)),
        parameters=parameters,
        refusals=(400, 404),
    )


def _again(operation: Part, spelling: str) -> Part:
    """The same under another path, which wants an id of its own."""
    return {**operation, "operationId": f"{operation['operationId']}-{spelling}"}
