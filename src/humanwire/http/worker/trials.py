"""Trials: a workflow's question, asked of somebody who wants to see it before it is used.

Nothing is stored, and nobody gets the answer.
"""

from typing import cast

import msgspec
from msgspec import Raw, Struct
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid
from humanwire.core.ids import AssignmentId, TaskId
from humanwire.core.project import Project
from humanwire.core.questions import AnyQuestion, Attachment
from humanwire.core.questions.tracking_setting import Frame
from humanwire.core.questions.web_address import is_web_address
from humanwire.core.workflow import Material, Workflow
from humanwire.flows.workflows import find_workflow
from humanwire.http.context import Context
from humanwire.http.worker.bodies import large_body_of, project_of
from humanwire.http.worker.session import signed_in
from humanwire.http.worker.view import media_urls, show
from humanwire.store.records import Granted
from humanwire.wire.bodies import field_of
from humanwire.wire.surface import Json

SAMPLE = "/work/sample.svg"
"""A picture of ours, for who brings none."""
_FRAMES = 5
_PICTURES_MOST = 100


class Tried(Struct, frozen=True):
    """An answer to look at; `media` and `seconds` are taken as with any other."""

    response: Raw


class TrialApi:
    """The endpoints. A worker tries workflows of their own projects."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ports = context.ports

    async def ask(self, request: Request) -> Response:
        """Show the question as a task would be shown."""
        project, workflow, question = await self._asked(request)
        origin = self._ports.origin()
        granted = Granted(
            id=AssignmentId(workflow.id),
            expires_at=0,
            lease_ms=0,
            held=False,
            task=TaskId(workflow.id),
            project=project,
            type=workflow.kind,
            question=question,
            created_at=workflow.created_at,
        )
        # No assignment stands behind this one, through which other servers' pictures would come.
        ours = [url for url in media_urls(question) if url.startswith(f"{origin}/")]
        sources = {url: url.removeprefix(origin) for url in ours}
        task = cast("dict[str, object]", show(granted, origin)["task"]) | {"sources": sources}
        return Json(msgspec.json.encode({"version": workflow.version, "task": task}))

    async def check(self, request: Request) -> Response:
        """Check an answer, and give it back as it would be stored."""
        _, _, question = await self._asked(request)
        tried = await large_body_of(request, Tried)
        try:
            response = msgspec.json.decode(tried.response)
        except msgspec.ValidationError as error:
            raise field_of(error, "response") from None
        return Json(msgspec.json.encode({"response": question.check(response)}))

    async def _asked(self, request: Request) -> tuple[Project, Workflow, AnyQuestion]:
        worker = await signed_in(self._context, request)
        project = project_of(request, worker)
        workflow = await find_workflow(self._ports, project, request.path_params["workflow"])
        pictures = request.query_params.getlist("picture")
        if len(pictures) > _PICTURES_MOST or not all(map(is_web_address, pictures)):
            message = f"At most {_PICTURES_MOST}, each an http or https URL."
            raise Invalid(message, field="picture")
        material = _material(workflow, pictures or [self._ports.origin() + SAMPLE])
        return project, workflow, workflow.asked(material)


def _material(workflow: Workflow, pictures: list[str]) -> Material:
    if workflow.kind == "tracking":
        shown = pictures if len(pictures) > 1 else pictures * _FRAMES
        frames = (Frame(f"frame{number}", src) for number, src in enumerate(shown, 1))
        return Material(frames=tuple(frames))
    return Material(attachments=tuple(Attachment("image", picture) for picture in pictures))
