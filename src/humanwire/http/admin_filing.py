"""The operator's API of a project's workflows."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.project import Project
from humanwire.flows import workflows
from humanwire.http.admin_desk import AdminDesk, fields_of, reply
from humanwire.http.admin_shapes import NewWorkflow, workflow_line
from humanwire.http.context import Context


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

    async def _owner(self, request: Request) -> Project:
        await self.operator(request)
        return await self.project(request.path_params["project"])


def filing_routes(context: Context) -> list[Route]:
    """Make the routes."""
    api = FilingApi(context)
    workflows_at = "/admin/v1/projects/{project}/workflows"
    return [
        Route(workflows_at, api.create_workflow, methods=["POST"]),
        Route(workflows_at, api.list_workflows, methods=["GET"]),
        Route(f"{workflows_at}/{{workflow}}", api.show_workflow, methods=["GET"]),
        Route(f"{workflows_at}/{{workflow}}", api.change_workflow, methods=["PATCH"]),
    ]
