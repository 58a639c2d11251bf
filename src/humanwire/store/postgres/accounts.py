"""Projects, keys, workers, sessions and media on PostgreSQL."""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from humanwire.core.errors import Invalid
from humanwire.core.ids import MediaId, ProjectId, WorkerId, is_uuid, project_of
from humanwire.core.project import Project
from humanwire.store import rows
from humanwire.store.postgres.engine import Connection, Engine
from humanwire.store.postgres.filing import SQL as FILING
from humanwire.store.postgres.gather import Gather
from humanwire.store.records import Key, Media, ProjectCounts, Worker
from humanwire.store.rows import PROJECT_COLUMNS, WORKER_COLUMNS
from humanwire.store.statements import load

SQL = load("postgres", "accounts.sql")
DAY_MS = 86_400_000
_FORGET = 1_000
_DIGITS = 18
"""A number of so many digits fits a column; a longer one is nobody's."""


class Accounts(Engine):
    """Who asks, who answers, who operates."""

    @cached_property
    def _key(self) -> Gather[bytes, Key | None]:
        return Gather(self._find_keys)

    @cached_property
    def _signed_in(self) -> Gather[tuple[bytes, int], Worker | None]:
        return Gather(self._find_workers)

    @cached_property
    def _owner(self) -> Gather[ProjectId, Project | None]:
        return Gather(self._find_projects)

    async def create_project(self, project: Project, now: int) -> Project:
        settings, secrets = _encoded(project)
        values = (project.id, project.name, settings, secrets, now)
        found = await self._write(SQL["add_project"], *values)
        if not found:
            raise Invalid("A project of this name exists.", field="name")
        return msgspec.structs.replace(project, number=ProjectId(found[0][0]))

    async def change_project(self, project: Project) -> None:
        await self._transact(lambda connection: self._store_project(connection, project))

    async def _store_project(self, connection: Connection, project: Project) -> None:
        values = (*_encoded(project), int(project.suspended), project.number)
        await connection.execute(SQL["change_project"], *values)

    async def find_project(self, reference: str) -> Project | None:
        row = await self._one(SQL["project_by_name"], reference)
        if row is None and is_uuid(reference):
            row = await self._one(SQL["project_by_uuid"], reference)
        if row is None and reference.isdecimal() and len(reference) < _DIGITS:
            row = await self._one(SQL["project_by_number"], [int(reference)])
        return rows.project(row) if row else None

    async def project(self, number: ProjectId) -> Project:
        found = await self._owner(number)
        if found is None:
            raise LookupError(number)
        return found

    async def list_projects(self) -> list[Project]:
        return [rows.project(row) for row in await self._read(SQL["list_projects"])]

    async def project_counts(self, project: ProjectId) -> ProjectCounts:
        read = await self._read(SQL["project_counts"], project)
        counts: dict[str, int] = {status: tasks for status, tasks in read}  # noqa: C416
        return rows.counts(counts)

    async def create_key(self, key: Key, digest: bytes) -> None:
        values = (key.project.number, key.id, digest, key.mode, key.hint, key.created_at)
        await self._write(SQL["add_key"], *values)

    async def find_key(self, digest: bytes, now: int) -> Key | None:
        found = await self._key(digest)
        expired = found is not None and found.expires_at is not None and found.expires_at <= now
        return None if expired else found

    async def list_keys(self, project: ProjectId) -> list[Key]:
        owner = await self.project(project)
        return [rows.key(row, owner) for row in await self._read(SQL["list_keys"], project)]

    async def expire_key(self, key: str, at: int) -> Key | None:
        found = await self._write(SQL["expire_key"], key, at)
        if not found:
            return None
        return rows.key(found[0], await self.project(ProjectId(found[0][1])))

    async def keys_used(self, used: Sequence[tuple[str, int]]) -> None:
        ordered = sorted(used)
        keys, times = [key for key, _ in ordered], [at for _, at in ordered]
        await self._write(SQL["keys_used"], keys, times)

    async def create_worker(self, name: str, uuid: str, digest: bytes, now: int) -> Worker:
        found = await self._write(SQL["add_worker"], uuid, name, digest, now)
        return Worker(number=WorkerId(found[0][0]), id=found[0][1], name=found[0][2])

    async def join(self, worker: WorkerId, project: ProjectId, pseudonym: str) -> None:
        async def operation(connection: Connection) -> None:
            await connection.execute(FILING["hold_project"], project)
            await connection.execute(FILING["exclude_newcomer"], project, worker)
            await connection.execute(SQL["join_project"], project, worker, pseudonym)

        await self._transact(operation)

    async def is_member(self, worker: WorkerId, project: ProjectId) -> bool:
        return await self._one(SQL["is_member"], project, worker) is not None

    async def find_worker(self, digest: bytes, now: int) -> Worker | None:
        return await self._signed_in((digest, now))

    async def find_worker_by(self, reference: str) -> Worker | None:
        row = await self._one(SQL["worker_by_reference"], reference)
        return await self._worker(row) if row else None

    async def list_workers(self, project: ProjectId | None) -> list[Worker]:
        found = await self._read(SQL["list_workers"], project)
        return [await self._worker(row) for row in found]

    async def replace_token(self, worker: WorkerId, digest: bytes) -> None:
        await self._write(SQL["replace_token"], digest, worker)

    async def open_session(self, digest: bytes, worker: WorkerId | None, expires_at: int) -> None:
        await self._write(SQL["open_session"], digest, worker, expires_at)

    async def close_session(self, digest: bytes) -> None:
        await self._write(SQL["close_session"], digest)

    async def create_operator_key(self, digest: bytes, now: int) -> None:
        await self._write(SQL["add_operator_key"], digest, now)

    async def is_operator(self, digest: bytes, now: int) -> bool:
        return await self._one(SQL["is_operator"], digest, now) is not None

    async def has_operator(self) -> bool:
        return await self._one(SQL["has_operator"]) is not None

    async def add_media(self, media: Media) -> None:
        values = (media.project, media.id, media.type, media.bytes, media.created_at)
        await self._write(SQL["add_media"], *values)

    async def find_media(self, media: MediaId) -> Media | None:
        row = await self._one(SQL["find_media"], project_of(media), media)
        return rows.media(row) if row else None

    async def forget(self, now: int) -> None:
        while await self._write(SQL["forget_requests"], now - DAY_MS, _FORGET):
            pass
        await self._write(SQL["forget_sessions"], now)

    async def _find_keys(self, digests: Sequence[bytes]) -> list[Key | None]:
        found: dict[bytes, Key] = {}
        for row in await self._read(SQL["find_key"], digests):
            *columns, digest = row
            owner = rows.project(tuple(columns[:PROJECT_COLUMNS]))
            found[digest] = rows.key(tuple(columns[PROJECT_COLUMNS:]), owner)
        return [found.get(digest) for digest in digests]

    async def _find_workers(self, asked: Sequence[tuple[bytes, int]]) -> list[Worker | None]:
        # Those that ask together ask now, give or take a few milliseconds.
        now = max(now for _, now in asked)
        digests = [digest for digest, _ in asked]
        found: dict[bytes, tuple[rows.Row, list[Project]]] = {}
        for row in await self._read(SQL["worker_by_digest"], digests, now):
            digest, *columns = row
            _, projects = found.setdefault(digest, (tuple(columns[:WORKER_COLUMNS]), []))
            if columns[WORKER_COLUMNS] is not None:
                projects.append(rows.project(tuple(columns[WORKER_COLUMNS:])))
        return [
            rows.worker(found[digest][0], tuple(found[digest][1])) if digest in found else None
            for digest in digests
        ]

    async def _find_projects(self, numbers: Sequence[ProjectId]) -> list[Project | None]:
        read = await self._read(SQL["project_by_number"], list(set(numbers)))
        found = {row[0]: rows.project(row) for row in read}
        return [found.get(number) for number in numbers]

    async def _worker(self, row: rows.Row) -> Worker:
        projects = await self._read(SQL["projects_of"], row[0])
        return rows.worker(row, tuple(rows.project(project) for project in projects))

    async def _bar(self, connection: Connection, worker: WorkerId, now: int) -> None:
        await connection.execute(SQL["revoke_worker"], now, worker)
        await connection.execute(SQL["end_sessions_of"], worker)


def _encoded(project: Project) -> tuple[str, str]:
    settings = msgspec.json.encode(project.settings).decode()
    return settings, msgspec.json.encode(project.webhook_secrets).decode()
