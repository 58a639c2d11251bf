"""Workflows: templates made from a form, checked field by field, and changed by adding versions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from humanwire.core.consensus import Policy
from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import WorkerId, WorkflowId, is_uuid
from humanwire.core.panel import ModelUse
from humanwire.core.project import Project
from humanwire.core.questions import AnyQuestion, Attachment, encode_question
from humanwire.core.questions.tracking_setting import Frame
from humanwire.core.workflow import RESULT_KEY, Material, Workflow
from humanwire.flows.panel import require_known
from humanwire.flows.ports import Ports
from humanwire.flows.project_settings import LEASE_SECONDS_MOST

Rule = TypeVar("Rule", bound=Policy | ModelUse)

NAME_LIMIT = 200
_OURS = frozenset({"id", "version", "created_at"})
"""What a workflow is shown with besides: so that what was shown can be sent again, changed."""
_UNKNOWN = re.compile(r"unknown field `(?P<field>.*?)`")
_MISSING = re.compile(r"missing required field `(?P<field>.*?)`")
_NOT_SETTINGS = frozenset(
    {"kind", "instruction", "attachments", "context", "frames", "video", "annotations"}
)
"""What every question has of its own: said elsewhere in the form, or brought by a task."""
_LABELS = {"choice": "choices", "photo-tag": "tags", "tracking": "labels"}
"""The setting that a set of labels is, by kind."""
_PICTURE = "https://example.com/picture.jpg"
_KINDS: Mapping[str, type[Struct]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyQuestion) if kind.by_people
}


class WorkflowForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workflow as operators write it.

    `question` has the settings of its kind, as workers are shown them, but for what a task brings.
    `labels` are the choices, tags or labels to pick from.
    """

    tag: str
    kind: str
    instruction: str | None = None
    question: dict[str, Any] = {}
    labels: list[Any] | None = None
    consensus: Policy | None = None
    models: ModelUse | None = None
    lease_seconds: float | None = None
    workers: list[int] | None = None
    result_key: str | None = None


async def create_workflow(ports: Ports, project: Project, fields: Mapping[str, Any]) -> Workflow:
    """Make a workflow from a form. Raises Invalid, naming the field; a taken tag is one."""
    new = await _made(ports, _form(fields), WorkflowId(ports.new_id()), 1)
    require_known(ports.panel, new.models)
    if not await ports.store.add_workflow(project.number, new):
        raise Invalid("Another workflow has this tag.", field="tag")
    return new


async def change_workflow(
    ports: Ports, project: Project, workflow: Workflow, fields: Mapping[str, Any]
) -> Workflow:
    """Add a version with some fields of the form replaced; null gives one its default back.

    Raises Invalid, naming the field; a workflow keeps its tag.
    """
    if fields.get("tag", workflow.tag) != workflow.tag:
        raise Invalid("A workflow keeps its tag.", field="tag")
    while True:
        whole = msgspec.structs.asdict(form_of(workflow)) | dict(fields)
        form = _form({name: value for name, value in whole.items() if value is not None})
        new = await _made(ports, form, workflow.id, workflow.version + 1)
        if "models" in fields:
            require_known(ports.panel, new.models)
        if await ports.store.add_workflow(project.number, new):
            return new
        # Somebody else has changed it: what they said stays, but for what is said now.
        workflow = await find_workflow(ports, project, workflow.id)


async def find_workflow(ports: Ports, project: Project, reference: str) -> Workflow:
    """Find a workflow by tag or id. Raises NotFound."""
    found = await ports.store.workflow_by_tag(project.number, reference)
    if found is None and is_uuid(reference):
        found = await ports.store.workflow(project.number, WorkflowId(reference.lower()))
    if found is None:
        raise NotFound(f"There is no workflow {reference!r}.", field="workflow")
    return found


def form_of(workflow: Workflow) -> WorkflowForm:
    """Return a workflow as a form that would make the same."""
    settings = msgspec.json.decode(encode_question(workflow.question), type=dict[str, Any])
    question = {name: value for name, value in settings.items() if name not in _NOT_SETTINGS}
    labels = question.pop(_LABELS[workflow.kind], None) if workflow.kind in _LABELS else None
    return WorkflowForm(
        tag=workflow.tag,
        kind=workflow.kind,
        instruction=workflow.question.instruction or None,
        question=question,
        labels=labels or None,
        consensus=workflow.consensus,
        models=workflow.models,
        lease_seconds=workflow.lease_seconds,
        workers=None if workflow.workers is None else list(workflow.workers),
        result_key=workflow.result_key,
    )


