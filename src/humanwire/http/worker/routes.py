"""The worker API's routes."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec
from msgspec import Raw, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import (
    AlreadyAnswered,
    Ended,
    FetchFailed,
    Invalid,
    LeaseGone,
    Refused,
)
from humanwire.core.ids import AssignmentId
from humanwire.core.json import Json as JsonValue
from humanwire.core.questions import Size
from humanwire.core.times import iso
from humanwire.flows import lease
from humanwire.flows.accounts import digest
from humanwire.flows.answer import answer, correct
from humanwire.flows.assign import assign
from humanwire.flows.ports import Ports
from humanwire.http.context import Context
from humanwire.http.worker.bodies import assignment_of, body_of, work_of
from humanwire.http.worker.documents import (
    StaleSettings,
    save_settings,
    show_guidelines,
    show_settings,
)
from humanwire.http.worker.drafts import DraftApi, StaleDraft
from humanwire.http.worker.history import HistoryApi
from humanwire.http.worker.media import Addresses, show_media, show_sealed, upload
from humanwire.http.worker.sealed import revealed, veil_of
from humanwire.http.worker.session import COOKIE, credential, signed_in
from humanwire.http.worker.stream import stream
from humanwire.http.worker.trials import TrialApi
from humanwire.store.records import Granted, Worker
from humanwire.wire.bodies import field_of
from humanwire.wire.errors import status_of
from humanwire.wire.surface import Json, Surface
from humanwire.wire.waiting import Doors, Hold

WAIT_LIMIT = 60.0


class Wanted(Struct, frozen=True):
    """A wish for work; `wait` is in seconds."""

    wait: float = 0
    projects: list[str] | None = None
    kinds: list[str] | None = None


class Submitted(Struct, frozen=True):
    """An answer. `media` has the size of each attachment, `seconds` is the time it took."""

    response: Raw
    media: tuple[Size, ...] = ()
    seconds: float | None = None


class Reason(Struct, frozen=True):
    """Why a task is skipped."""

    reason: str = ""


class Feedback(Struct, frozen=True):
    """What is wrong with a task."""

    feedback: str


class WorkerApi:
    """The endpoints about work, over what the process shares."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._addresses = Addresses(context.ports.store)
        self._ports = context.ports
        self._doors = Doors(context.closing)

    async def claim(self, request: Request) -> Response:
        worker = await self._worker(request)
        wanted = await body_of(request, Wanted)
        if not 0 <= wanted.wait <= WAIT_LIMIT:
            raise Invalid(f"`wait` is 0 to {WAIT_LIMIT:.0f} seconds.", field="wait")
        granted = await self._claim(request, worker, wanted)
        if granted is None:
            return Response(status_code=204)
        return self._reply(self._shown(request, granted), 200 if granted.held else 201)

    async def _claim(self, request: Request, worker: Worker, wanted: Wanted) -> Granted | None:
        wait = 0 if self._doors.closing else wanted.wait
        if not wait:
            return await assign(self._ports, worker, 0, wanted.projects, wanted.kinds)
        async with Hold(self._doors, request):
            return await assign(self._ports, worker, wait, wanted.projects, wanted.kinds)
        return None

    async def held(self, request: Request) -> Response:
        worker = await self._worker(request)
        granted = await self._ports.store.held(worker.number, self._ports.clock())
        return self._reply({"assignments": [self._shown(request, each) for each in granted]})

    def _shown(self, request: Request, granted: Granted) -> dict[str, object]:
        about = (granted.project, granted.id, granted.question)
        veil = veil_of(self._context, request, *about)
        return veil.show(granted, self._ports.origin())

    async def answer(self, request: Request) -> Response:
        return await self._said(request, answer)

    async def correct(self, request: Request) -> Response:
        return await self._said(request, correct)

    async def _said(self, request: Request, act: "Act") -> Response:
        worker = await self._worker(request)
        given = await work_of(self._ports, request, worker, Submitted)
        assignment = assignment_of(request)
        response = _value(await revealed(self._ports, worker, assignment, given.response))
        counted = await act(self._ports, worker, assignment, response, given.media, given.seconds)
        return Json(_COUNTED if counted else _LATE)

    async def skip(self, request: Request) -> Response:
        worker = await self._worker(request)
        said = await body_of(request, Reason)
        await lease.skip(self._ports, worker, assignment_of(request), said.reason)
        return self._reply({"accepted": True})

    async def flag(self, request: Request) -> Response:
        worker = await self._worker(request)
        said = await body_of(request, Feedback)
        await lease.flag(self._ports, worker, assignment_of(request), said.feedback)
        return self._reply({"accepted": True})

    async def release(self, request: Request) -> Response:
        worker = await self._worker(request)
        await lease.release(self._ports, worker, assignment_of(request))
        return self._reply({"accepted": True})

    async def heartbeat(self, request: Request) -> Response:
        worker = await self._worker(request)
        end = await lease.keep_alive(self._ports, worker, assignment_of(request))
        return self._reply({"accepted": True, "expires_at": iso(end)})

    async def me(self, request: Request) -> Response:
        worker = await self._worker(request)
        counts = await self._ports.store.work_counts(worker.number)
        projects = [{"id": project.id, "name": project.name} for project in worker.projects]
        about = {"name": worker.name, "number": worker.number, "projects": projects}
        return self._reply(about | {"counts": counts})

    async def sign_out(self, request: Request) -> Response:
        session = credential(self._context, request)
        if session:
            await self._ports.store.close_session(digest(session))
        reply = self._reply({"accepted": True})
        reply.delete_cookie(COOKIE)
        return reply

    async def upload(self, request: Request) -> Response:
        return await upload(self._context, request, await self._worker(request))

    async def media(self, request: Request) -> Response:
        worker = await self._worker(request)
        return await show_media(self._context, self._addresses, request, worker)

    async def sealed_media(self, request: Request) -> Response:
        worker = await self._worker(request)
        return await show_sealed(self._context, self._addresses, request, worker)

    async def guidelines(self, request: Request) -> Response:
        return await show_guidelines(self._context, request, await self._worker(request))

    async def settings(self, request: Request) -> Response:
        return await show_settings(self._context, await self._worker(request))

    async def save_settings(self, request: Request) -> Response:
        return await save_settings(self._context, request, await self._worker(request))

    async def events(self, request: Request) -> Response:
        return stream(self._context, await self._worker(request))

    async def _worker(self, request: Request) -> Worker:
        return await signed_in(self._context, request)

    def _reply(self, body: object, status: int = 200) -> Response:
        return Json(msgspec.json.encode(body), status)


