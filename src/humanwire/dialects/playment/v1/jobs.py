"""Jobs: made in a workflow and a batch, and read with their results."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Conflict, NotFound
from humanwire.core.ids import BatchId, TaskId, WorkflowId, is_uuid
from humanwire.core.task import PRIORITY_DEFAULT, Mode
from humanwire.core.workflow import Workflow
from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.errors import UnitNotFound, UnknownTag
from humanwire.dialects.playment.types import is_single, type_of
from humanwire.dialects.playment.v1.body import CheckedJob, checked_job
from humanwire.dialects.playment.v1.dialect import NAME
from humanwire.dialects.playment.v1.shown import job_made, job_shown, success
from humanwire.flows.ask import Wish, ask
from humanwire.flows.batches import default_batch
from humanwire.flows.limit import spend
from humanwire.store.records import Filing, Key
from humanwire.wire.bodies import KIB, LARGE_LIMIT, read_body
from humanwire.wire.metadata import stage
from humanwire.wire.surface import Json

_QUICK = 64 * KIB


class Jobs:
    """One job at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        """Take a job."""
        desk = self._desk
        key = await desk.key(request)
        await spend(desk.ports, key, NAME, None)
        body = await read_body(request, LARGE_LIMIT)
        # A body with many annotations takes longer than others should wait for.
        quick = len(body) <= _QUICK
        job = checked_job(body) if quick else await asyncio.to_thread(checked_job, body)
        workflow = await self._workflow(key, job)
        batch = await self._batch(key, job)
        asked = partial(_wish, job, workflow, batch, key.mode)
        wish = asked() if quick else await asyncio.to_thread(asked)
        (task,) = await ask(desk.ports, key, NAME, [wish])
        if isinstance(task, Conflict):
            raise task
        return Json(success(job_made(task, key.project)))

    async def read(self, request: Request) -> Response:
        """Give a job as it stands."""
        key = await self._desk.key(request)
        identifier: str = request.scope["path_params"]["id"]
        found = None
        if is_uuid(identifier):
            task = TaskId(identifier.lower())
            found = await self._desk.ports.store.find_task(key.project.number, key.mode, task)
        if found is None:
            raise UnitNotFound
        return Json(success(job_shown(found, key.project)))

    async def _workflow(self, key: Key, job: CheckedJob) -> Workflow:
        store, project = self._desk.ports.store, key.project.number
        given = job.job
        if given.work_flow_id:
            found = await store.workflow(project, WorkflowId(given.work_flow_id.lower()))
            if found is None:
                raise NotFound("There is no such workflow.", field="work_flow_id")
            return found
        found = await store.workflow_by_tag(project, given.tag or "")
        if found is None:
            raise UnknownTag
        return found

    async def _batch(self, key: Key, job: CheckedJob) -> BatchId:
        ports, project = self._desk.ports, key.project.number
        if not job.job.batch_id:
            return (await default_batch(ports, project, key.mode, NAME)).id
        found = await ports.store.batch(project, key.mode, BatchId(job.job.batch_id.lower()))
        if found is None:
            raise NotFound("There is no such batch.", field="batch_id")
        return found.id


def _wish(job: CheckedJob, workflow: Workflow, batch: BatchId, mode: Mode) -> Wish:
    given = job.job
    return Wish(
        type=type_of(workflow.question),
        question=job.question(workflow),
        body_json=job.body_json,
        policy=workflow.consensus,
        priority=given.priority_weight or PRIORITY_DEFAULT,
        metadata=job.metadata,
        staged=stage(given.metadata) if mode == "test" else "complete",
        filing=Filing(
            reference=given.reference_id,
            tag=workflow.tag,
            workflow=workflow.id,
            batch=batch,
            result_key=job.result_key(workflow),
            single=is_single(workflow.question),
        ),
        audience=workflow.workers,
        models=workflow.models,
        lease_ms=workflow.lease_ms,
    )
