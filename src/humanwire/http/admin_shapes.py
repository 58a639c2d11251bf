"""What operators are shown of projects and what is in them, by API and command line alike."""

from typing import Self

import msgspec
from msgspec import Struct

from humanwire.core.batch import BatchState
from humanwire.core.project import Project
from humanwire.core.task import Mode
from humanwire.core.times import iso
from humanwire.core.workflow import Workflow
from humanwire.flows.workflows import form_of
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Key, ProjectCounts, Worker


class NewProject(Struct, frozen=True):
    """A project as it was made; `webhook_secret` is the one that signs its callbacks."""

    id: str
    name: str
    number: int
    webhook_secret: str

    @classmethod
    def of(cls, project: Project, now: int) -> Self:
        return cls(project.id, project.name, project.number, project.signing_secrets(now)[0])


class ProjectHead(Struct, frozen=True):
    """What a project is known by."""

    id: str
    name: str
    number: int
    suspended: bool


def project_line(project: Project) -> dict[str, object]:
    """A project in a list: its head, then every setting, those that have their default too."""
    head = ProjectHead(project.id, project.name, project.number, project.suspended)
    return {**msgspec.structs.asdict(head), **msgspec.structs.asdict(project.settings)}


def project_detail(
    project: Project, counts: ProjectCounts, guidelines: str | None, now: int
) -> dict[str, object]:
    """A project with its webhook secret, its guidelines whole, and how its live tasks stand."""
    secret = project.signing_secrets(now)[0]
    line = project_line(project) | {"guidelines": guidelines}
    return {**line, "webhook_secret": secret, "counts": counts}


class NewKey(Struct, frozen=True):
    """A key as it was made: its text is not shown again."""

    id: str
    key: str
    mode: Mode


class KeyLine(Struct, frozen=True):
    """A key in a list: `hint` is the beginning and the end of its text."""

    id: str
    project: str
    mode: Mode
    hint: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None

    @classmethod
    def of(cls, key: Key) -> Self:
        return cls(
            key.id,
            key.project.name,
            key.mode,
            key.hint,
            iso(key.created_at),
            _time(key.last_used_at),
            _time(key.expires_at),
        )


class NewWorker(Struct, frozen=True):
    """A worker with a fresh token, which is not shown again; `url` signs them in."""

    id: str
    name: str
    number: int
    token: str
    url: str

    @classmethod
    def of(cls, worker: Worker, token: str, origin: str) -> Self:
        return cls(worker.id, worker.name, worker.number, token, sign_in_link(origin, token))


class WorkerLine(Struct, frozen=True):
    """A worker in a list, with the names of their projects."""

    id: str
    name: str
    number: int
    projects: list[str]
    revoked: bool

    @classmethod
    def of(cls, worker: Worker) -> Self:
        projects = [project.name for project in worker.projects]
        return cls(worker.id, worker.name, worker.number, projects, worker.revoked)


class NewOperatorKey(Struct, frozen=True):
    """An operator's key, which is not shown again; `url` signs in whoever opens it."""

    key: str
    url: str

    @classmethod
    def of(cls, text: str, origin: str) -> Self:
        return cls(text, sign_in_link(origin, text))


class NewWorkflow(Struct, frozen=True):
    """A workflow as it was made."""

    id: str
    tag: str

    @classmethod
    def of(cls, workflow: Workflow) -> Self:
        return cls(workflow.id, workflow.tag)


class WorkflowHead(Struct, frozen=True):
    """Which version of a workflow it is, and since when."""

    id: str
    version: int
    created_at: str


def workflow_line(workflow: Workflow) -> dict[str, object]:
    """A workflow's newest version: its head, then the form that it was made from."""
    head = WorkflowHead(workflow.id, workflow.version, iso(workflow.created_at))
    return {**msgspec.structs.asdict(head), **msgspec.structs.asdict(form_of(workflow))}


class BatchLine(Struct, frozen=True):
    """A batch as it stands. It is complete once it is closed with no task pending.

    `seconds_to_go` is an estimate by the pace of the project's latest ends, null if there is none.
    """

    id: str
    name: str
    label: str | None
    description: str | None
    mode: Mode
    state: BatchState
    created_at: str
    completed_at: str | None
    callback_url: str | None
    total: int
    counts: ProjectCounts
    seconds_to_go: float | None

    @classmethod
    def of(cls, progress: BatchProgress, seconds_to_go: float | None) -> Self:
        batch = progress.batch
        return cls(
            batch.id,
            batch.name,
            batch.label,
            batch.description,
            batch.mode,
            batch.state,
            iso(batch.created_at),
            _time(batch.completed_at),
            batch.callback_url,
            progress.total,
            progress.counts,
            None if seconds_to_go is None else round(seconds_to_go, 3),
        )


def sign_in_link(origin: str, token: str) -> str:
    """The address that signs in whoever opens it."""
    return f"{origin}/in/{token}"


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else iso(milliseconds)
