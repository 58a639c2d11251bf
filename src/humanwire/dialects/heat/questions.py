"""The question in a body: Heat's fields and defaults, put into the core's kinds."""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import msgspec

from humanwire.core.errors import Invalid
from humanwire.core.questions import (
    Annotation,
    AnyQuestion,
    Attachment,
    Choice,
    Context,
    Flavour,
    Form,
    Media,
    PhotoTag,
    Rating,
    ResourceType,
    Text,
    predicted,
)
from humanwire.core.questions.choice import VERDICTS
from humanwire.core.questions.form import fields_of
from humanwire.core.questions.web_address import is_web_address
from humanwire.dialects.heat import wire
from humanwire.dialects.heat.tracking import tracking_of

ATTACHMENTS_MOST = 100

Shown: TypeAlias = tuple[Attachment, ...]
Q = TypeVar("Q", Choice, Rating, Annotation)

_CHOICE = {"min": "min_answers", "max": "max_answers"}
_RATING = {"min": "rating_min", "max": "rating_max", "step": "rating_step"}
_ANNOTATION = {"min": "min_annotations", "max": "max_annotations"}


def question_of(name: str, given: wire.Body, flavour: Flavour) -> AnyQuestion:
    """Make the question of a request of this type. Raises Invalid, naming the field.

    `flavour` is that of a prediction.
    """
    instruction = _instruction(given.instruction)
    shown = _attachments(given)
    match given:
        case wire.MultipleChoice():
            return _choice(given, instruction, shown)
        case wire.FreeText():
            return _text(given, instruction, shown)
        case wire.RatingRequest():
            return _rating(given, instruction, shown)
        case wire.Annotations():
            return _annotation(given, instruction, shown)
        case wire.PhotoTags():
            tags = tuple(given.tags or ())
            return PhotoTag(instruction=instruction, attachments=shown, tags=tags).checked()
        case wire.ClosedQuestion():
            return Choice(
                instruction=instruction, attachments=shown, choices=VERDICTS, min=1, max=1
            )
        case wire.PredictionRequest():
            return predicted(flavour, instruction, shown)
        case wire.TrackingRequest():
            return tracking_of(given, instruction, shown)
        case wire.FormRequest():
            return _form(given, instruction, shown)
        case wire.Image():
            return Media(instruction=instruction, attachments=shown, media="image")
        case wire.Video():
            return Media(instruction=instruction, attachments=shown, media="video")
        case wire.Audio():
            return Media(instruction=instruction, attachments=shown, media="audio")
        case _:
            raise AssertionError(name)


def whole(value: float, field: str) -> int:
    """Return a whole number, however it was written. Raises Invalid."""
    if value != int(value):
        raise Invalid("It must be a whole number.", field=field)
    return int(value)


def _instruction(text: str) -> str:
    if not text.strip():
        raise Invalid("Say what is requested.", field="instruction")
    return text


def _attachments(given: wire.Body) -> Shown:
    values = given.attachments or ()
    if len(values) > ATTACHMENTS_MOST:
        raise Invalid(f"At most {ATTACHMENTS_MOST} attachments.", field="attachments")
    kind = given.attachments_type or "text"
    _check_addresses("attachments", kind, values)
    return tuple(Attachment(kind, value) for value in values)


def _check_addresses(field: str, kind: ResourceType, values: Sequence[str]) -> None:
    if kind == "text":
        return
    for index, value in enumerate(values):
        if not is_web_address(value):
            raise Invalid("It must be an http or https URL.", field=f"{field}[{index}]")


def _choice(given: wire.MultipleChoice, instruction: str, shown: Shown = ()) -> Choice:
    kind = given.choices_type or "text"
    _check_addresses("choices", kind, given.choices)
    question = Choice(
        instruction=instruction,
        attachments=shown,
        choices=tuple(given.choices),
        choices_type=kind,
        min=_count(given.min_answers, "min_answers", 1),
        max=_count(given.max_answers, "max_answers", 0),
    )
    return _checked(question, _CHOICE)


def _text(given: wire.FreeText, instruction: str, shown: Shown = ()) -> Text:
    return Text(instruction=instruction, attachments=shown, validation=given.validation or "none")


def _rating(given: wire.RatingRequest, instruction: str, shown: Shown = ()) -> Rating:
    question = Rating(
        instruction=instruction,
        attachments=shown,
        min=0 if given.rating_min is None else given.rating_min,
        max=100 if given.rating_max is None else given.rating_max,
        step=1 if given.rating_step is None else given.rating_step,
        label_min=given.label_min,
        label_max=given.label_max,
    )
    return _checked(question, _RATING)


def _annotation(given: wire.Annotations, instruction: str, shown: Shown) -> Annotation:
    question = Annotation(
        instruction=instruction,
        attachments=shown,
        shape=given.annotations_type or "point",
        min=_count(given.min_annotations, "min_annotations", 1),
        max=_count(given.max_annotations, "max_annotations", 0),
        inner=_inner(given),
    )
    return _checked(question, _ANNOTATION)


def _form(given: wire.FormRequest, instruction: str, shown: Shown) -> Form:
    try:
        structure = given.result_structure.items()
        fields = fields_of({name: msgspec.json.decode(raw) for name, raw in structure})
    except Invalid as fault:
        raise Invalid(fault.message, field=f"result_structure.{fault.field}") from None
    context = (given.context or {}).items()
    question = Form(
        instruction=instruction,
        attachments=shown,
        fields=fields,
        context=tuple(Context(name, raw) for name, raw in context),
    )
    try:
        return question.checked()
    except Invalid as fault:
        field = (fault.field or "").replace("fields", "result_structure", 1)
        raise Invalid(fault.message, field=field) from None


def _inner(given: wire.Annotations) -> Choice | Text | Rating | None:
    try:
        match given:
            case wire.AnnotationsWithChoice(per_annotation=about):
                return _choice(about, _instruction(about.instruction))
            case wire.AnnotationsWithText(per_annotation=about):
                return _text(about, _instruction(about.instruction))
            case wire.AnnotationsWithRating(per_annotation=about):
                return _rating(about, _instruction(about.instruction))
            case _:
                return None
    except Invalid as fault:
        raise Invalid(fault.message, field=f"per_annotation.{fault.field}") from None


def _count(value: float | None, field: str, default: int) -> int:
    return default if value is None else whole(value, field)


def _checked(question: Q, names: dict[str, str]) -> Q:
    """Let the core check a question; a setting at fault gets the name that it has here."""
    try:
        return question.checked()
    except Invalid as fault:
        field = fault.field or ""
        raise Invalid(fault.message, field=names.get(field, field)) from None
