"""Batches: made, and looked through."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Conflict, Invalid, NotFound
from humanwire.core.ids import BatchId, TaskId, is_uuid
from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import BatchExists, MissingParameter, WrongData
from humanwire.dialects.playment.material import is_missing
from humanwire.dialects.playment.result import STATUS
from humanwire.dialects.playment.v1.shown import success
from humanwire.dialects.playment.v1.wire import BatchMade, BatchSummary, JobLine, NewBatch
from humanwire.flows.batches import create_batch
from humanwire.wire.bodies import field_of, json_fields, read_body
from humanwire.wire.surface import Json

_PAGE = 100
_batch = msgspec.json.Decoder(NewBatch)


class Batches:
    """Batches of jobs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        """Make a batch."""
        key = await self._desk.key(request)
        body = await read_body(request)
        if is_missing(json_fields(body).get("name")):
            raise MissingParameter(field="name")
        try:
            new = _batch.decode(body)
            batch = await create_batch(
                self._desk.ports, key.project.number, key.mode, new.name, new.label, new.description
            )
        except msgspec.ValidationError as error:
            fault = field_of(error)
            raise WrongData(fault.field or "name", why=fault.message) from None
        except Invalid as fault:
            raise WrongData(fault.field or "name", why=fault.message) from None
        except Conflict:
            raise BatchExists(field="name") from None
        return Json(success(BatchMade(batch.id)))

    async def read(self, request: Request) -> Response:
        """Give a batch with a page of its jobs."""
        key = await self._desk.key(request)
        store, project = self._desk.ports.store, key.project
        identifier: str = request.scope["path_params"]["id"]
        batch = None
        if is_uuid(identifier):
            batch = await store.batch(project.number, key.mode, BatchId(identifier.lower()))
        if batch is None:
            raise NotFound("There is no such batch.")
        token = request.query_params.get("page_token")
        if token and not is_uuid(token):
            raise WrongData("page_token", why="It is no page's token.")
        after = TaskId(token.lower()) if token else None
        tasks = await store.batch_tasks(project.number, key.mode, batch.id, after, _PAGE + 1)
        shown = tasks[:_PAGE]
        lines = [
            JobLine(
                job_id=task.id,
                reference_id=task.reference,
                status=STATUS[task.status],
                tag=task.tag,
                priority_weight=task.priority,
            )
            for task in shown
        ]
        more = shown[-1].id if len(tasks) > _PAGE else None
        summary = BatchSummary(
            id=batch.id, project_id=project.id, name=batch.name, jobs=lines, next_page_token=more
        )
        return Json(success(summary))
