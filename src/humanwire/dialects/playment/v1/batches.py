"""Batches: made, looked through, and closed."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.batch import Batch
from humanwire.core.errors import Conflict, Invalid, NotFound
from humanwire.core.ids import BatchId, TaskId, is_uuid
from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import BatchExists, MissingParameter, WrongData
from humanwire.dialects.playment.material import is_missing
from humanwire.dialects.playment.result import STATUS
from humanwire.dialects.playment.v1.dialect import NAME
from humanwire.dialects.playment.v1.shown import batch_details, completion, success
from humanwire.dialects.playment.v1.wire import BatchMade, BatchSummary, JobLine
from humanwire.flows.batches import BatchForm, close, create_batch, progress_of
from humanwire.store.records import Key
from humanwire.wire.bodies import field_of, json_fields, read_body
from humanwire.wire.surface import Json

_PAGE = 100
_batch = msgspec.json.Decoder(BatchForm)


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
            batch = await create_batch(self._desk.ports, key.project.number, key.mode, NAME, new)
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
        batch = await self._batch(request, key)
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
            id=batch.id,
            project_id=project.id,
            name=batch.name,
            status=batch.state.upper(),
            completed_at=completion(batch),
            jobs=lines,
            next_page_token=more,
        )
        return Json(success(summary))

    async def close(self, request: Request) -> Response:
        """Take no more jobs into a batch, so that it is complete when those it has have ended."""
        key = await self._desk.key(request)
        batch = await self._batch(request, key)
        try:
            await close(self._desk.ports, key.project.number, batch)
        except Invalid as fault:
            raise WrongData("batch", why=fault.message) from None
        progress = await progress_of(self._desk.ports, key.project.number, batch)
        return Json(success(batch_details(progress)))

    async def _batch(self, request: Request, key: Key) -> Batch:
        identifier: str = request.scope["path_params"]["id"]
        if is_uuid(identifier):
            found = BatchId(identifier.lower())
            batch = await self._desk.ports.store.batch(key.project.number, key.mode, found)
            if batch is not None:
                return batch
        raise NotFound("There is no such batch.")
