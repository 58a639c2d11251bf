"""The operator's API of a project's credits."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Invalid
from humanwire.core.project import Project
from humanwire.flows.credits import Payment, enter
from humanwire.http.admin_desk import AdminDesk, body_of, reply
from humanwire.http.context import Context
from humanwire.http.credit_shapes import CreditLine, LedgerLine

PAGE = 100
_DIGITS = 18


class CreditsApi(AdminDesk):
    """The endpoints below a project."""

    async def show(self, request: Request) -> Response:
        project = await self._owner(request)
        return reply(CreditLine.of(project, await self.ports.store.account(project.number)))

    async def enter(self, request: Request) -> Response:
        project = await self._owner(request)
        payment = await body_of(request, Payment)
        return reply(LedgerLine.of(await enter(self.ports, project, payment)))

    async def ledger(self, request: Request) -> Response:
        project = await self._owner(request)
        text = request.query_params.get("cursor") or None
        if text is not None and not (text.isdecimal() and len(text) <= _DIGITS):
            raise Invalid("There is none like this.", field="cursor")
        before = None if text is None else int(text)
        found = await self.ports.store.ledger(project.number, before, PAGE + 1)
        lines = [LedgerLine.of(entry) for entry in found[:PAGE]]
        cursor = str(lines[-1].id) if len(found) > PAGE else None
        return reply({"entries": lines, "next_cursor": cursor})

    async def _owner(self, request: Request) -> Project:
        await self.operator(request)
        return await self.project(request.path_params["project"])


def credits_routes(context: Context) -> list[Route]:
    """Make the routes."""
    api = CreditsApi(context)
    credits_at = "/admin/v1/projects/{project}/credits"
    return [
        Route(credits_at, api.show, methods=["GET"]),
        Route(credits_at, api.enter, methods=["POST"]),
        Route(f"{credits_at}/ledger", api.ledger, methods=["GET"]),
    ]
