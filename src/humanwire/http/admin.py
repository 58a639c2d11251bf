"""The operator's API: projects, keys and workers over HTTP, so that a container needs no shell."""

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Invalid, Refused
from humanwire.core.project import Project, ProjectSettings
from humanwire.core.task import Mode
from humanwire.flows import accounts
from humanwire.flows.panel import usable
from humanwire.flows.project_settings import changed, guidelines_in
from humanwire.http.admin_credits import credits_routes
from humanwire.http.admin_desk import AdminDesk, Reference, body_of, fields_of, reply
from humanwire.http.admin_filing import filing_routes
from humanwire.http.admin_models import models_routes
from humanwire.http.admin_shapes import (
    KeyLine,
    NewKey,
    NewOperatorKey,
    NewProject,
    NewWorker,
    WorkerLine,
    project_detail,
    project_line,
)
from humanwire.http.context import Context
from humanwire.wire.surface import Surface


class KeyWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to make: `live` reaches people, `test` gets staged answers."""

    project: Reference
    mode: Mode = "live"


class WorkerWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A worker to make, a member of these projects."""

    name: str
    projects: list[Reference] = []


class Membership(Struct, frozen=True, forbid_unknown_fields=True):
    """Projects to become a member of."""

    projects: list[Reference]


class AdminApi(AdminDesk):
    """The endpoints of projects, keys and workers."""

    async def create_project(self, request: Request) -> Response:
        await self.operator(request)
        fields = await fields_of(request)
        name = fields.pop("name", None)
        if not isinstance(name, str):
            raise Invalid("A project needs a name.", field="name")
        settings = usable(self.ports.panel, changed(ProjectSettings(), fields), fields)
        text = guidelines_in(fields)
        project = await accounts.create_project(self.ports, name, settings, text)
        return reply(NewProject.of(project, self.ports.clock()))

    async def list_projects(self, request: Request) -> Response:
        await self.operator(request)
        found = await self.ports.store.list_projects()
        return reply({"projects": [project_line(project) for project in found]})

    async def show_project(self, request: Request) -> Response:
        await self.operator(request)
        return await self._detail(await self.project(request.path_params["project"]))

    async def change_project(self, request: Request) -> Response:
        await self.operator(request)
        project = await self.project(request.path_params["project"])
        fields = await fields_of(request)
        suspended = fields.pop("suspended", project.suspended)
        if not isinstance(suspended, bool):
            raise Invalid("It must be true or false.", field="suspended")
        settings = usable(self.ports.panel, changed(project.settings, fields), fields)
        project = msgspec.structs.replace(project, settings=settings, suspended=suspended)
        await accounts.change_project(self.ports, project, guidelines_in(fields))
        return await self._detail(project)

    async def rotate_secret(self, request: Request) -> Response:
        await self.operator(request)
        project = await self.project(request.path_params["project"])
        rotated = await accounts.rotate_secret(self.ports, project)
        return reply(NewProject.of(rotated, self.ports.clock()))

    async def create_key(self, request: Request) -> Response:
        await self.operator(request)
        wanted = await body_of(request, KeyWanted)
        project = await self.project(wanted.project)
        key, text = await accounts.create_key(self.ports, project, wanted.mode)
        return reply(NewKey(key.id, text, key.mode))

    async def list_keys(self, request: Request) -> Response:
        await self.operator(request)
        only = request.query_params.get("project")
        store = self.ports.store
        owners = await store.list_projects() if only is None else [await self.project(only)]
        keys = [key for owner in owners for key in await store.list_keys(owner.number)]
        return reply({"keys": [KeyLine.of(key) for key in keys]})

    async def revoke_key(self, request: Request) -> Response:
        await self.operator(request)
        key = await accounts.revoke_key(self.ports, request.path_params["id"])
        return reply({"id": key.id, "revoked": True})

    async def rotate_key(self, request: Request) -> Response:
        await self.operator(request)
        key, text = await accounts.rotate_key(self.ports, request.path_params["id"])
        return reply(NewKey(key.id, text, key.mode))

    async def create_worker(self, request: Request) -> Response:
        await self.operator(request)
        wanted = await body_of(request, WorkerWanted)
        projects = await self._projects(wanted.projects)
        worker, token = await accounts.create_worker(self.ports, wanted.name, projects)
        return reply(NewWorker.of(worker, token, self.ports.origin()))

    async def list_workers(self, request: Request) -> Response:
        await self.operator(request)
        only = request.query_params.get("project")
        project = None if only is None else (await self.project(only)).number
        workers = await self.ports.store.list_workers(project)
        return reply({"workers": [WorkerLine.of(worker) for worker in workers]})

    async def revoke_worker(self, request: Request) -> Response:
        await self.operator(request)
        worker = await accounts.find_worker(self.ports, request.path_params["worker"])
        await self.ports.store.revoke_worker(worker.number, self.ports.clock())
        return reply({"id": worker.id, "number": worker.number, "revoked": True})

    async def invite_worker(self, request: Request) -> Response:
        await self.operator(request)
        worker = await accounts.find_worker(self.ports, request.path_params["worker"])
        token = await accounts.invite(self.ports, worker)
        return reply(NewWorker.of(worker, token, self.ports.origin()))

    async def join(self, request: Request) -> Response:
        await self.operator(request)
        worker = await accounts.find_worker(self.ports, request.path_params["worker"])
        wanted = await body_of(request, Membership)
        await accounts.join(self.ports, worker, await self._projects(wanted.projects))
        return reply(WorkerLine.of(await accounts.find_worker(self.ports, str(worker.number))))

    async def create_operator_key(self, request: Request) -> Response:
        await self.operator(request)
        text = await accounts.create_operator_key(self.ports)
        return reply(NewOperatorKey.of(text, self.ports.origin()))

    async def _projects(self, references: list[Reference]) -> tuple[Project, ...]:
        return tuple([await self.project(reference) for reference in references])

    async def _detail(self, project: Project) -> Response:
        counts = await self.ports.store.project_counts(project.number)
        text = await self.ports.store.guidelines(project.number)
        return reply(project_detail(project, counts, text, self.ports.clock()))


