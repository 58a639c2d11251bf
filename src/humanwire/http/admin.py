"""The operator's API: projects, keys and workers over HTTP, so that a container needs no shell."""

import re
from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Invalid, Refused
from humanwire.core.project import Project, ProjectSettings
from humanwire.core.task import Mode
from humanwire.flows import accounts
from humanwire.flows.project_settings import changed, guidelines_in
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
from humanwire.http.worker.session import credential
from humanwire.wire.bodies import MIB, field_of, json_fields, read_body
from humanwire.wire.errors import Unauthorized
from humanwire.wire.surface import Json, Surface

T = TypeVar("T")

Reference = str | int
"""A project's name, number or UUID."""

_UNKNOWN = re.compile(r"unknown field `(?P<field>.*)`")


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


class AdminApi:
    """The endpoints. Each asks for an operator first."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ports = context.ports

    async def create_project(self, request: Request) -> Response:
        await self._operator(request)
        fields = await _fields(request)
        name = fields.pop("name", None)
        if not isinstance(name, str):
            raise Invalid("A project needs a name.", field="name")
        settings = changed(ProjectSettings(), fields)
        text = guidelines_in(fields)
        project = await accounts.create_project(self._ports, name, settings, text)
        return _reply(NewProject.of(project, self._ports.clock()))

    async def list_projects(self, request: Request) -> Response:
        await self._operator(request)
        found = await self._ports.store.list_projects()
        return _reply({"projects": [project_line(project) for project in found]})

    async def show_project(self, request: Request) -> Response:
        await self._operator(request)
        return await self._detail(await self._project(request.path_params["project"]))

    async def change_project(self, request: Request) -> Response:
        await self._operator(request)
        project = await self._project(request.path_params["project"])
        fields = await _fields(request)
        suspended = fields.pop("suspended", project.suspended)
        if not isinstance(suspended, bool):
            raise Invalid("It must be true or false.", field="suspended")
        settings = changed(project.settings, fields)
        project = msgspec.structs.replace(project, settings=settings, suspended=suspended)
        await accounts.change_project(self._ports, project, guidelines_in(fields))
        return await self._detail(project)

    async def rotate_secret(self, request: Request) -> Response:
        await self._operator(request)
        project = await self._project(request.path_params["project"])
        rotated = await accounts.rotate_secret(self._ports, project)
        return _reply(NewProject.of(rotated, self._ports.clock()))

    async def create_key(self, request: Request) -> Response:
        await self._operator(request)
        wanted = await _body(request, KeyWanted)
        project = await self._project(wanted.project)
        key, text = await accounts.create_key(self._ports, project, wanted.mode)
        return _reply(NewKey(key.id, text, key.mode))

    async def list_keys(self, request: Request) -> Response:
        await self._operator(request)
        only = request.query_params.get("project")
        store = self._ports.store
        owners = await store.list_projects() if only is None else [await self._project(only)]
        keys = [key for owner in owners for key in await store.list_keys(owner.number)]
        return _reply({"keys": [KeyLine.of(key) for key in keys]})

    async def revoke_key(self, request: Request) -> Response:
        await self._operator(request)
        key = await accounts.revoke_key(self._ports, request.path_params["id"])
        return _reply({"id": key.id, "revoked": True})

    async def rotate_key(self, request: Request) -> Response:
        await self._operator(request)
        key, text = await accounts.rotate_key(self._ports, request.path_params["id"])
        return _reply(NewKey(key.id, text, key.mode))

    async def create_worker(self, request: Request) -> Response:
        await self._operator(request)
        wanted = await _body(request, WorkerWanted)
        projects = await self._projects(wanted.projects)
        worker, token = await accounts.create_worker(self._ports, wanted.name, projects)
        return _reply(NewWorker.of(worker, token, self._ports.origin()))

    async def list_workers(self, request: Request) -> Response:
        await self._operator(request)
        only = request.query_params.get("project")
        project = None if only is None else (await self._project(only)).number
        workers = await self._ports.store.list_workers(project)
        return _reply({"workers": [WorkerLine.of(worker) for worker in workers]})

    async def revoke_worker(self, request: Request) -> Response:
        await self._operator(request)
        worker = await accounts.find_worker(self._ports, request.path_params["worker"])
        await self._ports.store.revoke_worker(worker.number, self._ports.clock())
        return _reply({"id": worker.id, "number": worker.number, "revoked": True})

    async def invite_worker(self, request: Request) -> Response:
        await self._operator(request)
        worker = await accounts.find_worker(self._ports, request.path_params["worker"])
        token = await accounts.invite(self._ports, worker)
        return _reply(NewWorker.of(worker, token, self._ports.origin()))

    async def join(self, request: Request) -> Response:
        await self._operator(request)
        worker = await accounts.find_worker(self._ports, request.path_params["worker"])
        wanted = await _body(request, Membership)
        await accounts.join(self._ports, worker, await self._projects(wanted.projects))
        return _reply(WorkerLine.of(await accounts.find_worker(self._ports, str(worker.number))))

    async def create_operator_key(self, request: Request) -> Response:
        await self._operator(request)
        text = await accounts.create_operator_key(self._ports)
        return _reply(NewOperatorKey.of(text, self._ports.origin()))

    async def _operator(self, request: Request) -> None:
        text = credential(self._context, request)
        now = self._ports.clock()
        if not text or not await self._ports.store.is_operator(accounts.digest(text), now):
            raise Unauthorized("An operator's key is needed: Authorization: Bearer op_…")

    async def _project(self, reference: Reference) -> Project:
        return await accounts.find_project(self._ports, str(reference))

    async def _projects(self, references: list[Reference]) -> tuple[Project, ...]:
        return tuple([await self._project(reference) for reference in references])

    async def _detail(self, project: Project) -> Response:
        counts = await self._ports.store.project_counts(project.number)
        text = await self._ports.store.guidelines(project.number)
        return _reply(project_detail(project, counts, text, self._ports.clock()))


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
    return Surface(routes, _shape)


def _shape(error: Refused, _status: int) -> bytes:
    said = {"code": error.code, "message": error.message}
    if error.field is not None:
        said["field"] = error.field
    return msgspec.json.encode({"error": said})


def _reply(body: object, status: int = 200) -> Response:
    return Json(msgspec.json.encode(body), status)


async def _fields(request: Request) -> dict[str, object]:
    """Read an object whose fields are checked one by one."""
    fields = json_fields(await read_body(request, MIB), MIB)
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.ValidationError as error:  # a number that is out of range
        raise field_of(error, name) from None


async def _body(request: Request, kind: type[T]) -> T:
    body = await read_body(request)
    json_fields(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.search(str(error))
        if unknown:
            raise Invalid("There is no such field.", field=unknown["field"]) from None
        raise field_of(error) from None
