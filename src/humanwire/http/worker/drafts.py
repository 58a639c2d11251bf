"""Unsubmitted work: saved as the worker goes on, and read back where it was begun elsewhere."""

from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Ended, NotFound, Refused
from humanwire.flows.answer import holding
from humanwire.http.context import Context
from humanwire.http.worker.bodies import assignment_of, work_of
from humanwire.http.worker.sealed import revealed, veil_of
from humanwire.http.worker.session import signed_in
from humanwire.store.records import Draft
from humanwire.wire.surface import Json


class NewDraft(Struct, frozen=True):
    """Unsubmitted work. Each save needs a higher version, and names the one it was made from."""

    version: Annotated[int, Meta(le=2**63 - 1)]
    body: Raw
    base: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None


class StaleDraft(Refused):
    """A newer draft is saved already."""

    code = "stale_draft"


class DraftApi:
    """The endpoints about drafts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.ports.store

    async def save(self, request: Request) -> Response:
        worker = await signed_in(self._context, request)
        draft = await work_of(self._context.ports, request, worker, NewDraft)
        assignment = assignment_of(request)
        body = await revealed(self._context.ports, worker, assignment, draft.body)
        given = Draft(draft.version, bytes(body).decode())
        if not await self._store.save_draft(worker.number, assignment, given, draft.base):
            found = await holding(self._context.ports, worker, assignment)
            if found.task.status != "pending":
                raise Ended("The task has ended.")
            raise StaleDraft
        return Json(msgspec.json.encode({"accepted": True, "version": draft.version}))

    async def read(self, request: Request) -> Response:
        worker = await signed_in(self._context, request)
        assignment = assignment_of(request)
        draft = await self._store.draft(worker.number, assignment)
        if draft is None:
            raise NotFound("There is no draft.")
        found = await holding(self._context.ports, worker, assignment)
        project = await self._store.project(found.task.project)
        veil = veil_of(self._context, request, project, assignment, found.task.question)
        body = Raw(veil.hide(draft.body_json).encode())
        return Json(msgspec.json.encode({"version": draft.version, "body": body}))
