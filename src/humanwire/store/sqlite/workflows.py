"""Workflows on SQLite."""

import sqlite3

from humanwire.core.ids import ProjectId, WorkflowId
from humanwire.core.workflow import Workflow
from humanwire.store import filing_rows
from humanwire.store.sqlite.engine import Engine
from humanwire.store.statements import load

SQL = load("sqlite", "workflows.sql")


class Workflows(Engine):
    """Templates for tasks."""

    async def add_workflow(self, project: ProjectId, workflow: Workflow) -> bool:
        values = (project, *filing_rows.of_workflow(workflow))

        def operation(tx: sqlite3.Connection) -> bool:
            return tx.execute(SQL["add_workflow"], values).rowcount == 1

        return await self._write(operation)

    async def workflow(self, project: ProjectId, workflow: WorkflowId) -> Workflow | None:
        row = self._one(SQL["workflow"], project, workflow)
        return filing_rows.workflow(row) if row else None

    async def workflow_by_tag(self, project: ProjectId, tag: str) -> Workflow | None:
        row = self._one(SQL["workflow_by_tag"], project, tag)
        return filing_rows.workflow(row) if row else None

    async def list_workflows(self, project: ProjectId) -> list[Workflow]:
        return [
            filing_rows.workflow(row) for row in self._all(SQL["list_workflows"], project=project)
        ]
