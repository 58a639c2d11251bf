"""Workflows, batches and references as rows: the same columns in the same order on every engine."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

import msgspec

from humanwire.core.batch import Batch
from humanwire.core.consensus import decode_policy, encode_policy
from humanwire.core.ids import BatchId, WorkerId, WorkflowId
from humanwire.core.panel import ModelUse
from humanwire.core.questions import decode_question, encode_question
from humanwire.core.workflow import Workflow
from humanwire.store.filing import BatchProgress, FiledTask
from humanwire.store.rows import Row, counts

_workers = msgspec.json.Decoder(tuple[WorkerId, ...])
_models = msgspec.json.Decoder(ModelUse)


@lru_cache(1024)
def workflow(row: Row) -> Workflow:
    """A workflow's version from its row; tasks come in their thousands for a few of them."""
    identifier, version, tag, created_at, question, policy, lease_seconds, workers, key, models = (
        row
    )
    return Workflow(
        id=WorkflowId(identifier),
        version=version,
        tag=tag,
        created_at=created_at,
        question=decode_question(question),
        consensus=None if policy is None else decode_policy(policy),
        lease_seconds=lease_seconds,
        workers=None if workers is None else _workers.decode(workers),
        result_key=key,
        models=None if models is None else _models.decode(models),
    )


def batch(row: Row) -> Batch:
    identifier, mode, name, label, description, state, created_at, *told = row
    dialect, callback_url, completed_at = told
    return Batch(
        id=BatchId(identifier),
        mode=mode,
        name=name,
        label=label,
        description=description,
        state=state,
        created_at=created_at,
        dialect=dialect,
        callback_url=callback_url,
        completed_at=completed_at,
    )


def progress(batch: Batch, counted: Mapping[str, int]) -> BatchProgress:
    """A batch with what is counted of it."""
    return BatchProgress(
        batch,
        counts(counted),
        *(counted.get(name, 0) for name in ("frames", "completed_frames", "annotations")),
    )


def filed_task(row: Row) -> FiledTask:
    task, status, priority, reference, tag = row
    return FiledTask(id=task, status=status, priority=priority, reference=reference, tag=tag)


def of_workflow(workflow: Workflow) -> Row:
    """A workflow's row, without its project."""
    policy, workers = workflow.consensus, workflow.workers
    return (
        *(workflow.id, workflow.version, workflow.tag, workflow.created_at),
        *(encode_question(workflow.question), encode_policy(policy) if policy else None),
        *(
            workflow.lease_seconds,
            None if workers is None else msgspec.json.encode(workers).decode(),
        ),
        workflow.result_key,
        None if workflow.models is None else msgspec.json.encode(workflow.models).decode(),
    )


def of_batch(batch: Batch) -> Row:
    """A batch's row, without its project."""
    return (
        *(batch.id, batch.mode, batch.name, batch.label, batch.description),
        *(batch.state, batch.created_at, batch.dialect, batch.callback_url),
    )


def reference_digest(reference: str) -> bytes:
    """What is kept of a reference for ever, also of one as long as a text may be."""
    return sha256(reference.encode()).digest()
