"""Projects' guidelines and workers' settings on PostgreSQL."""

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.core.project import Project
from humanwire.store.documents import Document
from humanwire.store.postgres.accounts import Accounts
from humanwire.store.postgres.engine import Connection
from humanwire.store.statements import load

SQL = load("postgres", "documents.sql")


class Documents(Accounts):
    """Texts that are read seldom and whole."""

    async def change_guidelines(self, project: Project, text: str | None) -> None:
        async def operation(connection: Connection) -> None:
            if text is None:
                await connection.execute(SQL["drop_guidelines"], project.number)
            else:
                await connection.execute(SQL["keep_guidelines"], project.number, text)
            await self._store_project(connection, project)

        await self._transact(operation)

    async def guidelines(self, project: ProjectId) -> str | None:
        row = await self._one(SQL["guidelines"], project)
        return row[0] if row else None

    async def worker_settings(self, worker: WorkerId) -> Document | None:
        row = await self._one(SQL["preferences"], worker)
        return Document(*row) if row else None

    async def save_worker_settings(self, worker: WorkerId, document: Document) -> bool:
        values = (worker, document.version, document.body_json)
        return bool(await self._write(SQL["keep_preferences"], *values))
