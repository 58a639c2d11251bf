"""The kinds of question. A kind is one module, and one name in `AnyQuestion`."""

from typing import TypeAlias

import msgspec

from humanwire.core.questions.annotation import Annotation, Shape
from humanwire.core.questions.base import Attachment, Given, Question, ResourceType, Size
from humanwire.core.questions.choice import Choice
from humanwire.core.questions.form import Context, Field, FieldType, Form
from humanwire.core.questions.media import Media, MediaType
from humanwire.core.questions.photo_tag import PhotoTag
from humanwire.core.questions.prediction import Flavour, Prediction, predicted
from humanwire.core.questions.rating import Rating
from humanwire.core.questions.text import Text, Validation
from humanwire.core.questions.tracking import Tracking
from humanwire.core.questions.tracking_setting import TrackerType

AnyQuestion: TypeAlias = (
    Choice | Text | Rating | Media | Annotation | PhotoTag | Form | Tracking | Prediction
)

__all__ = [
    "Annotation",
    "AnyQuestion",
    "Attachment",
    "Choice",
    "Context",
    "Field",
    "FieldType",
    "Flavour",
    "Form",
    "Given",
    "Media",
    "MediaType",
    "PhotoTag",
    "Prediction",
    "Question",
    "Rating",
    "ResourceType",
    "Shape",
    "Size",
    "Text",
    "TrackerType",
    "Tracking",
    "Validation",
    "decode_question",
    "encode_question",
    "predicted",
]

_decoder: msgspec.json.Decoder[AnyQuestion] = msgspec.json.Decoder(AnyQuestion)
_encoder = msgspec.json.Encoder()


def encode_question(question: AnyQuestion) -> str:
    """Return a question as JSON, its kind and all its settings in it."""
    return _encoder.encode(question).decode()


def decode_question(text: str | bytes) -> AnyQuestion:
    """Return the question that `encode_question` wrote; settings it lacks get their default."""
    return _decoder.decode(text)
