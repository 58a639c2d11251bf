"""The one tracker for several that were paired: mean shapes, and what most said about them."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar, cast

import msgspec

from humanwire.core.json import Json
from humanwire.core.questions.outline import Point, nearest_on
from humanwire.core.questions.tracking_agreement import Object, points_of, ring_of

T = TypeVar("T")

_DIGITS = 6
_COMPARED_MOST = 10_000
"""Pairs of points up to which two shapes with unequal numbers of points are laid together."""


def merged_tracker(bundle: Sequence[Object]) -> Object:
    """Merge trackers of the same object, the earliest answer's first.

    It is seen in the frames in which most saw it; where as many did as did not, the earliest
    answer decides.
    """
    first = bundle[0]
    frames = [cast("dict[str, Object]", tracker["frames"]) for tracker in bundle]
    merged: Object = {}
    for frame in dict.fromkeys(name for each in frames for name in each):
        seen = [each[frame] for each in frames if frame in each]
        if 2 * len(seen) + (frame in frames[0]) > len(bundle):
            merged[frame] = _annotation(str(first["type"]), seen)
    tracker = _with_attributes(first, bundle)
    return {**tracker, "frames": merged}


def _annotation(kind: str, seen: Sequence[Object]) -> Object:
    first = seen[0]
    if all(each == first for each in seen):
        return first
    annotation = _with_attributes(first, seen)
    label = _most([each.get("label", "") for each in seen], str)
    if label != first.get("label", ""):
        annotation = {**annotation, "label": label}
    if kind == "rectangle":
        return {**annotation, "coordinates": _mean_corners(first, seen)}
    return {**annotation, "points": _mean_points(kind, first, seen)}


def _with_attributes(first: Object, all_of_them: Sequence[Object]) -> Object:
    """Give the first the attributes that most have; where they are even, the earliest decides."""
    given = [cast("Object", each.get("attributes") or {}) for each in all_of_them]
    if all(each == given[0] for each in given):
        return first
    merged: Object = {}
    for name in dict.fromkeys(name for each in given for name in each):
        most = _most([each.get(name) for each in given], _value)
        if most is not None:
            merged[name] = most
    return {**first, "attributes": merged}


def _value(attribute: Json) -> str | bytes | None:
    value = None if attribute is None else cast("Object", attribute)["value"]
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value)


def _most(values: Sequence[T], key: Callable[[T], Hashable]) -> T:
    """Return what occurs most often, the earliest of equals."""
    counts = Counter(map(key, values))
    return max(values, key=lambda value: counts[key(value)])


def _mean_corners(first: Object, seen: Sequence[Object]) -> Json:
    """Return the first's corners, each at the mean of all that lie where it does."""
    means = _mean_ring([points_of("rectangle", each) for each in seen])
    corners = cast("list[Object]", first["coordinates"])
    return [_moved(corner, mean) for corner, mean in zip(corners, means, strict=True)]


def _mean_points(kind: str, first: Object, seen: Sequence[Object]) -> Json:
    points = cast("dict[str, Object]", first["points"])
    if kind in {"cuboid", "landmark"}:
        names = list(points)
        means = _mean_by_name(names, [cast("Object", each["points"]) for each in seen])
    else:
        names = ring_of(first) if kind == "polygon" else list(points)
        drawn = [points_of(kind, each) for each in seen]
        means = _mean_ring(drawn) if kind == "polygon" else _mean_line(drawn)
    moved = {name: _moved(points[name], mean) for name, mean in zip(names, means, strict=True)}
    return {name: moved[name] for name in points}


def _mean_by_name(names: Sequence[str], seen: Sequence[Object]) -> list[Point]:
    """Return the mean of the points of each name, among those that have the first's names."""
    alike = [
        cast("dict[str, dict[str, float]]", each) for each in seen if set(names) == each.keys()
    ]
    return _mean_of([[(each[name]["x"], each[name]["y"]) for name in names] for each in alike])


def _mean_ring(drawn: Sequence[list[Point]]) -> list[Point]:
    return _mean_of([drawn[0], *(_laid_round(drawn[0], each) for each in drawn[1:])])


def _mean_line(drawn: Sequence[list[Point]]) -> list[Point]:
    return _mean_of([drawn[0], *(_laid_along(drawn[0], each) for each in drawn[1:])])


def _laid_round(first: list[Point], other: list[Point]) -> list[Point]:
    """Turn a ring so that its points come in the first's order, wherever it was begun."""
    if len(other) != len(first):
        return _nearest(first, [*other, other[0]])
    gaps = [math.dist(first[0], point) for point in other]
    start = gaps.index(min(gaps))
    onward = other[start:] + other[:start]
    return min((onward, [onward[0], *onward[:0:-1]]), key=partial(_difference, first))


def _laid_along(first: list[Point], other: list[Point]) -> list[Point]:
    if len(other) != len(first):
        return _nearest(first, other)
    return min((other, other[::-1]), key=partial(_difference, first))


def _nearest(first: list[Point], path: list[Point]) -> list[Point]:
    """Return the places on a path that are nearest to the first's points."""
    if len(first) * len(path) > _COMPARED_MOST:
        return first
    return [nearest_on(path, point) for point in first]


def _difference(one: Sequence[Point], other: Sequence[Point]) -> float:
    return sum(map(math.dist, one, other))


def _mean_of(drawn: Sequence[Sequence[Point]]) -> list[Point]:
    count = len(drawn)
    sums = (map(sum, zip(*places, strict=True)) for places in zip(*drawn, strict=True))
    return [(x / count, y / count) for x, y in sums]


def _moved(point: Object, place: Point) -> Object:
    return {**point, "x": round(place[0], _DIGITS), "y": round(place[1], _DIGITS)}
