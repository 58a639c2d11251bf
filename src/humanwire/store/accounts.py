"""What the store remembers of who asks, who answers and who operates: a part of its interface."""

from collections.abc import Sequence
from typing import Protocol

from humanwire.core.ids import MediaId, ProjectId, WorkerId
from humanwire.core.project import Project
from humanwire.store.records import Key, Media, ProjectCounts, Worker


class AccountStore(Protocol):
    """Projects, keys, workers, operators, sessions and media."""

    async def create_project(self, project: Project, now: int) -> Project:
        """Store a project under the next free number (its own is ignored).

        Raises Invalid when the name is taken.
        """
        ...

    async def change_project(self, project: Project) -> None:
        """Store a project's settings, secrets and suspension."""
        ...

    async def find_project(self, reference: str) -> Project | None:
        """Find a project by name, number or UUID."""
        ...

    async def project(self, number: ProjectId) -> Project:
        """Read a project that exists."""
        ...

    async def list_projects(self) -> list[Project]: ...

    async def project_counts(self, project: ProjectId) -> ProjectCounts: ...

    async def create_key(self, key: Key, digest: bytes) -> None: ...

    async def find_key(self, digest: bytes, now: int) -> Key | None:
        """The key with this digest, unless revoked or expired."""
        ...

    async def list_keys(self, project: ProjectId) -> list[Key]: ...

    async def expire_key(self, key: str, at: int) -> Key | None:
        """Let a key end at a time (now: revoke); None when there is none."""
        ...

    async def keys_used(self, used: Sequence[tuple[str, int]]) -> None:
        """Record when keys were last used."""
        ...

    async def create_worker(self, name: str, uuid: str, digest: bytes, now: int) -> Worker:
        """Store a worker under the next free number, a member of no project yet.

        The worker who is there already under the digest is left and given.
        """
        ...

    async def join(self, worker: WorkerId, project: ProjectId, pseudonym: str) -> None:
        """Make a worker a member of a project; nothing happens when they are one."""
        ...

    async def is_member(self, worker: WorkerId, project: ProjectId) -> bool:
        """Tell whether a worker may work for a project."""
        ...

    async def find_worker(self, digest: bytes, now: int) -> Worker | None:
        """The worker whose token or session has this digest, unless revoked."""
        ...

    async def find_worker_by(self, reference: str) -> Worker | None:
        """Find a worker by number, UUID or name (the newest of that name)."""
        ...

    async def list_workers(self, project: ProjectId | None) -> list[Worker]: ...

    async def revoke_worker(self, worker: WorkerId, now: int) -> None:
        """Bar a worker: token and sessions end, leases go back to the queue."""
        ...

    async def replace_token(self, worker: WorkerId, digest: bytes) -> None: ...

    async def open_session(self, digest: bytes, worker: WorkerId | None, expires_at: int) -> None:
        """Start a signed-in session of a worker, or of the operator (None)."""
        ...

    async def close_session(self, digest: bytes) -> None: ...

    async def create_operator_key(self, digest: bytes, now: int) -> None: ...

    async def is_operator(self, digest: bytes, now: int) -> bool:
        """Tell whether this is the digest of an operator's key or session."""
        ...

    async def has_operator(self) -> bool: ...

    async def add_media(self, media: Media) -> None: ...

    async def find_media(self, media: MediaId) -> Media | None: ...

    async def forget(self, now: int) -> None:
        """Drop what has expired: idempotency keys after 24 hours, sessions."""
        ...
