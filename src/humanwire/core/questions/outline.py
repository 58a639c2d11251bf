"""The outlines of tracked shapes in one frame: how far two cover each other, or lie apart."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]

_CORNERS = 4
_CLIPPED_MOST = 20
"""Points of an outline up to which clipping is faster than scanning."""
_SAMPLES = 16


class Outline(Struct, frozen=True):
    """A shape's points in order, and the box around them. `boxed`: it is that box itself.

    `area` is that of a closed outline which can be clipped, below 0 for one the other way round.
    """

    points: tuple[Point, ...]
    names: tuple[str, ...] = ()
    box: Box = (0.0, 0.0, 0.0, 0.0)
    boxed: bool = False
    area: float | None = None


def outline_of(points: Sequence[Point], names: Sequence[str] = ()) -> Outline:
    """Outline a line, or points that have names."""
    return Outline(tuple(points), tuple(names))


def closed_outline(points: Sequence[Point]) -> Outline:
    """Outline a shape that has an inside."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    if _is_box(xs, ys):
        return Outline(tuple(points), box=box, boxed=True, area=box_area(box))
    clipped = len(points) <= _CLIPPED_MOST and _is_convex(points)
    return Outline(tuple(points), box=box, area=area_of(points) if clipped else None)


def hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the convex outline around all points, in order."""
    ordered = sorted(set(points))
    if len(ordered) < len(("a", "b", "c")):
        return ordered
    return _chain(ordered) + _chain(ordered[::-1])


def _chain(run: Sequence[Point]) -> list[Point]:
    """The half of a hull that lies to the right of its way from the first point to the last."""
    chain: list[Point] = []
    for x, y in run:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2], chain[-1]
            if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def apart(one: Outline, other: Outline) -> float:
    """Return the mean distance of the points, as a share of the frame's diagonal.

    Named points go with those of the same name; otherwise they go in order, from whichever end
    is nearer, and an unequal number of them is spread anew along the line.
    """
    if one.names:
        if set(one.names) != set(other.names):
            return 1.0
        place = dict(zip(other.names, other.points, strict=True))
        return _mean_distance(one.points, [place[name] for name in one.names])
    ours, theirs = one.points, other.points
    if len(ours) != len(theirs):
        ours, theirs = _spread(ours), _spread(theirs)
    return min(_mean_distance(ours, theirs), _mean_distance(ours, theirs[::-1]))


def nearest_on(path: Sequence[Point], point: Point) -> Point:
    """Return the place on a path that is nearest to a point."""
    best, least = path[0], math.inf
    for start, end in pairwise(path):
        place = _nearest_on_segment(start, end, point)
        distance = math.dist(place, point)
        if distance < least:
            best, least = place, distance
    return best


def _nearest_on_segment(start: Point, end: Point, point: Point) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if length == 0:
        return start
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    share = min(max(share, 0.0), 1.0)
    return start[0] + share * dx, start[1] + share * dy


def _mean_distance(ours: Sequence[Point], theirs: Sequence[Point]) -> float:
    total = math.fsum(map(math.dist, ours, theirs))
    return total / len(ours) / math.sqrt(2)


def _spread(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return points at equal distances along a line."""
    steps = list(map(math.dist, points, points[1:]))
    whole = math.fsum(steps)
    if whole == 0:
        return (points[0],) * _SAMPLES
    found: list[Point] = []
    index, walked = 0, 0.0
    for sample in range(_SAMPLES):
        goal = whole * sample / (_SAMPLES - 1)
        while index < len(steps) - 1 and walked + steps[index] < goal:
            walked += steps[index]
            index += 1
        share = min((goal - walked) / steps[index], 1.0) if steps[index] else 0.0
        (x, y), (x2, y2) = points[index], points[index + 1]
        found.append((x + share * (x2 - x), y + share * (y2 - y)))
    return tuple(found)


def _is_box(xs: Sequence[float], ys: Sequence[float]) -> bool:
    """Tell whether points are a level rectangle's corners, one after the other."""
    if len(xs) != _CORNERS:
        return False
    (a, b, c, d), (e, f, g, h) = xs, ys
    return a != c and e != g and ((a, c, e, g) in {(d, b, f, h), (b, d, h, f)})


def box_area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def area_of(points: Sequence[Point]) -> float:
    doubled = 0.0
    x, y = points[-1] if points else (0.0, 0.0)
    for x2, y2 in points:
        doubled += x * y2 - x2 * y
        x, y = x2, y2
    return doubled / 2


def _is_convex(points: Sequence[Point]) -> bool:
    """Tell whether an outline bends one way only, and goes round but once."""
    bend, back, before = 0, 0, 0
    (x0, y0), (x1, y1) = points[-2], points[-1]
    for x2, y2 in points:
        turn = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
        if turn:
            way = 1 if turn > 0 else -1
            if bend and way != bend:
                return False
            bend = way
        run = (x2 > x1) - (x2 < x1) or (y2 > y1) - (y2 < y1)
        if run and before and run != before:
            back += 1
        before = run or before
        x0, y0, x1, y1 = x1, y1, x2, y2
    # From left to right and back is twice; the seam may hide one of them.
    return bool(bend) and back <= len(("there", "back"))
