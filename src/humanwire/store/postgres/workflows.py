"""Workflows on PostgreSQL."""

from humanwire.core.ids import ProjectId, WorkflowId
from humanwire.core.workflow import Workflow
from humanwire.store import filing_rows
from humanwire.store.postgres.engine import Engine
from humanwire.store.statements import load

SQL = load("postgres", "workflows.sql")


class Workflows(Engine):
    """Templates for tasks."""

    async def add_workflow(self, project: ProjectId, workflow: Workflow) -> bool:
        values = filing_rows.of_workflow(workflow)
        return bool(await self._write(SQL["add_workflow"], project, *values))

    async def workflow(self, project: ProjectId, workflow: WorkflowId) -> Workflow | None:
        row = await self._one(SQL["workflow"], project, workflow)
        return filing_rows.workflow(row) if row else None

    async def workflow_by_tag(self, project: ProjectId, tag: str) -> Workflow | None:
        row = await self._one(SQL["workflow_by_tag"], project, tag)
        return filing_rows.workflow(row) if row else None

    async def list_workflows(self, project: ProjectId) -> list[Workflow]:
        found = await self._read(SQL["list_workflows"], project)
        return [filing_rows.workflow(row) for row in found]
