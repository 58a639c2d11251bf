"""The operator's API of what a project has learned of its models."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.http.admin_desk import AdminDesk, reply
from humanwire.http.context import Context
from humanwire.http.model_shapes import ModelLine


class ModelsApi(AdminDesk):
    """The endpoint below a project."""

    async def list_models(self, request: Request) -> Response:
        await self.operator(request)
        project = await self.project(request.path_params["project"])
        found = await self.ports.store.list_standings(project.number)
        return reply({"models": [ModelLine.of(each) for each in found]})


def models_routes(context: Context) -> list[Route]:
    """Make the route."""
    api = ModelsApi(context)
    return [Route("/admin/v1/projects/{project}/models", api.list_models, methods=["GET"])]
