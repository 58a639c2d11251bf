"""The classes of images: where each is, what it asks of people, and what its answer looks like."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions import AnyQuestion, Choice, PhotoTag, Text
from humanwire.core.questions.choice import VERDICTS
from humanwire.dialects.datawow.body import Given, choices_in
from humanwire.dialects.datawow.fields import Fields, needed
from humanwire.dialects.datawow.wire import (
    ChoiceImage,
    ClosedQuestionImage,
    Image,
    MessageImage,
    PhotoTagImage,
)

_VERDICT = "Approve, decline or ban it."
"""What is asked where the caller leaves it to the project's guidelines."""


class Class(Struct, frozen=True, kw_only=True):
    """A class of images, which are tasks of one type (`kind`).

    `image` is what is said of one, `required` what must be sent. `question` makes what people are
    asked. `nothing` is the answer while there is none; `single`:
    an answer is a list of one, shown as that one.
    """

    name: str
    many: str
    one: str
    kind: str
    image: type[Image]
    required: tuple[str, ...]
    question: Callable[[Fields, Given], AnyQuestion]
    nothing: bytes = b"null"
    single: bool = False


def _choice(fields: Fields, given: Given) -> Choice:
    choices = choices_in(fields)
    question = Choice(
        instruction=needed(fields, "instruction"),
        attachments=(given.attachment,),
        choices=choices.categories,
        min=0 if choices.allow_empty else 1,
        max=0 if choices.multiple else 1,
    )
    try:
        return question.checked()
    except Invalid as fault:
        raise Invalid(fault.message, field="categories") from None


def _verdict(fields: Fields, given: Given) -> Choice:  # noqa: ARG001 - other classes look there
    return Choice(
        instruction=given.instruction or _VERDICT,
        attachments=(given.attachment,),
        choices=VERDICTS,
        max=1,
    )


def _message(fields: Fields, given: Given) -> Text:
    return Text(instruction=needed(fields, "instruction"), attachments=(given.attachment,))


def _photo_tag(fields: Fields, given: Given) -> PhotoTag:
    question = PhotoTag(instruction=needed(fields, "instruction"), attachments=(given.attachment,))
    if given.attachment.type != "image":
        raise Invalid("It must be an http or https URL.", field="data")
    return question.checked()


CHOICE = Class(
    name="choice",
    many="images/choices",
    one="images/choice",
    kind="multiple-choice",
    image=ChoiceImage,
    required=("instruction", "categories", "data"),
    question=_choice,
    nothing=b"[]",
)
CLOSED_QUESTION = Class(
    name="closed-question",
    many="images/closed_questions",
    one="images/closed_question",
    kind="closed-question",
    image=ClosedQuestionImage,
    required=("data",),
    question=_verdict,
    single=True,
)
MESSAGE = Class(
    name="message",
    many="images/messages",
    one="images/message",
    kind="free-text",
    image=MessageImage,
    required=("instruction", "data"),
    question=_message,
)
PHOTO_TAG = Class(
    name="photo-tag",
    many="images/photo_tags",
    one="images/photo_tag",
    kind="photo-tag",
    image=PhotoTagImage,
    required=("instruction", "data"),
    question=_photo_tag,
    nothing=b"[]",
)
CLASSES = (CHOICE, CLOSED_QUESTION, MESSAGE, PHOTO_TAG)
OF_TYPE: Mapping[str, Class] = {each.kind: each for each in CLASSES}
