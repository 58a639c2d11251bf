"""Pairs the trackers of one worker with those of another, by label and by where they are."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias, cast

from msgspec import Struct

from humanwire.core.json import Json
from humanwire.core.questions.geometry import used
from humanwire.core.questions.matching import pair_up
from humanwire.core.questions.outline import (
    Box,
    Outline,
    Point,
    apart,
    closed_outline,
    hull,
    least_lost,
    lost,
    outline_of,
)

Object: TypeAlias = dict[str, Json]

CLOSED = frozenset({"rectangle", "polygon", "cuboid"})
_ROUNDING = 1e-9
_LOOKED_AT = 8


class Track(Struct, frozen=True):
    """A tracker's outline in each frame in which it is seen."""

    type: str
    outlines: Mapping[str, Outline]


class Limits(Struct, frozen=True):
    """How near two tracks are the same: `Tracking` says what each number means."""

    iou: float
    distance: float
    presence: float


def trackers_of(response: Json) -> list[Object]:
    """Return the trackers of a checked answer."""
    return cast("list[Object]", cast("Object", response)["annotations"])


def same_objects(ours: Sequence[Object], theirs: Sequence[Object], limits: Limits) -> bool:
    """Tell whether each tracker has one of its own among the others, within the limits."""
    if len(ours) != len(theirs):
        return False
    gaps: list[tuple[float, int, int]] = []
    for near in _near(ours, theirs, limits):
        if not near:
            return False
        gaps += near
    return pair_up(len(ours), gaps) is not None


def found_again(ours: Sequence[Object], theirs: Sequence[Object], limits: Limits) -> set[int]:
    """Return which trackers have one of their own among the others, the closest paired first."""
    paired: set[int] = set()
    taken: set[int] = set()
    for _, place, candidate in sorted(chain.from_iterable(_near(ours, theirs, limits))):
        if place not in paired and candidate not in taken:
            paired.add(place)
            taken.add(candidate)
    return paired


def nearest_pairs(ours: Sequence[Object], theirs: Sequence[Object]) -> list[int] | None:
    """Return which of `theirs` goes with each of `ours`, where it is known that all have one.

    The boxes around them, in a few frames, are enough to choose.
    """
    boxes: dict[tuple[int, str], Box] = {}
    gaps: list[tuple[float, int, int]] = []
    for place, shared in enumerate(_meetings(ours, theirs)):
        for candidate in shared:
            gap = _box_gap(ours[place], theirs[candidate], boxes)
            gaps.append((gap, place, candidate))
    return pair_up(len(ours), gaps)


def _near(
    ours: Sequence[Object], theirs: Sequence[Object], limits: Limits
) -> Iterator[list[tuple[float, int, int]]]:
    """For each tracker, list those of the others that are within the limits, with their gaps."""
    left, right = [_track(tracker) for tracker in ours], [_track(tracker) for tracker in theirs]
    for place, shared in enumerate(_meetings(ours, theirs)):
        near: list[tuple[float, int, int]] = []
        for candidate, count in shared.items():
            gap = _gap(left[place], right[candidate], count, limits)
            if gap is not None:
                near.append((gap, place, candidate))
        yield near


def _meetings(ours: Sequence[Object], theirs: Sequence[Object]) -> Iterator[Counter[int]]:
    """For each tracker, count the frames that it shares with those of the same type and label.

    Trackers that are seen nowhere meet each other.
    """
    seen: defaultdict[tuple[Json, ...], list[int]] = defaultdict(list)
    for place, tracker in enumerate(theirs):
        for frame in cast("Object", tracker["frames"]) or ("",):
            seen[frame, tracker["type"], tracker["label"]].append(place)
    for tracker in ours:
        shared: Counter[int] = Counter()
        for frame in cast("Object", tracker["frames"]) or ("",):
            shared.update(seen.get((frame, tracker["type"], tracker["label"]), ()))
        yield shared


