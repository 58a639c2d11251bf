"""Media in the workspace: workers' uploads, and requesters' pictures shown through this server."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import AssignmentId, ProjectId
from humanwire.flows.ports import OpenedMedia
from humanwire.http.context import Context
from humanwire.http.media import UNTRUSTED
from humanwire.http.worker.view import media_urls
from humanwire.store.records import Worker


async def upload(context: Context, request: Request, worker: Worker) -> Response:
    """Keep a worker's upload in the project of the task that they hold."""
    held = await context.ports.store.held(worker.number, context.ports.clock())
    wanted = request.query_params.get("assignment")
    projects = [each.project.number for each in held if wanted in {None, each.id}]
    if not projects:
        raise Invalid("Uploads belong to a task: take one first.", field="assignment")
    project: ProjectId = projects[0]
    return await context.media.receive(request, context.ports, project, shown_only=True)


async def show_media(context: Context, request: Request, worker: Worker) -> Response:
    """Pass on an attachment of a task that the worker holds or held. Raises FetchFailed."""
    assignment = AssignmentId(request.path_params["id"])
    holding = await context.ports.store.holding(worker.number, assignment)
    urls = media_urls(holding.task.question) if holding else []
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
