"""Media in the workspace: workers' uploads, and requesters' pictures shown through this server."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import AssignmentId, ProjectId, WorkerId
from humanwire.flows.ports import OpenedMedia
from humanwire.http.context import Context
from humanwire.http.media import UNTRUSTED
from humanwire.http.worker.view import media_urls
from humanwire.store.interface import Store
from humanwire.store.records import Worker

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
    urls = await addresses.of(worker.number, AssignmentId(request.path_params["id"]))
    number: int = request.path_params["number"]
    if number >= len(urls):
        raise NotFound("There is no such attachment.")
    stack = AsyncExitStack()
    opening = context.fetcher.open(urls[number], request.headers.get("range"))
    opened = await stack.enter_async_context(opening)
    headers = {**opened.headers, **UNTRUSTED, "cache-control": "private, max-age=3600"}
    return StreamingResponse(_passed_on(opened, stack), opened.status, headers)


async def _passed_on(opened: OpenedMedia, stack: AsyncExitStack) -> AsyncGenerator[bytes]:
    async with stack:
        async for chunk in opened.chunks():
            yield chunk
