"""The worker's endpoints, as the OpenAPI document lists them."""

from humanwire.http.openapi_parts import Endpoint, Part, list_of, object_of, reference
from humanwire.http.worker.documents import NewSettings
from humanwire.http.worker.drafts import NewDraft
from humanwire.http.worker.routes import Feedback, Reason, Submitted, Wanted
from humanwire.http.worker.trials import Tried
from humanwire.store.records import WorkCounts

_TEXT: Part = {"type": "string"}
_TIME: Part = {"type": "string", "format": "date-time"}
_NUMBER: Part = {"type": "integer"}
_OBJECT: Part = {"type": "object"}
_ACCEPTED: Part = {"const": True}
_KINDS = ["choice", "text", "rating", "media", "annotation", "photo-tag", "form", "tracking"]
_SHOWN = object_of(type=_TEXT, value=_TEXT)
_TASK = object_of(
    id=_TEXT,
    project=_TEXT,
    guidelines={"type": ["string", "null"]},
    type=_TEXT,
    kind={"enum": _KINDS},
    instruction=_TEXT,
    question=_OBJECT,
    attachments={"type": "array", "items": _SHOWN},
    sources={**_OBJECT, "description": "Each address, and the path here that shows the same."},
    created_at=_TIME,
)
_ASSIGNMENT = object_of(
    id=_TEXT,
    expires_at=_TIME,
    lease_seconds={"type": "number"},
    draft={"anyOf": [object_of(version=_NUMBER, body={}), {"type": "null"}]},
    task=_TASK,
)
_STATUS: Part = {"enum": ["pending", "complete", "flagged", "aborted"]}
_SAID: dict[str, Part] = {
    "assignment": _TEXT,
    "answered_at": _TIME,
    "corrected_at": {"anyOf": [_TIME, {"type": "null"}]},
    "counted": {"type": "boolean"},
    "correctable": {"type": "boolean"},
    "status": _STATUS,
    "response": {"description": "In a list null when it is long."},
}
_PAST = object_of(
    **_SAID, task=object_of(id=_TEXT, project=_TEXT, type=_TEXT, kind=_TEXT, instruction=_TEXT)
)
_DRAFT = object_of(version=_NUMBER, body={})
_DONE = object_of(accepted=_ACCEPTED)
_ME = object_of(
    name=_TEXT,
    number=_NUMBER,
    projects={"type": "array", "items": object_of(id=_TEXT, name=_TEXT)},
    counts=reference(WorkCounts.__name__),
)
UPLOADED = object_of(id=_TEXT, url=_TEXT, type=_TEXT, bytes=_NUMBER)
_ALL, _ONE = "/worker/v1/assignments", "/worker/v1/assignments/{id}"
_TRIAL = "/worker/v1/projects/{project}/trials/{workflow}"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="post",
        path=_ALL,
        summary="Take the next task, waiting up to 60 seconds for one",
        body=Wanted,
        reply=_ASSIGNMENT,
        status=201,
        also={200: "Enough is held already: the oldest of it.", 204: "None came."},
        refusals=(422,),
    ),
    Endpoint(
        method="get",
        path=_ALL,
        summary="List what is held now",
        reply=list_of("assignments", _ASSIGNMENT),
        refusals=(),
    ),
    Endpoint(
        method="put",
        path=f"{_ONE}/draft",
        summary="Keep unsubmitted work; each save needs a higher version",
        body=NewDraft,
        reply=object_of(accepted=_ACCEPTED, version=_NUMBER),
        refusals=(404, 409, 413, 422),
    ),
    Endpoint(
        method="get",
        path=f"{_ONE}/draft",
        summary="Read what was saved last",
        reply=_DRAFT,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/answer",
        summary="Submit an answer; the same one again changes nothing",
        body=Submitted,
        reply=object_of(accepted=_ACCEPTED, counted={"type": "boolean"}),
        refusals=(404, 409, 413, 422),
    ),
    Endpoint(
        method="put",
        path=f"{_ONE}/answer",
        summary="Correct an answer while its task is open",
        body=Submitted,
        reply=object_of(accepted=_ACCEPTED, counted={"type": "boolean"}),
        refusals=(404, 409, 413, 422),
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/skip",
        summary="Return the task to the queue for others",
        body=Reason,
        reply=_DONE,
        refusals=(404, 409, 422),
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/flag",
        summary="Say that the task cannot be done, and why",
        body=Feedback,
        reply=_DONE,
        refusals=(404, 409, 422),
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/heartbeat",
        summary="Extend the lease",
        reply=object_of(accepted=_ACCEPTED, expires_at=_TIME),
        refusals=(404, 409),
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/release",
        summary="Give the task back, for others or for later",
        reply=_DONE,
        refusals=(404, 409),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/history",
        summary="List the worker's own answers, newest first",
        query=("cursor", "limit"),
        reply=object_of(
            answers={"type": "array", "items": _PAST},
            cursor={"anyOf": [_TEXT, {"type": "null"}]},
        ),
        refusals=(422,),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/history/{id}",
        summary="Read one of them whole, with its task",
        reply=object_of(**_SAID, draft={"anyOf": [_DRAFT, {"type": "null"}]}, task=_TASK),
        refusals=(404,),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/progress",
        summary="Count the worker's answers since a time, in the last hour, and in all",
        query=("since",),
        reply=object_of(
            since=_TIME, answered=_NUMBER, last_hour=_NUMBER, total=reference(WorkCounts.__name__)
        ),
        refusals=(422,),
    ),
    Endpoint(
        method="get",
        path=f"{_ONE}/media/{{number}}",
        summary="Load an attachment through this server",
        reply=None,
        refusals=(404,),
    ),
    Endpoint(
        method="get",
        path=f"{_ONE}/sealed/{{token}}",
        summary="Load an attachment whose own address is not shown",
        reply=None,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path="/worker/v1/media",
        summary="Upload an image, video or sound, for a task that is held",
        query=("assignment",),
        body={"type": "string", "format": "binary"},
        content="*/*",
        reply=UPLOADED,
        refusals=(413, 422),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/me",
        summary="Show who is signed in, and what they have done",
        reply=_ME,
        refusals=(),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/settings",
        summary="Show the worker's own settings of the workspace",
        reply=object_of(version=_NUMBER, body=_OBJECT),
        refusals=(),
    ),
    Endpoint(
        method="put",
        path="/worker/v1/settings",
        summary="Keep the worker's settings; each save needs a higher version",
        body=NewSettings,
        reply=object_of(accepted=_ACCEPTED, version=_NUMBER),
        refusals=(409, 413, 422),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/projects/{project}/guidelines",
        summary="Show a project's guidelines, as Markdown",
        reply=object_of(digest={"type": ["string", "null"]}, guidelines=_TEXT),
        refusals=(404,),
    ),
    Endpoint(
        method="get",
        path=_TRIAL,
        summary="Show what a workflow asks, with pictures to try it on",
        query=("picture",),
        reply=object_of(version=_NUMBER, task=_TASK),
        refusals=(404, 422),
    ),
    Endpoint(
        method="post",
        path=_TRIAL,
        summary="Check an answer to it; nothing is stored",
        query=("picture",),
        body=Tried,
        reply=object_of(response={}),
        refusals=(404, 413, 422),
    ),
    Endpoint(
        method="get",
        path="/worker/v1/events",
        summary="Stream notices of new work and withdrawn leases (server-sent events)",
        reply=None,
        refusals=(),
    ),
    Endpoint(
        method="post",
        path="/worker/v1/sign-out",
        summary="End the browser's session",
        reply=_DONE,
        refusals=(),
    ),
)
