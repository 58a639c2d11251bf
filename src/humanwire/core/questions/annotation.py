"""An annotation: marks on pictures, films, recordings, texts or pages, each with its own answer."""

import math
from collections.abc import Sequence
from typing import ClassVar, Literal, Self, TypeAlias, cast

import msgspec

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Attachment, Given, Question
from humanwire.core.questions.choice import Choice
from humanwire.core.questions.geometry import (
    Mark,
    area_overlap,
    diagonal,
    distance,
    mean_seconds,
    mean_whole,
    range_overlap,
    used,
)
from humanwire.core.questions.matching import pair_up
from humanwire.core.questions.rating import Rating
from humanwire.core.questions.text import Text

Shape = Literal["point", "rectangle"]
Marked: TypeAlias = tuple[Given, Mark]

MARKS_MAX = 500
"""The most marks an answer may have; comparing two answers takes the square of it."""
COORDINATE_MAX = 2**31 - 1
"""The largest pixel, second or code point."""

_AREAS: dict[Shape, tuple[str, ...]] = {"point": ("x", "y"), "rectangle": ("x", "y", "x2", "y2")}
_ORDERED = (("x", "x2"), ("y", "y2"), ("start", "end"))
_STAGED_COLUMNS, _STAGED_PITCH = 25, 40