Act: TypeAlias = Callable[
    [Ports, Worker, AssignmentId, JsonValue, tuple[Size, ...], float | None], Awaitable[bool]
]
"""An answer or its correction; whether it counts."""

_COUNTED = b'{"accepted":true,"counted":true}'
_LATE = b'{"accepted":true,"counted":false}'


def worker_surface(context: Context) -> Surface:
    """Make the worker API's surface."""
    api, drafts, past = WorkerApi(context), DraftApi(context), HistoryApi(context)
    trials = TrialApi(context)
    one = "/worker/v1/assignments/{id}"
    trial = "/worker/v1/projects/{project}/trials/{workflow}"
    routes = [
        Route("/worker/v1/assignments", api.claim, methods=["POST"]),
        Route(f"{one}/answer", api.answer, methods=["POST"]),
        Route(f"{one}/answer", api.correct, methods=["PUT"]),
        Route("/worker/v1/assignments", api.held, methods=["GET"]),
        Route(f"{one}/draft", drafts.save, methods=["PUT"]),
        Route(f"{one}/draft", drafts.read, methods=["GET"]),
        Route(f"{one}/release", api.release, methods=["POST"]),
        Route(f"{one}/skip", api.skip, methods=["POST"]),
        Route(f"{one}/flag", api.flag, methods=["POST"]),
        Route(f"{one}/heartbeat", api.heartbeat, methods=["POST"]),
        Route(f"{one}/media/{{number:int}}", api.media, methods=["GET"]),
        Route(f"{one}/sealed/{{token}}", api.sealed_media, methods=["GET"]),
        Route("/worker/v1/media", api.upload, methods=["POST"]),
        Route("/worker/v1/history", past.answers, methods=["GET"]),
        Route("/worker/v1/history/{id}", past.work, methods=["GET"]),
        Route("/worker/v1/progress", past.progress, methods=["GET"]),
        Route("/worker/v1/me", api.me, methods=["GET"]),
        Route("/worker/v1/settings", api.settings, methods=["GET"]),
        Route("/worker/v1/settings", api.save_settings, methods=["PUT"]),
        Route("/worker/v1/projects/{project}/guidelines", api.guidelines, methods=["GET"]),
        Route(trial, trials.ask, methods=["GET"]),
        Route(trial, trials.check, methods=["POST"]),
        Route("/worker/v1/sign-out", api.sign_out, methods=["POST"]),
        Route("/worker/v1/events", api.events, methods=["GET"]),
    ]
    return Surface(routes, _shape, _status)


def _shape(error: Refused, _status: int) -> bytes:
    said: dict[str, str] = {"code": error.code, "message": error.message}
    if error.field is not None:
        said["field"] = error.field
    if isinstance(error, LeaseGone | FetchFailed):
        said["reason"] = error.reason
    return msgspec.json.encode({"error": said})


def _status(error: Refused) -> int:
    if isinstance(error, StaleDraft | StaleSettings | AlreadyAnswered | Ended):
        return 409
    return 422 if type(error) is Invalid else status_of(error)


def _value(response: Raw) -> JsonValue:
    try:
        return msgspec.json.decode(response)
    except msgspec.ValidationError as error:
        raise field_of(error, "response") from None