def _box_gap(one: Object, other: Object, boxes: dict[tuple[int, str], Box]) -> float:
    """Return how far apart the boxes around two trackers are, as a mean of a few frames."""
    ours, theirs = (cast("dict[str, Object]", each["frames"]) for each in (one, other))
    shared = [frame for frame in ours if frame in theirs]
    some = shared[:: len(shared) // _LOOKED_AT + 1]
    gap = 0.0
    for frame in some:
        places: list[Box] = []
        for each, frames in ((one, ours), (other, theirs)):
            key = (id(each), frame)
            if key not in boxes:
                boxes[key] = _box(points_of(str(each["type"]), frames[frame]))
            places.append(boxes[key])
        gap += math.dist(*places)
    return gap / max(1, len(some))


def _box(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def points_of(kind: str, annotation: Object) -> list[Point]:
    """Return the points of an annotation in the order of their outline."""
    if kind == "rectangle":
        corners = cast("list[dict[str, float]]", annotation["coordinates"])
        return [(corner["x"], corner["y"]) for corner in corners]
    named = cast("dict[str, dict[str, float]]", annotation["points"])
    if kind != "polygon" or not annotation.get("edges"):
        return [(point["x"], point["y"]) for point in named.values()]
    return [(named[name]["x"], named[name]["y"]) for name in ring_of(annotation)]


def ring_of(annotation: Object) -> list[str]:
    """Return a polygon's points in the order of its edges, if those lead through all of them."""
    names = list(cast("Object", annotation["points"]))
    edges = cast("dict[str, list[str]] | None", annotation.get("edges"))
    if not edges:
        return names
    following = {start: end for start, end in edges.values() if start != end}
    ring = [names[0]]
    while len(ring) < len(names):
        name = following.get(ring[-1])
        if name is None or name == ring[0]:
            break
        ring.append(name)
    return ring if len(ring) == len(names) == len(set(ring)) else names


def _track(tracker: Object) -> Track:
    kind = str(tracker["type"])
    frames = cast("dict[str, Object]", tracker["frames"])
    outlines = {frame: _outline(kind, annotation) for frame, annotation in frames.items()}
    return Track(kind, outlines)


def _outline(kind: str, annotation: Object) -> Outline:
    points = points_of(kind, annotation)
    if kind == "cuboid":
        return closed_outline(hull(points))
    if kind == "landmark":
        return outline_of(points, list(cast("Object", annotation["points"])))
    return closed_outline(points) if kind in CLOSED else outline_of(points)


def _gap(one: Track, other: Track, shared: int, limits: Limits) -> float | None:
    """Return 0 for the same track, 1 at the limit, None beyond it."""
    seen = len(one.outlines) + len(other.outlines) - shared
    if not one.outlines or not other.outlines:
        return 0.0 if not seen else None
    if one.type in CLOSED:
        # What is seen by one alone counts as no overlap at all.
        missing, most = seen - shared, (1 - limits.iou) * seen
    elif used(1 - shared / seen, 1 - limits.presence) > 1:
        return None
    else:
        missing, most = 0, limits.distance * shared
    lost = _lost(one, other, missing, most)
    if lost > most + _ROUNDING:
        return None
    return lost / most if most > 0 else 0.0


def _lost(one: Track, other: Track, missing: float, most: float) -> float:
    """Add up over the frames what two tracks differ by, as long as it is not too much already."""
    if one.type not in CLOSED:
        return _summed(apart, one, other, missing, most)
    # Most pairs are of different objects, which a rough look is enough to tell.
    least = _summed(least_lost, one, other, missing, most)
    return least if least > most + _ROUNDING else _summed(lost, one, other, missing, most)


def _summed(
    measure: Callable[[Outline, Outline], float],
    one: Track,
    other: Track,
    start: float,
    most: float,
) -> float:
    total, theirs = start, other.outlines
    for frame, outline in one.outlines.items():
        if total > most + _ROUNDING:
            break
        if frame in theirs:
            total += measure(outline, theirs[frame])
    return total
