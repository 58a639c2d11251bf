"""Texts that are read seldom and whole, so kept apart: a part of the store's interface."""

from typing import Protocol

from msgspec import Struct

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.core.project import Project


class Document(Struct, frozen=True):
    """A worker's settings. A save must carry a higher version than the last one."""

    version: int
    body_json: str


class DocumentStore(Protocol):
    """Projects' guidelines and workers' settings."""

    async def change_guidelines(self, project: Project, text: str | None) -> None:
        """Store a project's guidelines (None: no more) together with its settings."""
        ...

    async def guidelines(self, project: ProjectId) -> str | None:
        """Read a project's guidelines, as Markdown."""
        ...

    async def worker_settings(self, worker: WorkerId) -> Document | None:
        """How a worker likes the workspace; None when they have never said."""
        ...

    async def save_worker_settings(self, worker: WorkerId, document: Document) -> bool:
        """Store a worker's settings; False when as high a version is there."""
        ...