def admin_surface(context: Context) -> Surface:
    """Make the surface of the operator's API."""
    api = AdminApi(context)
    project, worker = "/admin/v1/projects/{project}", "/admin/v1/workers/{worker}"
    routes = [
        Route("/admin/v1/projects", api.create_project, methods=["POST"]),
        Route("/admin/v1/projects", api.list_projects, methods=["GET"]),
        Route(project, api.show_project, methods=["GET"]),
        Route(project, api.change_project, methods=["PATCH"]),
        Route(f"{project}/secret/rotate", api.rotate_secret, methods=["POST"]),
        Route("/admin/v1/keys", api.create_key, methods=["POST"]),
        Route("/admin/v1/keys", api.list_keys, methods=["GET"]),
        Route("/admin/v1/keys/{id}", api.revoke_key, methods=["DELETE"]),
        Route("/admin/v1/keys/{id}/rotate", api.rotate_key, methods=["POST"]),
        Route("/admin/v1/workers", api.create_worker, methods=["POST"]),
        Route("/admin/v1/workers", api.list_workers, methods=["GET"]),
        Route(worker, api.revoke_worker, methods=["DELETE"]),
        Route(f"{worker}/invite", api.invite_worker, methods=["POST"]),
        Route(f"{worker}/projects", api.join, methods=["POST"]),
        Route("/admin/v1/operator-keys", api.create_operator_key, methods=["POST"]),
    ]
    below = (*filing_routes(context), *models_routes(context), *credits_routes(context))
    return Surface([*routes, *below], _shape)


def _shape(error: Refused, _status: int) -> bytes:
    said = {"code": error.code, "message": error.message}
    if error.field is not None:
        said["field"] = error.field
    return msgspec.json.encode({"error": said})
