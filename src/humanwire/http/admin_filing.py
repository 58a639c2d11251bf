"""The operator's API of a project's workflows and batches."""

from typing import get_args

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.batch import Batch, BatchState
from humanwire.core.errors import Invalid
from humanwire.core.ids import BatchId, is_uuid
from humanwire.core.project import Project
from humanwire.core.task import Mode
from humanwire.flows import batches, workflows
from humanwire.http.admin_desk import AdminDesk, body_of, fields_of, reply
from humanwire.http.admin_shapes import BatchLine, NewWorkflow, workflow_line
from humanwire.http.context import Context
from humanwire.store.filing import BatchProgress

PAGE = 100


class BatchChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to do with a batch; `priority` is for its pending tasks."""

    state: BatchState | None = None
    priority: int | None = None


class FilingApi(AdminDesk):
    """The endpoints below a project."""

    async def create_workflow(self, request: Request) -> Response:
        project = await self._owner(request)
        made = await workflows.create_workflow(self.ports, project, await fields_of(request))
        return reply(NewWorkflow.of(made))

    async def list_workflows(self, request: Request) -> Response:
        project = await self._owner(request)
        found = await self.ports.store.list_workflows(project.number)
        return reply({"workflows": [workflow_line(each) for each in found]})

    async def show_workflow(self, request: Request) -> Response:
        project = await self._owner(request)
        name = request.path_params["workflow"]
        return reply(workflow_line(await workflows.find_workflow(self.ports, project, name)))

    async def change_workflow(self, request: Request) -> Response:
        project = await self._owner(request)
        name = request.path_params["workflow"]
        found = await workflows.find_workflow(self.ports, project, name)
        fields = await fields_of(request)
        changed = await workflows.change_workflow(self.ports, project, found, fields)
        return reply(workflow_line(changed))

    async def list_batches(self, request: Request) -> Response:
        project, mode = await self._owner(request), _mode(request)
        text = request.query_params.get("cursor") or None
        if text is not None and not is_uuid(text):
            raise Invalid("There is none like this.", field="cursor")
        after = None if text is None else BatchId(text)
        found = await self.ports.store.list_batches(project.number, mode, after, PAGE + 1)
        lines = [await self._line(project, progress) for progress in found[:PAGE]]
        cursor = lines[-1].id if len(found) > PAGE else None
        return reply({"batches": lines, "next_cursor": cursor})

    async def show_batch(self, request: Request) -> Response:
        project = await self._owner(request)
        return await self._shown(project, await self._batch(request, project))

    async def change_batch(self, request: Request) -> Response:
        project = await self._owner(request)
        batch = await self._batch(request, project)
        change = await body_of(request, BatchChange)
        if change.priority is not None:
            await batches.set_priority(self.ports, project.number, batch, change.priority)
        match change.state:
            case "paused":
                await batches.pause(self.ports, project.number, batch)
            case "open":
                await batches.resume(self.ports, project.number, batch)
            case "closed":
                await batches.close(self.ports, project.number, batch)
            case None:
                pass
        return await self._shown(project, batch)

    async def _batch(self, request: Request, project: Project) -> Batch:
        name = request.path_params["batch"]
        return await batches.find_batch(self.ports, project.number, _mode(request), name)

    async def _shown(self, project: Project, batch: Batch) -> Response:
        progress = await batches.progress_of(self.ports, project.number, batch)
        return reply(await self._line(project, progress))

    async def _line(self, project: Project, progress: BatchProgress) -> BatchLine:
        seconds = await batches.time_to_go(self.ports, project.number, progress)
        return BatchLine.of(progress, seconds)

    async def _owner(self, request: Request) -> Project:
        await self.operator(request)
        return await self.project(request.path_params["project"])


def filing_routes(context: Context) -> list[Route]:
    """Make the routes."""
    api = FilingApi(context)
    workflows_at = "/admin/v1/projects/{project}/workflows"
    batches_at = "/admin/v1/projects/{project}/batches"
    return [
        Route(batches_at, api.list_batches, methods=["GET"]),
        Route(f"{batches_at}/{{batch}}", api.show_batch, methods=["GET"]),
        Route(f"{batches_at}/{{batch}}", api.change_batch, methods=["PATCH"]),
        Route(workflows_at, api.create_workflow, methods=["POST"]),
        Route(workflows_at, api.list_workflows, methods=["GET"]),
        Route(f"{workflows_at}/{{workflow}}", api.show_workflow, methods=["GET"]),
        Route(f"{workflows_at}/{{workflow}}", api.change_workflow, methods=["PATCH"]),
    ]


def _mode(request: Request) -> Mode:
    text = request.query_params.get("mode", "live")
    for mode in get_args(Mode):
        if text == mode:
            return mode
    raise Invalid("It is live or test.", field="mode")
