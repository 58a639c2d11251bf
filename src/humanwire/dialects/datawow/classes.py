"""The classes of images: where each is, what it asks of people, and what its answer looks like."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions import (
    AnyQuestion,
    Attachment,
    Choice,
    Flavour,
    PhotoTag,
    Text,
    predicted,
)
from humanwire.core.questions.choice import VERDICTS
from humanwire.dialects.datawow.body import Given, choices_in
from humanwire.dialects.datawow.fields import Fields, needed
from humanwire.dialects.datawow.wire import (
    ChoiceImage,
    ClosedQuestionImage,
    Image,
    MessageImage,
    PhotoTagImage,
    PredictionImage,
)

_VERDICT = "Approve, decline or ban it."
"""What is asked where the caller leaves it to the project's guidelines."""


class Class(Struct, frozen=True, kw_only=True):
    """A class of images, which are tasks of one type (`kind`).

    `image` is what is said of one, `required` what must be sent. `question` makes what people are
    asked. `nothing` is the answer while there is none; `single`:
    an answer that is a list is one of one, shown as that one.
    """

    name: str
    many: str
    one: str
    kind: str
    image: type[Image]
    required: tuple[str, ...]
    question: Callable[[Fields, Given, Flavour], AnyQuestion]
    nothing: bytes = b"null"
    single: bool = False


def _choice(fields: Fields, given: Given, _: Flavour) -> Choice:
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


def _verdict(_: Fields, given: Given, __: Flavour) -> Choice:
    return Choice(
        instruction=given.instruction or _VERDICT,
        attachments=(given.attachment,),
        choices=VERDICTS,
        max=1,
    )


def _message(fields: Fields, given: Given, _: Flavour) -> Text:
    return Text(instruction=needed(fields, "instruction"), attachments=(given.attachment,))


def _photo_tag(fields: Fields, given: Given, _: Flavour) -> PhotoTag:
    instruction = needed(fields, "instruction")
    return PhotoTag(instruction=instruction, attachments=(_picture(given),)).checked()


def _prediction(_: Fields, given: Given, flavour: Flavour) -> AnyQuestion:
    return predicted(flavour, given.instruction or _VERDICT, (_picture(given),))


def _picture(given: Given) -> Attachment:
    if given.attachment.type != "image":
        raise Invalid("It must be an http or https URL.", field="data")
    return given.attachment


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
PREDICTION = Class(
    name="prediction",
    many="prime/predictions",
    one="prime/prediction",
    kind="prediction",
    image=PredictionImage,
    required=("data",),
    question=_prediction,
    single=True,
)
CLASSES = (CHOICE, CLOSED_QUESTION, MESSAGE, PHOTO_TAG, PREDICTION)
OF_TYPE: Mapping[str, Class] = {each.kind: each for each in CLASSES}
