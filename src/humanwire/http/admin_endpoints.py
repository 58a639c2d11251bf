"""The operator's endpoints, as the OpenAPI document lists them."""

from humanwire.core.project import ProjectSettings
from humanwire.flows.credits import Payment
from humanwire.flows.workflows import WorkflowForm
from humanwire.http.admin import KeyWanted, Membership, WorkerWanted
from humanwire.http.admin_filing import BatchChange
from humanwire.http.admin_shapes import (
    BatchLine,
    KeyLine,
    NewKey,
    NewOperatorKey,
    NewProject,
    NewWorker,
    NewWorkflow,
    WorkerLine,
)
from humanwire.http.credit_shapes import CreditLine, LedgerLine
from humanwire.http.model_shapes import ModelLine
from humanwire.http.openapi_parts import Endpoint, Part, list_of, object_of, reference

_TEXT: Part = {"type": "string"}
_PROJECT: Part = {"allOf": [reference("ProjectHead"), reference("ProjectSettings")]}
_DETAIL: Part = {
    "allOf": [
        *(reference(name) for name in ("ProjectHead", "ProjectSettings")),
        object_of(webhook_secret=_TEXT, counts=reference("ProjectCounts")),
    ]
}
_NEW_PROJECT: Part = {"allOf": [object_of(name=_TEXT), reference(ProjectSettings.__name__)]}
_CHANGE: Part = {
    "allOf": [object_of({"suspended": {"type": "boolean"}}), reference("ProjectSettings")]
}
_REVOKED = object_of({"number": {"type": "integer"}}, id=_TEXT, revoked={"const": True})
_PROJECTS, _ONE = "/admin/v1/projects", "/admin/v1/projects/{project}"
_WORKFLOWS = f"{_ONE}/workflows"
_WORKFLOW = f"{_WORKFLOWS}/{{workflow}}"
_WORKFLOW_LINE: Part = {"allOf": [reference("WorkflowHead"), reference("WorkflowForm")]}
_WORKFLOW_CHANGE: Part = {"type": "object", "description": "Any fields of a WorkflowForm."}
_BATCHES = f"{_ONE}/batches"
_BATCH = f"{_BATCHES}/{{batch}}"
_BATCH_PAGE: Part = object_of(
    batches={"type": "array", "items": reference("BatchLine")},
    next_cursor={"type": ["string", "null"]},
)
_CREDITS = f"{_ONE}/credits"
_LEDGER_PAGE: Part = object_of(
    entries={"type": "array", "items": reference("LedgerLine")},
    next_cursor={"type": ["string", "null"]},
)
_KEYS, _WORKERS = "/admin/v1/keys", "/admin/v1/workers"
_WORKER = "/admin/v1/workers/{worker}"

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="post",
        path=_PROJECTS,
        summary="Create a project",
        body=_NEW_PROJECT,
        reply=NewProject,
        refusals=(400,),
    ),
    Endpoint(
        method="get",
        path=_PROJECTS,
        summary="List projects",
        reply=list_of("projects", _PROJECT),
        refusals=(),
    ),
    Endpoint(
        method="get",
        path=_ONE,
        summary="Show a project, named by its name, number or UUID",
        reply=_DETAIL,
        refusals=(404,),
    ),
    Endpoint(
        method="patch",
        path=_ONE,
        summary="Change settings (null: back to the default), suspend or resume",
        body=_CHANGE,
        reply=_DETAIL,
    ),
    Endpoint(
        method="post",
        path=f"{_ONE}/secret/rotate",
        summary="Make a new webhook secret; the old one signs for a day more",
        reply=NewProject,
        refusals=(404,),
    ),
    Endpoint(method="post", path=_KEYS, summary="Create a key", body=KeyWanted, reply=NewKey),
    Endpoint(
        method="get",
        path=_KEYS,
        summary="List keys",
        query=("project",),
        reply=list_of("keys", KeyLine),
        refusals=(404,),
    ),
    Endpoint(
        method="delete",
        path=f"{_KEYS}/{{id}}",
        summary="Revoke a key at once",
        reply=_REVOKED,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=f"{_KEYS}/{{id}}/rotate",
        summary="Replace a key; the old one works for a day more",
        reply=NewKey,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=_WORKERS,
        summary="Create a worker, with a link to sign in by",
        body=WorkerWanted,
        reply=NewWorker,
    ),
    Endpoint(
        method="get",
        path=_WORKERS,
        summary="List workers",
        query=("project",),
        reply=list_of("workers", WorkerLine),
        refusals=(404,),
    ),
    Endpoint(
        method="delete",
        path=_WORKER,
        summary="Bar a worker at once; what they hold goes back to the queue",
        reply=_REVOKED,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=f"{_WORKER}/invite",
        summary="Give a worker a new sign-in link; the old one ends",
        reply=NewWorker,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=f"{_WORKER}/projects",
        summary="Make a worker a member of projects",
        body=Membership,
        reply=WorkerLine,
    ),
    Endpoint(
        method="get",
        path=_BATCHES,
        summary="List batches in the order in which they were made",
        query=("mode", "cursor"),
        reply=_BATCH_PAGE,
    ),
    Endpoint(
        method="get",
        path=_BATCH,
        summary="Show a batch, named by its name or id, and how its tasks stand",
        query=("mode",),
        reply=BatchLine,
    ),
    Endpoint(
        method="patch",
        path=_BATCH,
        summary="Pause, resume or close a batch, or give its pending tasks a priority",
        query=("mode",),
        body=BatchChange,
        reply=BatchLine,
    ),
    Endpoint(
        method="post",
        path=_WORKFLOWS,
        summary="Create a workflow: a template that tasks name by its tag",
        body=WorkflowForm,
        reply=NewWorkflow,
    ),
    Endpoint(
        method="get",
        path=_WORKFLOWS,
        summary="List workflows, each in its newest version",
        reply=list_of("workflows", _WORKFLOW_LINE),
        refusals=(404,),
    ),
    Endpoint(
        method="get",
        path=_WORKFLOW,
        summary="Show a workflow, named by its tag or id",
        reply=_WORKFLOW_LINE,
        refusals=(404,),
    ),
    Endpoint(
        method="patch",
        path=_WORKFLOW,
        summary="Change a workflow for tasks to come (null: back to the default)",
        body=_WORKFLOW_CHANGE,
        reply=_WORKFLOW_LINE,
    ),
    Endpoint(
        method="get",
        path=f"{_ONE}/models",
        summary="Show from which confidence models' answers stand, and what speaks for it",
        reply=list_of("models", ModelLine),
        refusals=(404,),
    ),
    Endpoint(
        method="get",
        path=_CREDITS,
        summary="Show a project's balance, and what is left of its limit",
        reply=CreditLine,
        refusals=(404,),
    ),
    Endpoint(
        method="post",
        path=_CREDITS,
        summary="Add credits to a project, or put its balance right",
        body=Payment,
        reply=LedgerLine,
    ),
    Endpoint(
        method="get",
        path=f"{_CREDITS}/ledger",
        summary="List a project's ledger, newest first",
        query=("cursor",),
        reply=_LEDGER_PAGE,
    ),
    Endpoint(
        method="post",
        path="/admin/v1/operator-keys",
        summary="Create another operator's key",
        reply=NewOperatorKey,
        refusals=(),
    ),
)
