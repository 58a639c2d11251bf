"""v0's routes: feed lines made, and read by id or by reference."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Conflict
from humanwire.core.ids import TaskId, is_uuid
from humanwire.core.questions import Form
from humanwire.core.task import Mode
from humanwire.core.workflow import Workflow
from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import InvalidUuid, MissingParameter, UnitNotFound
from humanwire.dialects.playment.types import is_single, type_of
from humanwire.dialects.playment.v0.body import CheckedLine, checked_line
from humanwire.dialects.playment.v0.dialect import NAME
from humanwire.dialects.playment.v0.shown import unit_made, units_shown
from humanwire.flows.ask import Wish, ask
from humanwire.flows.limit import spend
from humanwire.store.records import Filing, IdempotencyKey, Key
from humanwire.wire.bodies import read_body
from humanwire.wire.idempotency import checked_idempotency, request_digest
from humanwire.wire.metadata import stage
from humanwire.wire.surface import Json

RATE = 5
"""How many feed lines a second a project may send whose own rate is not set."""


def v0_routes(desk: Desk) -> Sequence[Route]:
    """Return the routes."""
    lines = FeedLines(desk)
    path = "/v0/project/{project}/feedline"
    return [
        Route(path, lines.create, methods=["POST"]),
        Route(path, lines.by_reference, methods=["GET"]),
        Route(f"{path}/{{id}}", lines.by_id, methods=["GET"]),
    ]


class FeedLines:
    """One unit at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        """Take a unit."""
        ports = self._desk.ports
        key = await self._desk.key(request)
        await spend(ports, key, NAME, RATE)
        own = checked_idempotency(request.headers.get("idempotency-key"))
        body = await read_body(request)
        line = checked_line(body)
        workflow = await ports.store.workflow_by_tag(key.project.number, line.line.tag)
        repeatable = None if own is None else IdempotencyKey(own, request_digest(NAME, body))
        wish = _wish(line, workflow, key.mode, repeatable)
        (task,) = await ask(ports, key, NAME, [wish])
        if isinstance(task, Conflict):
            raise task
        return Json(unit_made(task))

    async def by_id(self, request: Request) -> Response:
        """Give a unit as it stands."""
        key = await self._desk.key(request)
        identifier: str = request.scope["path_params"]["id"]
        if not is_uuid(identifier):
            raise InvalidUuid
        return await self._shown(key, TaskId(identifier.lower()))

    async def by_reference(self, request: Request) -> Response:
        """Give the unit of a reference as it stands."""
        key = await self._desk.key(request)
        query: bytes = request.scope["query_string"]
        references = parse_qs(query.decode("latin-1")).get("reference_id")
        if not references:
            raise MissingParameter(field="reference_id")
        store, project = self._desk.ports.store, key.project.number
        task = await store.find_reference(project, key.mode, references[-1])
        return await self._shown(key, task)

    async def _shown(self, key: Key, identifier: TaskId | None) -> Response:
        store, project = self._desk.ports.store, key.project.number
        task = None if identifier is None else await store.find_task(project, key.mode, identifier)
        if task is None:
            raise UnitNotFound
        return Json(units_shown(task))


def _wish(
    line: CheckedLine, workflow: Workflow | None, mode: Mode, repeatable: IdempotencyKey | None
) -> Wish:
    question = line.question(workflow)
    is_object = isinstance(question, Form)
    return Wish(
        type=type_of(question),
        question=question,
        body_json=line.body_json,
        policy=workflow and workflow.consensus,
        metadata=line.metadata,
        staged=stage(line.line.metadata) if mode == "test" else "complete",
        idempotency=repeatable,
        filing=Filing(
            reference=line.line.reference_id,
            tag=line.line.tag,
            workflow=workflow and workflow.id,
            result_key=None if is_object or workflow is None else workflow.result_key,
            single=is_single(question),
        ),
        audience=workflow and workflow.workers,
        models=workflow and workflow.models,
        lease_ms=workflow and workflow.lease_ms,
    )
