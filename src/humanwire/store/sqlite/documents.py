"""Projects' guidelines and workers' settings on SQLite."""

import sqlite3

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.core.project import Project
from humanwire.store.documents import Document
from humanwire.store.sqlite.accounts import Accounts
from humanwire.store.statements import load

SQL = load("sqlite", "documents.sql")


class Documents(Accounts):
    """Texts that are read seldom and whole."""

    async def change_guidelines(self, project: Project, text: str | None) -> None:
        def operation(tx: sqlite3.Connection) -> None:
            if text is None:
                tx.execute(SQL["drop_guidelines"], (project.number,))
            else:
                tx.execute(SQL["keep_guidelines"], (project.number, text))
            self._store_project(tx, project)

        await self._write(operation)

    async def guidelines(self, project: ProjectId) -> str | None:
        row = self._one(SQL["guidelines"], project)
        return row[0] if row else None

    async def worker_settings(self, worker: WorkerId) -> Document | None:
        row = self._one(SQL["preferences"], worker)
        return Document(*row) if row else None

    async def save_worker_settings(self, worker: WorkerId, document: Document) -> bool:
        values = (worker, document.version, document.body_json)

        def operation(tx: sqlite3.Connection) -> bool:
            return tx.execute(SQL["keep_preferences"], values).rowcount == 1

        return await self._write(operation)
