"""What every question has in common, and what its kind must say about answers to it."""

from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol, Self

from msgspec import Struct

from humanwire.core.ids import WorkerId
from humanwire.core.json import Json

ResourceType = Literal["text", "image", "video", "audio", "website"]


class Attachment(Struct, frozen=True):
    """Something shown beside the question: the text itself, or an http(s) URL."""

    type: ResourceType
    value: str


class Size(Struct, frozen=True):
    """Width and height of an attachment as the worker saw it, in pixels of the original."""

    width: float
    height: float


class Given(Struct, frozen=True):
    """One worker's checked answer, as agreement and merging see it.

    `media` has one entry for each attachment, in order; it is empty when the worker's program
    did not report sizes.
    """

    worker: WorkerId
    response: Json
    media: tuple[Size, ...] = ()


class Judge(Protocol):
    """Compares and merges answers: `Question` says what each method means."""

    def agree(self, one: Given, other: Given) -> bool: ...

    def merge(self, group: Sequence[Given]) -> Json: ...

    def supported(self, merged: Json, agreed: int, others: Sequence[Given]) -> Json: ...


class Question(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A question to people. Each kind is a subclass with its own settings, in its own module."""

    slow: ClassVar[bool] = False
    """Whether answers can take so long to check and compare that others should not wait."""

    by_people: ClassVar[bool] = True
    """Whether people can answer; what only models can is never in a person's queue."""

    large: ClassVar[bool] = False
    """Whether questions and answers can be so long that the usual limits do not fit them."""

    instruction: str
    attachments: tuple[Attachment, ...] = ()

    def checked(self) -> Self:
        """Return the question itself if it can be answered.

        Raises Invalid, with the setting at fault (`min`, `inner.step`) in `field`. What the
        other methods promise, they promise for such questions.
        """
        raise NotImplementedError

    def check(self, response: Json) -> Json:
        """Return the answer in its normal form.

        Raises InvalidAnswer, with the path of the fault (`response[2].x`) in `field`.
        """
        raise NotImplementedError

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether two checked answers say the same."""
        raise NotImplementedError

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the one answer for a group that agrees, in order of arrival (never empty)."""
        raise NotImplementedError

    def supported(self, merged: Json, agreed: int, others: Sequence[Given]) -> Json:
        """Return what so many agreed on, with how far it is borne out, where the kind tells that.

        `others` are the answers that did not agree as a whole.
        """
        del agreed, others
        return merged

    def judge(self) -> "Judge":
        """Return what compares and merges the answers of one decision.

        It may remember what it made of an answer.
        """
        return self

    def frame_count(self) -> int:
        """Return how many pictures there are to look at."""
        return sum(each.type == "image" for each in self.attachments)

    def mark_count(self, response: Json) -> int:
        """Return how many marks a checked answer has."""
        del response
        return 0

    def staged(self) -> Json:
        """Return a valid answer made without people: the same question, the same answer."""
        raise NotImplementedError
