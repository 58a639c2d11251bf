"""Pairs the trackers of one worker with those of another, by label and by where they are."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias, cast

from msgspec import Struct

from humanwire.core.json import Json
from humanwire.core.questions.geometry import used
from humanwire.core.questions.matching import pair_up
from humanwire.core.questions.outline import (
    Outline,
    Point,
    apart,
    closed_outline,
    hull,
    outline_of,
)
from humanwire.core.questions.overlap import least_lost, lost

Object: TypeAlias = dict[str, Json]

CLOSED = frozenset({"rectangle", "polygon", "cuboid"})
_ROUNDING = 1e-9


class Track(Struct, frozen=True):
    """A tracker's outline in each frame in which it is seen."""

    type: str
    label: Json
    outlines: Mapping[str, Outline]


class Limits(Struct, frozen=True):
    """How near two tracks are the same: `Tracking` says what each number means."""

    iou: float
    distance: float
    presence: float


def trackers_of(response: Json) -> list[Object]:
    """Return the trackers of a checked answer."""
    return cast("list[Object]", cast("Object", response)["annotations"])


def tracks_of(response: Json) -> list[Track]:
    """Return what is compared of a checked answer, which costs as much as comparing it once."""
    return [_track(tracker) for tracker in trackers_of(response)]


def same_objects(
    ours: Sequence[Track], theirs: Sequence[Track], limits: Limits
) -> list[int] | None:
    """Return for each track which of the others is the same, one for each; None if any has none."""
    if len(ours) != len(theirs):
        return None
    gaps: list[tuple[float, int, int]] = []
    for near in _near(ours, theirs, limits):
        if not near:
            return None
        gaps += near
    return pair_up(len(ours), gaps)


def found_again(ours: Sequence[Track], theirs: Sequence[Track], limits: Limits) -> set[int]:
    """Return which tracks have one of their own among the others, the closest paired first."""
    paired: set[int] = set()
    taken: set[int] = set()
    for _, place, candidate in sorted(chain.from_iterable(_near(ours, theirs, limits))):
        if place not in paired and candidate not in taken:
            paired.add(place)
            taken.add(candidate)
    return paired


def _near(
    ours: Sequence[Track], theirs: Sequence[Track], limits: Limits
) -> Iterator[list[tuple[float, int, int]]]:
    """For each track, list those of the others that are within the limits, with their gaps."""
    for place, shared in enumerate(_meetings(ours, theirs)):
        near: list[tuple[float, int, int]] = []
        for candidate, count in shared.items():
            gap = _gap(ours[place], theirs[candidate], count, limits)
            if gap is not None:
                near.append((gap, place, candidate))
        yield near


def _meetings(ours: Sequence[Track], theirs: Sequence[Track]) -> Iterator[Counter[int]]:
    """For each track, count the frames that it shares with those of the same type and label.

    Tracks that are seen nowhere meet each other.
    """
    seen: defaultdict[tuple[Json, ...], list[int]] = defaultdict(list)
    for place, track in enumerate(theirs):
        for frame in track.outlines or ("",):
            seen[frame, track.type, track.label].append(place)
    for track in ours:
        shared: Counter[int] = Counter()
        for frame in track.outlines or ("",):
            shared.update(seen.get((frame, track.type, track.label), ()))
        yield shared


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
    ends = list(chain.from_iterable(edges.values()))
    if ends[::2] == names and ends[1::2] == [*names[1:], names[0]]:
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
    return Track(kind, tracker["label"], outlines)


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
