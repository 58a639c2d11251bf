"""Projects, keys, workers, sessions and media on SQLite."""

import sqlite3
from collections.abc import Sequence

import msgspec

from humanwire.core.errors import Invalid
from humanwire.core.ids import MediaId, ProjectId, WorkerId, is_uuid, project_of
from humanwire.core.project import Project
from humanwire.store import rows
from humanwire.store.records import Key, Media, ProjectCounts, Worker
from humanwire.store.rows import PROJECT_COLUMNS, WORKER_COLUMNS
from humanwire.store.sqlite.engine import Engine
from humanwire.store.sqlite.filing import SQL as FILING
from humanwire.store.statements import load

SQL = load("sqlite", "accounts.sql")
DAY_MS = 86_400_000
_FORGET = 1000
"""Rows dropped in one transaction: some milliseconds' work."""


class Accounts(Engine):
    """Who asks, who answers, who operates."""

    async def create_project(self, project: Project, now: int) -> Project:
        def operation(tx: sqlite3.Connection) -> int:
            if tx.execute(SQL["project_by_name"], (project.name,)).fetchone():
                raise Invalid("A project of this name exists.", field="name")
            settings, secrets = _encoded(project)
            values = (project.id, project.name, settings, secrets, now)
            return tx.execute(SQL["add_project"], values).fetchone()[0]

        number = await self._write(operation)
        return msgspec.structs.replace(project, number=ProjectId(number))

    async def change_project(self, project: Project) -> None:
        await self._write(lambda tx: self._store_project(tx, project))

    async def find_project(self, reference: str) -> Project | None:
        row = self._one(SQL["project_by_name"], reference)
        if row is None and is_uuid(reference):
            row = self._one(SQL["project_by_uuid"], reference)
        if row is None and reference.isdecimal() and len(reference) < 18:  # noqa: PLR2004
            row = self._one(SQL["project_by_number"], int(reference))
        return rows.project(row) if row else None

    async def project(self, number: ProjectId) -> Project:
        return self._project(number)

    async def list_projects(self) -> list[Project]:
        return [rows.project(row) for row in self._all(SQL["list_projects"])]

    async def project_counts(self, project: ProjectId) -> ProjectCounts:
        return rows.counts(dict(self._all(SQL["project_counts"], project)))

    async def create_key(self, key: Key, digest: bytes) -> None:
        values = (key.project.number, key.id, digest, key.mode, key.hint, key.created_at)
        await self._write(lambda tx: tx.execute(SQL["add_key"], values))

    async def find_key(self, digest: bytes, now: int) -> Key | None:
        row = self._one(SQL["find_key"], digest, now)
        return rows.key(row[PROJECT_COLUMNS:], rows.project(row[:PROJECT_COLUMNS])) if row else None

    async def list_keys(self, project: ProjectId) -> list[Key]:
        owner = self._project(project)
        return [rows.key(row, owner) for row in self._all(SQL["list_keys"], project)]

    async def expire_key(self, key: str, at: int) -> Key | None:
        values = {"id": key, "at": at}
        row = await self._write(lambda tx: tx.execute(SQL["expire_key"], values).fetchone())
        return rows.key(row, self._project(row[1])) if row else None

    async def keys_used(self, used: Sequence[tuple[str, int]]) -> None:
        values = [(at, key) for key, at in used]
        await self._write(lambda tx: tx.executemany(SQL["key_used"], values))

    async def create_worker(self, name: str, uuid: str, digest: bytes, now: int) -> Worker:
        values = (uuid, name, digest, now)
        row = await self._write(lambda tx: tx.execute(SQL["add_worker"], values).fetchone())
        return Worker(number=WorkerId(row[0]), id=row[1], name=row[2])

    async def join(self, worker: WorkerId, project: ProjectId, pseudonym: str) -> None:
        values = {"project": project, "worker": worker, "pseudonym": pseudonym}

        def operation(tx: sqlite3.Connection) -> None:
            tx.execute(SQL["join_project"], values)
            tx.execute(FILING["exclude_newcomer"], {"project": project, "worker": worker})

        await self._write(operation)

    async def is_member(self, worker: WorkerId, project: ProjectId) -> bool:
        return self._one(SQL["is_member"], project, worker) is not None

    async def find_worker(self, digest: bytes, now: int) -> Worker | None:
        found = self._all(SQL["worker_by_digest"], digest=digest, now=now)
        if not found:
            return None
        projects = sorted(row[WORKER_COLUMNS:] for row in found if row[WORKER_COLUMNS] is not None)
        return rows.worker(found[0][:WORKER_COLUMNS], tuple(map(rows.project, projects)))

    async def find_worker_by(self, reference: str) -> Worker | None:
        row = self._one(SQL["worker_by_reference"], reference=reference)
        return self._worker(row) if row else None

    async def list_workers(self, project: ProjectId | None) -> list[Worker]:
        found = self._all(SQL["list_workers"], project=project)
        return [self._worker(row) for row in found]

    async def replace_token(self, worker: WorkerId, digest: bytes) -> None:
        await self._write(lambda tx: tx.execute(SQL["replace_token"], (digest, worker)))

    async def open_session(self, digest: bytes, worker: WorkerId | None, expires_at: int) -> None:
        values = (digest, worker, expires_at)
        await self._write(lambda tx: tx.execute(SQL["open_session"], values))

    async def close_session(self, digest: bytes) -> None:
        await self._write(lambda tx: tx.execute(SQL["close_session"], (digest,)))

    async def create_operator_key(self, digest: bytes, now: int) -> None:
        await self._write(lambda tx: tx.execute(SQL["add_operator_key"], (digest, now)))

    async def is_operator(self, digest: bytes, now: int) -> bool:
        return self._one(SQL["is_operator"], digest=digest, now=now) is not None

    async def has_operator(self) -> bool:
        return self._one(SQL["has_operator"]) is not None

    async def add_media(self, media: Media) -> None:
        values = (media.project, media.id, media.type, media.bytes, media.created_at)
        await self._write(lambda tx: tx.execute(SQL["add_media"], values))

    async def find_media(self, media: MediaId) -> Media | None:
        row = self._one(SQL["find_media"], project_of(media), media)
        return rows.media(row) if row else None

    async def forget(self, now: int) -> None:
        def operation(tx: sqlite3.Connection) -> int:
            return tx.execute(SQL["forget_requests"], (now - DAY_MS, _FORGET)).rowcount

        while await self._write(operation) == _FORGET:
            pass
        await self._write(lambda tx: tx.execute(SQL["forget_sessions"], (now,)))

    def _project(self, number: ProjectId) -> Project:
        row = self._one(SQL["project_by_number"], number)
        if row is None:
            raise LookupError(number)
        return rows.project(row)

    def _store_project(self, tx: sqlite3.Connection, project: Project) -> None:
        values = (*_encoded(project), project.suspended, project.number)
        tx.execute(SQL["change_project"], values)

    def _worker(self, row: rows.Row) -> Worker:
        projects = self._all(SQL["projects_of"], row[0])
        return rows.worker(row, tuple(rows.project(project) for project in projects))

    def _bar(self, tx: sqlite3.Connection, worker: WorkerId, now: int) -> None:
        tx.execute(SQL["revoke_worker"], (now, worker))
        tx.execute(SQL["end_sessions_of"], (worker,))


def _encoded(project: Project) -> tuple[str, str]:
    settings = msgspec.json.encode(project.settings).decode()
    return settings, msgspec.json.encode(project.webhook_secrets).decode()
