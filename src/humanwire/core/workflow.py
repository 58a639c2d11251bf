"""Workflows: templates for a project's tasks, which bring only what they are about."""

from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from humanwire.core.consensus import Policy
from humanwire.core.errors import Invalid
from humanwire.core.ids import WorkerId, WorkflowId
from humanwire.core.panel import ModelUse
from humanwire.core.questions import (
    Annotation,
    AnyQuestion,
    Attachment,
    Context,
    Form,
    PhotoTag,
    Tracking,
)
from humanwire.core.questions.tracking_setting import Frame, Video

RESULT_KEY = "response"
"""What an answer that is no object is called in a result."""


class Material(Struct, frozen=True, kw_only=True):
    """What a task brings to its template. `instruction` None leaves what the template says."""

    instruction: str | None = None
    attachments: tuple[Attachment, ...] = ()
    context: tuple[Context, ...] = ()
    frames: tuple[Frame, ...] = ()
    video: Video | None = None
    annotations: Raw | None = None


class Workflow(Struct, frozen=True, kw_only=True):
    """A template under its tag. `question` is without material, and may have no instruction.

    A change adds a version; tasks stay what they were asked as. `consensus`, `models`
    and `lease_seconds` None are the project's; only `workers` get the tasks, None is everybody.
    """

    id: WorkflowId
    tag: str
    version: int
    created_at: int
    question: AnyQuestion
    consensus: Policy | None = None
    models: ModelUse | None = None
    lease_seconds: float | None = None
    workers: tuple[WorkerId, ...] | None = None
    result_key: str = RESULT_KEY

    @property
    def kind(self) -> str:
        """The kind of its questions."""
        return str(self.question.__struct_config__.tag)

    @property
    def lease_ms(self) -> int | None:
        """The length of a lease in milliseconds."""
        return None if self.lease_seconds is None else round(1000 * self.lease_seconds)

    def asked(self, material: Material) -> AnyQuestion:
        """Make a task's question. Raises Invalid, naming the material or setting at fault."""
        template = self.question
        instruction = material.instruction or template.instruction or self.tag
        if not isinstance(template, Tracking) and (material.frames or material.video):
            raise Invalid("Frames are for tracking.", field="frames")
        match template:
            case Tracking():
                question = _replaced(
                    template,
                    frames=material.frames,
                    video=material.video,
                    annotations=material.annotations or template.annotations,
                    attachments=(*material.attachments, *_as_texts(material.context)),
                )
            case Form():
                question = _replaced(
                    template, attachments=material.attachments, context=material.context
                )
            case Annotation() | PhotoTag():
                # What is beside the pictures would be there to be marked.
                instruction = "\n\n".join(
                    (instruction, *(text.value for text in _as_texts(material.context)))
                )
                question = _replaced(template, attachments=material.attachments)
            case _:
                shown = (*material.attachments, *_as_texts(material.context))
                question = _replaced(template, attachments=shown)
        return _replaced(question, instruction=instruction).checked()


Q = TypeVar("Q", bound=AnyQuestion)


def _replaced(question: Q, **changes: object) -> Q:
    return msgspec.structs.replace(question, **changes)


def _as_texts(context: tuple[Context, ...]) -> tuple[Attachment, ...]:
    return tuple(Attachment("text", f"{each.name}: {_plain(each.value)}") for each in context)


def _plain(value: Raw) -> str:
    """A JSON text as people read it, anything else as it was written."""
    decoded = msgspec.json.decode(value)
    return decoded if isinstance(decoded, str) else bytes(value).decode()
