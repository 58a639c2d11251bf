"""What a worker sends, read and checked, and which assignment it is about."""

from functools import cache
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from humanwire.core.errors import NotFound
from humanwire.core.ids import AssignmentId
from humanwire.core.project import Project
from humanwire.flows.answer import holding
from humanwire.flows.ports import Ports
from humanwire.store.records import Worker
from humanwire.wire.bodies import LARGE_LIMIT, OBJECT_LIMIT, field_of, json_fields, read_body
from humanwire.wire.errors import TooLarge

T = TypeVar("T")


async def body_of(request: Request, kind: type[T]) -> T:
    """Read a body. Raises TooLarge, or Invalid with the place of the fault."""
    body = await read_body(request) or b"{}"
    return _checked(body, kind, OBJECT_LIMIT)


async def large_body_of(request: Request, kind: type[T]) -> T:
    """Read a body that may be as long as the longest answer."""
    return _checked(await read_body(request, LARGE_LIMIT) or b"{}", kind, LARGE_LIMIT)


def project_of(request: Request, worker: Worker) -> Project:
    """The project that a path names, one of the worker's. Raises NotFound."""
    wanted = request.path_params["project"]
    for project in worker.projects:
        if wanted in {project.id, project.name, str(project.number)}:
            return project
    raise NotFound("There is no such project among yours.", field="project")


async def work_of(ports: Ports, request: Request, worker: Worker, kind: type[T]) -> T:
    """Read work on a task, which may be long where the question is one of those."""
    body = await read_body(request, LARGE_LIMIT)
    if len(body) > OBJECT_LIMIT:
        found = await holding(ports, worker, assignment_of(request))
        if not found.task.question.large:
            raise TooLarge(f"The body is larger than {OBJECT_LIMIT} bytes.")
    return _checked(body, kind, LARGE_LIMIT)


def assignment_of(request: Request) -> AssignmentId:
    """The assignment that a path names."""
    return AssignmentId(request.path_params["id"])


def _checked(body: bytes, kind: type[T], limit: int) -> T:
    json_fields(body, limit)
    try:
        return _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        raise field_of(error) from None


@cache
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
