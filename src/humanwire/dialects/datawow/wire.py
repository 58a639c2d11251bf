"""What is said of images, one struct for each class with its fields in the protocol's order."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias, get_args

from msgspec import Meta, Raw, Struct

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Status = Literal["unprocess", "processing", "processed"]

Charge = Annotated[
    int | float, Meta(description="What the task cost: its price once there is an answer, else 0.")
]
CustomId = Annotated[str | None, Meta(description="Yours.")]
ProcessedAt = Annotated[str | None, Meta(description="ISO 8601, with offset and milliseconds.")]
PostbackUrl = Annotated[str, Meta(description="Empty if none was given.")]


class ChoiceImage(Struct, frozen=True, kw_only=True):
    """Pick among categories."""

    allow_empty: bool
    answer: Raw
    categories: tuple[str, ...]
    credit_charged: Charge
    custom_id: CustomId
    data: str
    id: str
    instruction: str
    multiple: bool
    postback_url: PostbackUrl
    processed_at: ProcessedAt
    project_id: int
    status: Status


class ClosedQuestionImage(Struct, frozen=True, kw_only=True):
    """Approve, decline or ban."""

    answer: Raw
    credit_charged: Charge
    custom_id: CustomId
    data: str
    id: str
    postback_url: PostbackUrl
    processed_at: ProcessedAt
    project_id: int
    status: Status


class MessageImage(Struct, frozen=True, kw_only=True):
    """Say something in words."""

    answer: Raw
    credit_charged: Charge
    custom_id: CustomId
    data: str
    id: str
    instruction: str
    postback_url: PostbackUrl
    processed_at: ProcessedAt
    project_id: int
    status: Status


class PhotoTagImage(MessageImage, frozen=True, kw_only=True):
    """Draw a box around each thing, and tag it."""


class PredictionImage(ClosedQuestionImage, frozen=True, kw_only=True):
    """Let a model judge, and people where it is not sure enough."""


Image: TypeAlias = (
    ChoiceImage | ClosedQuestionImage | MessageImage | PhotoTagImage | PredictionImage
)
IMAGES: tuple[type[Image], ...] = get_args(Image)


class ImageMeta(Struct, frozen=True):
    """All is well."""

    code: int = 200
    message: str = "success"


class PageMeta(Struct, frozen=True, kw_only=True):
    """All is well, and where the page stands; -1 is no page."""

    code: int = 200
    current_page: int
    message: str = "success"
    next_page: int
    prev_page: int
    total_count: int
    total_pages: int


class ImageMade(Struct, frozen=True):
    """The reply to a new image."""

    data: Image
    meta: ImageMeta = ImageMeta()


class OneImage(Struct, frozen=True):
    """An image in its wrapping."""

    image: Image


class ImageShown(Struct, frozen=True):
    """The reply to whoever asks for an image."""

    data: OneImage
    meta: ImageMeta = ImageMeta()


class SomeImages(Struct, frozen=True):
    """Images in their wrapping."""

    images: Sequence[Image]


class ImagesShown(Struct, frozen=True):
    """The reply to whoever asks for a page."""

    data: SomeImages
    meta: PageMeta
