"""Media in the workspace: workers' uploads, and requesters' pictures shown through this server."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import AssignmentId, ProjectId, WorkerId, project_of
from humanwire.core.project import Project
from humanwire.flows.ports import OpenedMedia
from humanwire.http.context import Context
from humanwire.http.media import UNTRUSTED
from humanwire.http.worker.sealed import opened, session_of
from humanwire.http.worker.view import media_urls
from humanwire.store.interface import Store
from humanwire.store.records import Worker

_NOTHING = "There is no such attachment."
_REMEMBERED = 64
"""Assignments: a worker holds two at a time, and a question of 2,000 frames has 200 kB of them."""


async def upload(context: Context, request: Request, worker: Worker) -> Response:
    """Keep a worker's upload in the project of the task that they hold, or correct."""
    store = context.ports.store
    held = await store.held(worker.number, context.ports.clock())
    wanted = request.query_params.get("assignment")
    projects = [each.project.number for each in held if wanted in {None, each.id}]
    if not projects and wanted is not None:
        projects = await _corrected(store, worker.number, AssignmentId(wanted))
    if not projects:
        raise Invalid("Uploads belong to a task: take one first.", field="assignment")
    project: ProjectId = projects[0]
    return await context.media.receive(request, context.ports, project, shown_only=True)


async def _corrected(store: Store, worker: WorkerId, assignment: AssignmentId) -> list[ProjectId]:
    """The project of an answer that may still be corrected."""
    holding = await store.holding(worker, assignment)
    if holding is None or holding.own is None or holding.task.status != "pending":
        return []
    return [holding.task.project]


class Addresses:
    """Where the material of assignments is, remembered for the last few.

    A film of 2,000 frames is 2,000 requests about one long question.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[tuple[WorkerId, AssignmentId], Sequence[str]] = OrderedDict()

    async def of(self, worker: WorkerId, assignment: AssignmentId) -> Sequence[str]:
        """Return the addresses in a worker's own assignment; none in another's."""
        key = (worker, assignment)
        urls = self._known.get(key)
        if urls is None:
            holding = await self._store.holding(worker, assignment)
            if holding is None:
                return ()
            urls = self._known[key] = media_urls(holding.task.question)
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return urls


async def show_media(
    context: Context, addresses: Addresses, request: Request, worker: Worker
) -> Response:
    """Pass on an attachment of a task that the worker holds or held. Raises FetchFailed."""
    assignment = AssignmentId(request.path_params["id"])
    urls = await addresses.of(worker.number, assignment)
    number: int = request.path_params["number"]
    if number >= len(urls) or (await _project(context, worker, assignment)).encrypts_media:
        raise NotFound(_NOTHING)
    return await _shown(context, request, urls[number], 3600)


async def show_sealed(
    context: Context, addresses: Addresses, request: Request, worker: Worker
) -> Response:
    """Pass on the medium of an encrypted address. Raises FetchFailed.

    It is good in its session until its time is over, and as long as the lease lives on.
    """
    assignment = AssignmentId(request.path_params["id"])
    urls = await addresses.of(worker.number, assignment)
    if not urls:
        raise NotFound(_NOTHING)
    now = context.ports.clock()
    project = await _project(context, worker, assignment)
    place = opened(project, assignment, request.path_params["token"], now)
    if place is None or place.session != session_of(context, request) or place.number >= len(urls):
        raise NotFound(_NOTHING)
    left = place.until - now
    if left <= 0:
        holding = await context.ports.store.holding(worker.number, assignment)
        if holding is None or holding.state != "leased" or holding.expires_at <= now:
            raise NotFound("This address has run out.")
    return await _shown(context, request, urls[place.number], max(left // 1000, 0))


async def _project(context: Context, worker: Worker, assignment: AssignmentId) -> Project:
    """The project of an assignment that is known to be this worker's."""
    number = project_of(assignment)
    for project in worker.projects:
        if project.number == number:
            return project
    return await context.ports.store.project(number)


async def _shown(context: Context, request: Request, url: str, seconds: int) -> Response:
    """Reply with a medium, which the browser may keep for so many seconds."""
    cached = {"cache-control": f"private, max-age={seconds}"}
    own = f"{context.ports.origin()}/media/"
    if url.startswith(own):
        reply = await context.media.send(context.ports, url.removeprefix(own))
        reply.headers.update(cached)
        return reply
    stack = AsyncExitStack()
    opening = context.fetcher.open(url, request.headers.get("range"))
    opened_media = await stack.enter_async_context(opening)
    headers = {**opened_media.headers, **UNTRUSTED, **cached}
    return StreamingResponse(_passed_on(opened_media, stack), opened_media.status, headers)


async def _passed_on(opened: OpenedMedia, stack: AsyncExitStack) -> AsyncGenerator[bytes]:
    async with stack:
        async for chunk in opened.chunks():
            yield chunk
