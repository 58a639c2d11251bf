"""How far apart two marks are: points, rectangles, moments and ranges of text."""

import math
from collections.abc import Sequence

from msgspec import Struct

from humanwire.core.questions.base import Size

# Lets a difference that equals the limit count as within it, in spite of rounding.
_ROUNDING = 1e-9


class Mark(Struct, frozen=True):
    """One mark of a checked answer; what its attachment does not need stays 0.

    Pixels from the top left corner, seconds from the start, code points from the start.
    """

    x: int = 0
    y: int = 0
    x2: int = 0
    y2: int = 0
    start: int = 0
    end: int = 0
    t: int | float = 0
    attachment_index: int = 0
    response: object = None


def distance(one: Mark, other: Mark) -> float:
    """Return the distance of two points, in pixels."""
    return math.hypot(one.x - other.x, one.y - other.y)


def area_overlap(one: Mark, other: Mark) -> float:
    """Return intersection over union of two rectangles, from 0 to 1."""
    width = min(one.x2, other.x2) - max(one.x, other.x)
    height = min(one.y2, other.y2) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (_area(one) + _area(other) - shared)


def range_overlap(one: Mark, other: Mark) -> float:
    """Return intersection over union of two ranges of text, from 0 to 1."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= 0:
        return 0.0
    return shared / (one.end - one.start + other.end - other.start - shared)


def used(difference: float, limit: float) -> float:
    """Return how much of a limit a difference uses up: above 1 means beyond it."""
    if difference <= limit + _ROUNDING:
        return min(difference / limit, 1.0) if limit > 0 else 0.0
    return math.inf


def diagonal(sizes: Sequence[Sequence[Size]], index: int) -> float | None:
    """Return the diagonal of an attachment, in pixels; the least if the reports differ."""
    reported = [
        math.hypot(media[index].width, media[index].height) for media in sizes if index < len(media)
    ]
    return min((length for length in reported if 0 < length < math.inf), default=None)


def mean_whole(values: Sequence[int]) -> int:
    """Return the mean, rounded half up: what was at least 1 apart stays at least 1 apart."""
    return (2 * sum(values) + len(values)) // (2 * len(values))


def mean_seconds(values: Sequence[float]) -> int | float:
    """Return the mean to the millisecond, whole seconds as an integer."""
    mean = round(math.fsum(values) / len(values), 3)
    return int(mean) if mean.is_integer() else mean


def _area(mark: Mark) -> int:
    return (mark.x2 - mark.x) * (mark.y2 - mark.y)
