"""How far two closed outlines cover each other."""

import math
from collections.abc import Sequence

from humanwire.core.questions.outline import Outline, Point, area_of, box_area

_SCAN_LINES = 32


def overlap(one: Outline, other: Outline) -> float:
    """Return intersection over union of two closed outlines, 0 to 1."""
    if one.points == other.points:
        return 1.0
    left, top = max(one.box[0], other.box[0]), max(one.box[1], other.box[1])
    right, bottom = min(one.box[2], other.box[2]), min(one.box[3], other.box[3])
    if left >= right or top >= bottom:
        return 0.0
    if one.boxed and other.boxed:
        shared = (right - left) * (bottom - top)
        return shared / (box_area(one.box) + box_area(other.box) - shared)
    # One way round, whichever is asked about first: rounding must not tell them apart.
    first, second = (one, other) if one.points < other.points else (other, one)
    if first.area is not None and second.area is not None:
        window = second.points if second.area > 0 else second.points[::-1]
        shared = abs(area_of(_clipped(first.points, window)))
        united = abs(first.area) + abs(second.area) - shared
    else:
        shared, united = _scanned(first, second)
    return min(1.0, shared / united) if united > 0 else 0.0


def lost(one: Outline, other: Outline) -> float:
    """Return what two closed outlines lack of covering each other: 0 for the same, at most 1."""
    return 1 - overlap(one, other)


def least_lost(one: Outline, other: Outline) -> float:
    """Return what `lost` cannot be below, at little cost."""
    left, top, right, bottom = one.box
    left2, top2, right2, bottom2 = other.box
    if left >= right2 or left2 >= right or top >= bottom2 or top2 >= bottom:
        return 1.0
    if not one.area or not other.area:
        return 0.0
    ours, theirs = abs(one.area), abs(other.area)
    shared = (min(right, right2) - max(left, left2)) * (min(bottom, bottom2) - max(top, top2))
    return 1 - min(shared, ours, theirs) / max(ours, theirs)


def _clipped(points: Sequence[Point], window: Sequence[Point]) -> list[Point]:
    """Return the part of a convex outline that lies in another (Sutherland and Hodgman).

    The window's inside is to the left of its edges. What an edge cuts off a convex outline is one
    run of its points, so only that run is walked.
    """
    kept = list(points)
    x0, y0 = window[-1]
    for x1, y1 in window:
        dx, dy = x1 - x0, y1 - y0
        sides = [dx * (y - y0) - (x - x0) * dy for x, y in kept]
        x0, y0 = x1, y1
        least = min(sides)
        if least >= 0:
            continue
        if max(sides) < 0:
            return []
        # Turned so that the outermost point comes first, and again last.
        turn = sides.index(least)
        sides = sides[turn:] + sides[: turn + 1]
        kept = kept[turn:] + kept[: turn + 1]
        first, last = 1, len(kept) - 2
        while sides[first] < 0:
            first += 1
        while sides[last] < 0:
            last -= 1
        entry = _crossing(kept, sides, first - 1, first)
        leave = _crossing(kept, sides, last, last + 1)
        kept = [*entry, *kept[first : last + 1], *leave]
    return kept


def _crossing(
    points: Sequence[Point], sides: Sequence[float], one: int, other: int
) -> Sequence[Point]:
    """Where the way between two points leaves the window, unless one of them is on its edge."""
    if not sides[one] or not sides[other]:
        return ()
    share = sides[one] / (sides[one] - sides[other])
    (x, y), (x2, y2) = points[one], points[other]
    return ((x + share * (x2 - x), y + share * (y2 - y)),)


def _scanned(one: Outline, other: Outline) -> tuple[float, float]:
    """Measure the shared and the united area of any two outlines along level lines.

    Inside is where a line has crossed the outline an odd number of times.
    """
    top, bottom = min(one.box[1], other.box[1]), max(one.box[3], other.box[3])
    ours, theirs = _crossings(one.points, top, bottom), _crossings(other.points, top, bottom)
    shared = united = 0.0
    for mine, their in zip(ours, theirs, strict=True):
        both = _common(mine, their)
        shared += both
        united += _length(mine) + _length(their) - both
    return shared, united


def _crossings(points: Sequence[Point], top: float, bottom: float) -> list[list[float]]:
    pitch = (bottom - top) / _SCAN_LINES
    lines: list[list[float]] = [[] for _ in range(_SCAN_LINES)]
    a = points[-1]
    for b in points:
        (x, y), (x2, y2) = (a, b) if a[1] <= b[1] else (b, a)
        a = b
        if y == y2:
            continue
        first = max(0, math.ceil((y - top) / pitch - 0.5))
        last = min(_SCAN_LINES, math.ceil((y2 - top) / pitch - 0.5))
        slope = (x2 - x) / (y2 - y)
        for line in range(first, last):
            lines[line].append(x + (top + (line + 0.5) * pitch - y) * slope)
    for line in lines:
        line.sort()
    return lines


def _length(crossings: Sequence[float]) -> float:
    return sum(crossings[1::2]) - sum(crossings[0 : len(crossings) // 2 * 2 : 2])


def _common(one: Sequence[float], other: Sequence[float]) -> float:
    total, i, k = 0.0, 0, 0
    while i + 1 < len(one) and k + 1 < len(other):
        low, high = max(one[i], other[k]), min(one[i + 1], other[k + 1])
        total += max(0.0, high - low)
        if one[i + 1] < other[k + 1]:
            i += 2
        else:
            k += 2
    return total