class Annotation(Question, frozen=True, kw_only=True, tag="annotation"):
    """Mark at least `min` and at most `max` places (0: no limit) on the attachments.

    `shape` says how to mark what has an area; a recording is marked by time alone, a text by
    range. `inner` is asked about each mark. Two marks agree within `point_tolerance` of the
    attachment's diagonal (`pixels` when its size is unknown), with an intersection over union of
    `iou` at least, and within so many `seconds`.
    """

    slow: ClassVar[bool] = True

    shape: Shape = "point"
    min: int = 1
    max: int = 0
    inner: Choice | Text | Rating | None = None
    point_tolerance: float = 0.02
    pixels: float = 10
    iou: float = 0.7
    seconds: float = 0.5

    def checked(self) -> Self:
        if not self.attachments:
            raise Invalid("There is nothing to annotate.", field="attachments")
        for index, attachment in enumerate(self.attachments):
            if attachment.type == "text" and not attachment.value:
                message = "There is no text to annotate."
                raise Invalid(message, field=f"attachments[{index}]")
        for name, count in (("min", self.min), ("max", self.max)):
            if not 0 <= count <= MARKS_MAX:
                raise Invalid(f"The number must lie between 0 and {MARKS_MAX}.", field=name)
        if 0 < self.max < self.min:
            raise Invalid("The minimum is above the maximum.", field="min")
        for name, tolerance, most in (
            ("point_tolerance", self.point_tolerance, 1),
            ("pixels", self.pixels, COORDINATE_MAX),
            ("iou", self.iou, 1),
            ("seconds", self.seconds, COORDINATE_MAX),
        ):
            if not 0 <= tolerance <= most:
                raise Invalid(f"It must lie between 0 and {most}.", field=name)
        if self.inner is not None:
            try:
                self.inner.checked()
            except Invalid as fault:
                raise Invalid(fault.message, field=f"inner.{fault.field}") from None
        return self

    def check(self, response: Json) -> Json:
        """Return the marks in their order, each with its parts in the protocol's order."""
        if not isinstance(response, list):
            raise InvalidAnswer("The answer must be a list of marks.", field="response")
        if len(response) < self.min:
            raise InvalidAnswer(f"Make at least {self.min} marks.", field="response")
        most = self.max or MARKS_MAX
        if len(response) > most:
            raise InvalidAnswer(f"Make at most {most} marks.", field="response")
        return [self._check_mark(mark, f"response[{i}]") for i, mark in enumerate(response)]

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether every mark of each has one of its own in the other."""
        return one.response == other.response or self._pairs(one, other) is not None

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest answer's marks, each at the mean of all marks paired with it.

        Pixels and code points are rounded (half up), seconds to the millisecond.
        """
        first = group[0]
        if all(given.response == first.response for given in group):
            return first.response
        bundles: list[list[Marked]] = [[(first, mark)] for mark in _marks(first)]
        for given in group[1:]:
            marks = _marks(given)
            pairs = self._pairs(first, given) or []  # a group agrees: there are always pairs
            for bundle, place in zip(bundles, pairs, strict=False):
                bundle.append((given, marks[place]))
        return [self._mean(bundle) for bundle in bundles]

    def mark_count(self, response: Json) -> int:
        return len(response) if isinstance(response, list) else 0

    def staged(self) -> Json:
        """Return as few marks as allowed but one at least, side by side on the first attachment."""
        count = max(1, self.min)
        return [self._staged_mark(place, count) for place in range(count)]

    def _parts(self, attachment: Attachment) -> tuple[str, ...]:
        """Name what places a mark on the attachment."""
        match attachment.type:
            case "text":
                return ("start", "end")
            case "audio":
                return ("t",)
            case "video":
                return (*_AREAS[self.shape], "t")
            case "image" | "website":
                return _AREAS[self.shape]

    def _check_mark(self, mark: Json, path: str) -> Json:
        if not isinstance(mark, dict):
            raise InvalidAnswer("A mark is an object.", field=path)
        index = self._check_index(mark, path)
        parts = self._parts(self.attachments[index])
        known = {*parts, "attachment_index"}
        if self.inner is not None:
            known.add("response")
        for name in mark:
            if name not in known:
                raise InvalidAnswer("A mark has no such part here.", field=f"{path}.{name}")
        checked: dict[str, Json] = {}
        for name in parts:
            if name not in mark:
                raise InvalidAnswer("This part of the mark is missing.", field=f"{path}.{name}")
            checked[name] = _check_coordinate(mark[name], f"{path}.{name}", whole=name != "t")
        for low, high in _ORDERED:
            if high in parts and cast("int", checked[low]) >= cast("int", checked[high]):
                raise InvalidAnswer(f"It must be above {low}.", field=f"{path}.{high}")
        if "end" in parts and cast("int", checked["end"]) > len(self.attachments[index].value):
            raise InvalidAnswer("It is beyond the end of the text.", field=f"{path}.end")
        if len(self.attachments) > 1:
            checked["attachment_index"] = index
        if self.inner is not None:
            checked["response"] = self._check_inner(self.inner, mark, path)
        return checked

    def _check_index(self, mark: dict[str, Json], path: str) -> int:
        field = f"{path}.attachment_index"
        if "attachment_index" not in mark:
            if len(self.attachments) > 1:
                raise InvalidAnswer("Say which attachment is marked.", field=field)
            return 0
        index = _check_coordinate(mark["attachment_index"], field, whole=True)
        if index >= len(self.attachments):
            raise InvalidAnswer("There is no such attachment.", field=field)
        return int(index)

    def _check_inner(self, inner: Choice | Text | Rating, mark: dict[str, Json], path: str) -> Json:
        if "response" not in mark:
            raise InvalidAnswer("The answer about this mark is missing.", field=f"{path}.response")
        try:
            return inner.check(mark["response"])
        except InvalidAnswer as fault:
            raise InvalidAnswer(fault.message, field=f"{path}.{fault.field}") from None

    def _pairs(self, one: Given, other: Given) -> list[int] | None:
        """Return which mark of `other` goes with each mark of `one`; None if they disagree."""
        left, right = _marks(one), _marks(other)
        if len(left) != len(right):
            return None
        gaps: list[tuple[float, int, int]] = []
        limits = self._point_limits(one, other)
        for place, mark in enumerate(left):
            before = len(gaps)
            for candidate, their in enumerate(right):
                gap = self._gap(mark, their, limits)
                if gap <= 1 and self._inner_agrees((one, mark), (other, their)):
                    gaps.append((gap, place, candidate))
            if len(gaps) == before:
                return None
        return pair_up(len(left), gaps)

    def _gap(self, one: Mark, other: Mark, point_limits: Sequence[float]) -> float:
        """Return 0 for two marks in the same place, 1 at the limit, infinity beyond it."""
        index = one.attachment_index
        if index != other.attachment_index:
            return math.inf
        parts = self._parts(self.attachments[index])
        gap = 0.0
        if "t" in parts:
            gap = used(abs(one.t - other.t), self.seconds)
        if "end" in parts:
            return max(gap, used(1 - range_overlap(one, other), 1 - self.iou))
        if "x2" in parts:
            return max(gap, used(1 - area_overlap(one, other), 1 - self.iou))
        if "x" in parts:
            return max(gap, used(distance(one, other), point_limits[index]))
        return gap

    def _point_limits(self, one: Given, other: Given) -> list[float]:
        """Return how far apart two points may be, in pixels, for each attachment."""
        known = (diagonal((one.media, other.media), i) for i in range(len(self.attachments)))
        return [self.pixels if one is None else one * self.point_tolerance for one in known]

    def _inner_agrees(self, one: Marked, other: Marked) -> bool:
        return self.inner is None or self.inner.agree(_inner_answer(one), _inner_answer(other))

    def _mean(self, bundle: Sequence[Marked]) -> Json:
        marks = [mark for _, mark in bundle]
        index = marks[0].attachment_index
        merged: dict[str, Json] = {}
        for part in self._parts(self.attachments[index]):
            values: list[int] = [getattr(mark, part) for mark in marks]
            merged[part] = mean_seconds(values) if part == "t" else mean_whole(values)
        if len(self.attachments) > 1:
            merged["attachment_index"] = index
        if self.inner is not None:
            merged["response"] = self.inner.merge([_inner_answer(marked) for marked in bundle])
        return merged

    def _staged_mark(self, place: int, count: int) -> Json:
        row, column = divmod(place, _STAGED_COLUMNS)
        x, y = column * _STAGED_PITCH, row * _STAGED_PITCH
        length = len(self.attachments[0].value)
        start = place * length // count
        values = {
            "x": x,
            "y": y,
            "x2": x + _STAGED_PITCH // 2,
            "y2": y + _STAGED_PITCH // 2,
            "start": start,
            "end": max(start + 1, (place + 1) * length // count),
            "t": place,
        }
        mark: dict[str, Json] = {part: values[part] for part in self._parts(self.attachments[0])}
        if len(self.attachments) > 1:
            mark["attachment_index"] = 0
        if self.inner is not None:
            mark["response"] = self.inner.staged()
        return mark


def _check_coordinate(value: Json, field: str, *, whole: bool) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidAnswer("It must be a number.", field=field)
    if not 0 <= value <= COORDINATE_MAX:
        raise InvalidAnswer(f"It must lie between 0 and {COORDINATE_MAX}.", field=field)
    if not whole:
        return value
    if value != int(value):
        raise InvalidAnswer("It must be a whole number.", field=field)
    return int(value)


def _marks(given: Given) -> list[Mark]:
    return msgspec.convert(given.response, list[Mark])


def _inner_answer(marked: Marked) -> Given:
    given, mark = marked
    return Given(given.worker, cast("Json", mark.response))