def _form(fields: Mapping[str, Any]) -> WorkflowForm:
    own = {name: value for name, value in fields.items() if name not in _OURS}
    try:
        return msgspec.convert(msgspec.to_builtins(own), WorkflowForm)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.search(str(error))
        if unknown:
            raise Invalid("There is no such field.", field=unknown["field"]) from None
        raise Invalid(_said(error), field=_field(error)) from None


async def _made(ports: Ports, form: WorkflowForm, identifier: WorkflowId, version: int) -> Workflow:
    seconds = form.lease_seconds
    if seconds is not None and not 0 < seconds <= LEASE_SECONDS_MOST:
        message = f"A lease lasts more than 0 and at most {LEASE_SECONDS_MOST} seconds."
        raise Invalid(message, field="lease_seconds")
    return Workflow(
        id=identifier,
        tag=_named(form.tag, "tag"),
        version=version,
        created_at=ports.clock(),
        question=_question(form),
        consensus=_checked(form.consensus, "consensus"),
        models=_checked(form.models, "models"),
        lease_seconds=seconds,
        workers=await _workers(ports, form.workers),
        result_key=_named(RESULT_KEY if form.result_key is None else form.result_key, "result_key"),
    )


def _question(form: WorkflowForm) -> AnyQuestion:
    """Make the template, and ask it of made-up material to see that it can be asked."""
    kind = form.kind
    if kind not in _KINDS:
        raise Invalid(f"It is one of {', '.join(_KINDS)}.", field="kind")
    settings = _settings(form) | {"kind": kind, "instruction": form.instruction or ""}
    try:
        # By way of its text: a question is read as it is stored.
        template = msgspec.json.decode(msgspec.json.encode(settings), type=AnyQuestion)
        example = Workflow(id=WorkflowId(""), tag="t", version=1, created_at=0, question=template)
        example.asked(_made_up(kind))
    except msgspec.ValidationError as error:
        raise Invalid(_said(error), field=_path(kind, _field(error))) from None
    except Invalid as fault:
        raise Invalid(fault.message, field=_path(kind, fault.field or "")) from None
    return template


def _settings(form: WorkflowForm) -> dict[str, Any]:
    """The question's settings, the set of labels among them."""
    known = set(_KINDS[form.kind].__struct_fields__) - _NOT_SETTINGS
    for name in form.question:
        if name not in known:
            raise Invalid("There is no such setting.", field=f"question.{name}")
    if form.labels is None:
        return form.question
    if form.kind not in _LABELS:
        raise Invalid(f"A set of labels is for {', '.join(_LABELS)}.", field="labels")
    name = _LABELS[form.kind]
    if name in form.question:
        raise Invalid("It is given in the question, too.", field="labels")
    labels, settings = form.labels, form.question
    if form.kind == "tracking":
        labels = [{"name": label} if isinstance(label, str) else label for label in labels]
    elif form.kind == "choice":
        settings = {"max": 1} | settings  # what something is: one thing, unless it says more
    return settings | {name: labels}


def _path(kind: str, field: str) -> str:
    """Where a question's setting is in the form."""
    labels = _LABELS.get(kind)
    if labels is not None and re.match(rf"{labels}\b", field):
        return "labels" + field.removeprefix(labels)
    return field if field == "instruction" else f"question.{field}"


def _made_up(kind: str) -> Material:
    if kind == "tracking":
        return Material(frames=(Frame("1", _PICTURE),))
    return Material(attachments=(Attachment("image", _PICTURE),))


def _named(name: str, field: str) -> str:
    if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
        raise Invalid(f"It must be 1 to {NAME_LIMIT} printable characters.", field=field)
    return name


def _checked(rule: Rule | None, field: str) -> Rule | None:
    try:
        return rule and rule.checked()
    except Invalid as fault:
        raise Invalid(fault.message, field=f"{field}.{fault.field}") from None


async def _workers(ports: Ports, numbers: Sequence[int] | None) -> tuple[WorkerId, ...] | None:
    if numbers is None:
        return None
    if not numbers:
        raise Invalid("Nobody could do the work: name somebody, or leave it out.", field="workers")
    known = {worker.number for worker in await ports.store.list_workers(None)}
    for index, number in enumerate(numbers):
        if number not in known:
            raise Invalid("There is no worker with this number.", field=f"workers[{index}]")
    return tuple(WorkerId(number) for number in dict.fromkeys(numbers))


def _said(error: msgspec.ValidationError) -> str:
    return f"{str(error).partition(' - at `')[0]}."


def _field(error: msgspec.ValidationError) -> str:
    """The path of the fault, without the root."""
    path = str(error).partition(" - at `$")[2].removesuffix("`").removeprefix(".")
    missing = _MISSING.search(str(error))
    return ".".join(filter(None, (path, missing["field"] if missing else "")))
