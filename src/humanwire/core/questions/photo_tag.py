"""Photo tags: boxes on one picture, each with a tag."""

from collections.abc import Sequence
from typing import ClassVar, Self, cast

from msgspec import Struct

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question
from humanwire.core.questions.geometry import Mark, area_overlap, mean_whole, used
from humanwire.core.questions.matching import pair_up
from humanwire.core.questions.wording import checked_text, folded

BOXES_MAX = 500
"""The most boxes an answer may have; comparing two answers takes the square of it."""
TAGS_MAX = 1_000
PIXEL_MAX = 2**31 - 1

_PLACE = ("x", "y", "w", "h")
_STAGED_BOX: dict[str, Json] = {"x": 0, "y": 0, "w": 20, "h": 20}


class _Box(Struct, frozen=True):
    tag: str
    meaning: str
    mark: Mark


class PhotoTag(Question, frozen=True, kw_only=True, tag="photo-tag"):
    """Draw a box around each thing on the picture, and give it a tag; there may be none.

    `tags` are the tags to choose from; without any, people write their own. Two boxes agree when
    they overlap by `iou` (intersection over union) at least and have the same tag.
    """

    slow: ClassVar[bool] = True

    tags: tuple[str, ...] = ()
    iou: float = 0.7

    def checked(self) -> Self:
        if len(self.attachments) != 1 or self.attachments[0].type != "image":
            raise Invalid("Give one picture to be tagged.", field="attachments")
        if len(self.tags) > TAGS_MAX:
            raise Invalid(f"At most {TAGS_MAX} tags.", field="tags")
        for index, tag in enumerate(self.tags):
            try:
                normal = checked_text(tag)
            except InvalidAnswer as fault:
                message = fault.message.replace("The answer", "The tag")
                raise Invalid(message, field=f"tags[{index}]") from None
            if normal != tag:
                raise Invalid("The tag has white space around it.", field=f"tags[{index}]")
        if len(set(self.tags)) < len(self.tags):
            raise Invalid("The tags must differ.", field="tags")
        if not 0 <= self.iou <= 1:
            raise Invalid("It must lie between 0 and 1.", field="iou")
        return self

    def check(self, response: Json) -> Json:
        """Return the boxes in their order, each as tag, x, y, w, h."""
        if not isinstance(response, list):
            raise InvalidAnswer("The answer must be a list of boxes.", field="response")
        if len(response) > BOXES_MAX:
            raise InvalidAnswer(f"Draw at most {BOXES_MAX} boxes.", field="response")
        return [self._check_box(box, f"response[{i}]") for i, box in enumerate(response)]

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether every box of each has one of its own in the other."""
        return one.response == other.response or self._pairs(one, other) is not None

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest answer's boxes, each at the mean of all boxes paired with it."""
        first = group[0]
        if all(given.response == first.response for given in group):
            return first.response
        bundles = [[box] for box in _boxes(first)]
        for given in group[1:]:
            boxes = _boxes(given)
            pairs = self._pairs(first, given) or []  # a group agrees: there are always pairs
            for bundle, place in zip(bundles, pairs, strict=False):
                bundle.append(boxes[place])
        return [_mean(bundle) for bundle in bundles]

    def mark_count(self, response: Json) -> int:
        return len(response) if isinstance(response, list) else 0

    def staged(self) -> Json:
        """Return one small box in the corner, with the first tag."""
        tag = self.tags[0] if self.tags else "staged"
        return [{"tag": tag, **_STAGED_BOX}]

    def _check_box(self, box: Json, path: str) -> Json:
        if not isinstance(box, dict):
            raise InvalidAnswer("A box is an object.", field=path)
        for name in box:
            if name not in {"tag", *_PLACE}:
                raise InvalidAnswer("A box has no such part.", field=f"{path}.{name}")
        for name in ("tag", *_PLACE):
            if name not in box:
                raise InvalidAnswer("This part of the box is missing.", field=f"{path}.{name}")
        checked: dict[str, Json] = {"tag": self._check_tag(box["tag"], f"{path}.tag")}
        for name in _PLACE:
            least = 1 if name in {"w", "h"} else 0
            checked[name] = _check_pixels(box[name], f"{path}.{name}", least)
        return checked

    def _check_tag(self, value: Json, field: str) -> str:
        try:
            tag = checked_text(value)
        except InvalidAnswer as fault:
            raise InvalidAnswer(
                fault.message.replace("The answer", "The tag"), field=field
            ) from None
        if self.tags and tag not in self.tags:
            raise InvalidAnswer("It is none of the tags to choose from.", field=field)
        return tag

    def _pairs(self, one: Given, other: Given) -> list[int] | None:
        """Return which box of `other` goes with each box of `one`; None if they disagree."""
        left, right = _boxes(one), _boxes(other)
        if len(left) != len(right):
            return None
        gaps: list[tuple[float, int, int]] = []
        for place, box in enumerate(left):
            for candidate, their in enumerate(right):
                if box.meaning == their.meaning:
                    gap = used(1 - area_overlap(box.mark, their.mark), 1 - self.iou)
                    if gap <= 1:
                        gaps.append((gap, place, candidate))
        return pair_up(len(left), gaps)


def _check_pixels(value: Json, field: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidAnswer("It must be a number.", field=field)
    if not least <= value <= PIXEL_MAX:
        raise InvalidAnswer(f"It must lie between {least} and {PIXEL_MAX}.", field=field)
    if value != int(value):
        raise InvalidAnswer("It must be a whole number.", field=field)
    return int(value)


def _boxes(given: Given) -> list[_Box]:
    boxes: list[_Box] = []
    for box in cast("list[dict[str, Json]]", given.response):
        tag = str(box["tag"])
        x, y, width, height = (cast("int", box[name]) for name in _PLACE)
        boxes.append(_Box(tag, folded(tag), Mark(x=x, y=y, x2=x + width, y2=y + height)))
    return boxes


def _mean(bundle: Sequence[_Box]) -> Json:
    marks = [box.mark for box in bundle]
    x, y = mean_whole([mark.x for mark in marks]), mean_whole([mark.y for mark in marks])
    x2, y2 = mean_whole([mark.x2 for mark in marks]), mean_whole([mark.y2 for mark in marks])
    return {"tag": bundle[0].tag, "x": x, "y": y, "w": x2 - x, "h": y2 - y}
