"""Checks trackers: objects followed through frames, in the five shapes that they come in.

What is not named here is kept as it came. A path is written only once there is a fault to name:
an answer may hold tens of thousands of points.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NoReturn, TypeAlias

from msgspec import Struct

from humanwire.core.errors import InvalidAnswer
from humanwire.core.json import Json

Object: TypeAlias = dict[str, Json]

ANNOTATIONS_MAX = 50_000
"""The most annotations of an answer, over all frames."""
ANNOTATIONS_PER_FRAME_MAX = 500
"""The most in one frame; comparing two answers takes the square of it."""
POINTS_MAX = 1000
"""The most points of a shape."""

_CORNERS = 4
_CUBOID_POINTS = 8
_LEAST_POINTS = {"polygon": 3, "line": 2, "landmark": 1}
_NUMBERS = frozenset({int, float})
_NO_POINT = "There is no point of this name."


class Rules(Struct, frozen=True):
    """What a question allows: its frames, its shapes, and the shape that each label is drawn with.

    No labels: any label will do.
    """

    frames: Collection[str]
    shapes: Collection[str]
    labels: Mapping[str, str | None]


def check_trackers(trackers: Json, rules: Rules, path: str) -> None:
    """Raise InvalidAnswer, with the path of the fault, unless all trackers fit the rules."""
    if not isinstance(trackers, list):
        _refuse("It must be a list of trackers.", path)
    ids: set[str] = set()
    crowd = dict.fromkeys(rules.frames, 0)
    total = 0
    for index, tracker in enumerate(trackers):
        here = f"{path}[{index}]"
        frames = _checked_tracker(tracker, rules, ids, here)
        check = _SHAPES[str(tracker["type"])] if isinstance(tracker, dict) else _check_rectangle
        total += len(frames)
        if total > ANNOTATIONS_MAX:
            _refuse(f"At most {ANNOTATIONS_MAX} annotations.", path)
        for frame, annotation in frames.items():
            there = f"{here}.frames.{frame}"
            if frame not in crowd:
                _refuse("There is no frame of this name.", there)
            crowd[frame] += 1
            if crowd[frame] > ANNOTATIONS_PER_FRAME_MAX:
                _refuse(f"At most {ANNOTATIONS_PER_FRAME_MAX} annotations in a frame.", there)
            if not isinstance(annotation, dict):
                _refuse("An annotation is an object.", there)
            _check_annotation(annotation, rules, there)
            check(annotation, there)


def _checked_tracker(tracker: Json, rules: Rules, ids: set[str], path: str) -> Object:
    if not isinstance(tracker, dict):
        _refuse("A tracker is an object.", path)
    kind, label = tracker.get("type"), tracker.get("label")
    if not isinstance(kind, str) or kind not in _SHAPES:
        _refuse(f"It must be one of {', '.join(_SHAPES)}.", f"{path}.type")
    if rules.shapes and kind not in rules.shapes:
        _refuse("This shape may not be drawn here.", f"{path}.type")
    if not isinstance(label, str):
        _refuse("It must be a string.", f"{path}.label")
    if rules.labels:
        if label not in rules.labels:
            _refuse("There is no such label.", f"{path}.label")
        if rules.labels[label] not in {None, kind}:
            _refuse(f"{label!r} is drawn as {rules.labels[label]}.", f"{path}.type")
    identifier = _checked_id(tracker, path)
    if identifier in ids:
        _refuse("Another tracker has this id.", f"{path}._id")
    if identifier:
        ids.add(identifier)
    if "attributes" in tracker:
        _check_attributes(tracker["attributes"], f"{path}.attributes")
    frames = tracker.get("frames")
    if not isinstance(frames, dict):
        _refuse("It must be an object with an annotation for each frame.", f"{path}.frames")
    return frames


def _check_annotation(annotation: Object, rules: Rules, path: str) -> None:
    _checked_id(annotation, path)
    label = annotation.get("label", "")
    if not isinstance(label, str):
        _refuse("It must be a string.", f"{path}.label")
    if label and rules.labels and label not in rules.labels:
        _refuse("There is no such label.", f"{path}.label")
    if "attributes" in annotation:
        _check_attributes(annotation["attributes"], f"{path}.attributes")
    if not isinstance(annotation.get("interpolated", False), bool):
        _refuse("It must be true or false.", f"{path}.interpolated")


def _checked_id(thing: Object, path: str) -> str:
    identifier = thing.get("_id", "")
    if not isinstance(identifier, str):
        _refuse("It must be a string.", f"{path}._id")
    return identifier


def _check_attributes(attributes: Json, path: str) -> None:
    if not isinstance(attributes, dict):
        _refuse("It must be an object with a value for each attribute.", path)
    for name, attribute in attributes.items():
        if not isinstance(attribute, dict) or "value" not in attribute:
            _refuse("An attribute is an object with a value.", f"{path}.{name}")
        value = attribute["value"]
        if isinstance(value, str):
            continue
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            _refuse("It must be a string or a list of strings.", f"{path}.{name}.value")


def _check_rectangle(annotation: Object, path: str) -> None:
    corners = annotation.get("coordinates")
    if not isinstance(corners, list) or len(corners) != _CORNERS:
        _refuse("A rectangle has four corners.", f"{path}.coordinates")
    for index, corner in enumerate(corners):
        if not _is_fraction(corner):
            _refuse_point(corner, f"{path}.coordinates[{index}]")


def _check_drawn(annotation: Object, path: str, kind: str) -> None:
    points = _checked_points(annotation, path)
    least = _LEAST_POINTS[kind]
    if len(points) < least:
        _refuse(f"A {kind} has at least {least} points.", f"{path}.points")
    if "edges" in annotation:
        _check_edges(annotation["edges"], points, f"{path}.edges")


def _check_polygon(annotation: Object, path: str) -> None:
    _check_drawn(annotation, path, "polygon")


def _check_line(annotation: Object, path: str) -> None:
    _check_drawn(annotation, path, "line")


def _check_landmark(annotation: Object, path: str) -> None:
    _check_drawn(annotation, path, "landmark")
    points = annotation["points"]
    if isinstance(points, dict):
        for name, point in points.items():
            if isinstance(point, dict) and type(point.get("label", 0)) not in _NUMBERS:
                _refuse("It must be a number.", f"{path}.points.{name}.label")


def _check_cuboid(annotation: Object, path: str) -> None:
    points = _checked_points(annotation, path)
    if len(points) != _CUBOID_POINTS:
        _refuse(f"A cuboid has {_CUBOID_POINTS} points.", f"{path}.points")
    for face in ("front", "side", "back"):
        if face in annotation or face != "side":
            _check_face(annotation.get(face), points, f"{path}.{face}")
    if "edges" in annotation:
        _check_edges(annotation["edges"], points, f"{path}.edges")


def _check_face(face: Json, points: Object, path: str) -> None:
    if not isinstance(face, dict):
        _refuse("A face is an object with coordinates.", path)
    names = face.get("coordinates")
    if not isinstance(names, list) or len(names) != _CORNERS:
        _refuse("A face names four points.", f"{path}.coordinates")
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in points:
            _refuse(_NO_POINT, f"{path}.coordinates[{index}]")


def _check_edges(edges: Json, points: Object, path: str) -> None:
    if not isinstance(edges, dict):
        _refuse("It must be an object with two points for each edge.", path)
    for name, edge in edges.items():
        if not isinstance(edge, list) or len(edge) != len(("from", "to")):
            _refuse("An edge names two points.", f"{path}.{name}")
        for index, end in enumerate(edge):
            if not isinstance(end, str) or end not in points:
                _refuse(_NO_POINT, f"{path}.{name}[{index}]")


def _checked_points(annotation: Object, path: str) -> Object:
    points = annotation.get("points")
    if not isinstance(points, dict):
        _refuse("It must be an object with named points.", f"{path}.points")
    if len(points) > POINTS_MAX:
        _refuse(f"At most {POINTS_MAX} points.", f"{path}.points")
    for name, point in points.items():
        if not _is_fraction(point):
            _refuse_point(point, f"{path}.points.{name}")
    return points


def _is_fraction(point: Json) -> bool:
    if not isinstance(point, dict):
        return False
    x, y = point.get("x"), point.get("y")
    # `type` and not `isinstance`: true and false are no numbers here.
    return (
        type(x) in _NUMBERS
        and type(y) in _NUMBERS
        and 0 <= x <= 1  # type: ignore[operator]
        and 0 <= y <= 1  # type: ignore[operator]
    )


def _refuse_point(point: Json, path: str) -> NoReturn:
    if not isinstance(point, dict):
        _refuse("A point is an object with x and y.", path)
    for axis in ("x", "y"):
        value = point.get(axis)
        if isinstance(value, bool) or not isinstance(value, int | float):
            _refuse("It must be a number.", f"{path}.{axis}")
        if not 0 <= value <= 1:
            _refuse("It must lie between 0 and 1.", f"{path}.{axis}")
    raise AssertionError(path)


def _refuse(message: str, path: str) -> NoReturn:
    raise InvalidAnswer(message, field=path)


_SHAPES: Mapping[str, Callable[[Object, str], None]] = {
    "rectangle": _check_rectangle,
    "polygon": _check_polygon,
    "line": _check_line,
    "cuboid": _check_cuboid,
    "landmark": _check_landmark,
}
