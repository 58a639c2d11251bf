"""What a server says of images: one shape for each class of them."""

from typing import Any, Generic, Literal, TypeAlias, TypedDict, TypeVar

Image = TypeVar("Image")

Status = Literal["unprocess", "processing", "processed"]
Verdict = Literal["approved", "declined", "ban"]


class _Any(TypedDict):
    credit_charged: float
    custom_id: str | None
    data: str
    id: str
    postback_url: str
    processed_at: str | None
    project_id: int
    status: Status


class ChoiceImage(_Any):
    """Some of the categories were picked."""

    allow_empty: bool
    answer: list[str]
    categories: list[str]
    instruction: str
    multiple: bool


class ClosedQuestionImage(_Any):
    """A verdict was given."""

    answer: Verdict | None


class MessageImage(_Any):
    """Something was said in words."""

    answer: str | None
    instruction: str


class Tag(TypedDict):
    """A box, in pixels of the picture, and what is in it."""

    tag: str
    x: int
    y: int
    w: int
    h: int


class PhotoTagImage(_Any):
    """Things were tagged."""

    answer: list[Tag]
    instruction: str


class Nudity(TypedDict):
    """How likely the picture is a sexual one, 0 to 1."""

    sexual: float


class Positions(TypedDict):
    """A box, in pixels of the picture."""

    x: float
    y: float
    w: float
    h: float


class Face(TypedDict):
    """A face, with how old and of which gender it looks, and how sure that is, 0 to 1."""

    age: float
    age_prob: float
    gender: str
    gender_prob: float
    positions: Positions


class Demographic(TypedDict):
    """The faces in the picture."""

    result: list[Face]


class PredictionImage(_Any):
    """A machine has answered, in the way that the project is set to."""

    answer: Verdict | Nudity | Demographic | None


AnyImage: TypeAlias = (
    ChoiceImage | ClosedQuestionImage | MessageImage | PhotoTagImage | PredictionImage
)
"""What a project has of whatever class."""


class One(TypedDict, Generic[Image]):
    """The data of a result with one image that was looked up."""

    image: Image


class Some(TypedDict, Generic[Image]):
    """The data of a result with a page of images."""

    images: list[Image]


Meta: TypeAlias = dict[str, Any]
"""What a reply says of itself: `code`, `message`, and of a list where its page stands."""
