"""From tasks and batches to what v1 says of them."""

import msgspec
from msgspec import Struct

from humanwire.core.batch import Batch
from humanwire.core.project import Project
from humanwire.core.times import iso
from humanwire.dialects.playment.result import STATUS, result_of
from humanwire.dialects.playment.v1.wire import BatchDetails, JobEnded, JobMade, JobsEnded, JobShown
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Filing, Task

_NOT_FILED = Filing()


def success(data: Struct) -> bytes:
    """Put a reply together."""
    return b'{"success":true,"data":%b}' % msgspec.json.encode(data)


def job_made(task: Task, project: Project) -> JobMade:
    filing = task.filing or _NOT_FILED
    return JobMade(
        job_id=task.id,
        reference_id=filing.reference,
        tag=filing.tag,
        work_flow_id=filing.workflow,
        batch_id=filing.batch,
        project_id=project.id,
        status=STATUS[task.status],
        priority_weight=task.priority,
    )


def job_shown(task: Task, project: Project) -> JobShown:
    filing = task.filing or _NOT_FILED
    return JobShown(
        job_id=task.id,
        batch_id=filing.batch,
        project_id=project.id,
        reference_id=filing.reference,
        status=STATUS[task.status],
        tag=filing.tag,
        priority_weight=task.priority,
        result=result_of(task),
    )


def batch_details(progress: BatchProgress) -> BatchDetails:
    batch = progress.batch
    return BatchDetails(
        batch_id=batch.id,
        name=batch.name,
        label=batch.label,
        description=batch.description,
        status=batch.state.upper(),
        completed_at=completion(batch),
        total_jobs=progress.total,
        completed_jobs=progress.counts.complete,
        total_frames=progress.frames,
        completed_frames=progress.completed_frames,
        annotations=progress.annotations,
    )


def completion(batch: Batch) -> str | None:
    """When a batch was complete."""
    return None if batch.completed_at is None else iso(batch.completed_at)


def jobs_ended(task: Task) -> JobsEnded:
    filing = task.filing or _NOT_FILED
    job = JobEnded(
        job_id=task.id,
        reference_id=filing.reference,
        batch_id=filing.batch,
        status=STATUS[task.status],
        tag=filing.tag,
        work_flow_id=filing.workflow,
        result=result_of(task),
    )
    return JobsEnded([job])
