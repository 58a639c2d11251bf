"""What a tracking question is made of: frames or a film, and the labels that objects get."""

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions.web_address import is_web_address

TrackerType = Literal["rectangle", "polygon", "line", "cuboid", "landmark"]

FRAMES_MAX = 20_000
"""The most frames of a question, also of a film."""
FRAMES_PER_SECOND_MAX = 1000
LABELS_MAX = 1000

_DIGITS = frozenset("0123456789abcdefABCDEF")
_COLOR_LENGTH = len("#rrggbb")


class Frame(Struct, frozen=True):
    """A picture of the sequence, and what its annotations call it."""

    frame_id: str
    src: str


class Video(Struct, frozen=True):
    """A film in place of frames; its frames are called `frame1`, `frame2` and so on."""

    src: str
    fps: int | float
    frame_count: int


class Attribute(Struct, frozen=True):
    """What is asked about an object: in each `frame`, or once about the whole `tracker`."""

    name: str
    type: Literal["text", "single", "multiple"] = "text"
    choices: tuple[str, ...] = ()
    per: Literal["frame", "tracker"] = "frame"


class Label(Struct, frozen=True):
    """What an object can be. `shape` None is any of the question's; `color` is `#rrggbb`.

    `points` and `edges` are a landmark's skeleton: names in order, and pairs of them.
    """

    name: str
    shape: TrackerType | None = None
    color: str | None = None
    attributes: tuple[Attribute, ...] = ()
    points: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()


def check_frames(frames: Sequence[Frame], video: Video | None) -> None:
    """Raise Invalid unless there is either a film or a sequence of pictures with names."""
    if video is not None:
        if frames:
            raise Invalid("Send frames or a video, not both.", field="frames")
        _check_video(video)
        return
    if not frames:
        raise Invalid("There are no frames.", field="frames")
    if len(frames) > FRAMES_MAX:
        raise Invalid(f"At most {FRAMES_MAX} frames.", field="frames")
    seen: set[str] = set()
    for index, frame in enumerate(frames):
        where = f"frames[{index}]"
        if not frame.frame_id:
            raise Invalid("The frame has no name.", field=f"{where}.frame_id")
        if frame.frame_id in seen:
            raise Invalid("Another frame has this name.", field=f"{where}.frame_id")
        seen.add(frame.frame_id)
        if not is_web_address(frame.src):
            raise Invalid("It must be an http or https URL.", field=f"{where}.src")


def check_labels(labels: Sequence[Label], shapes: Collection[TrackerType]) -> None:
    """Raise Invalid unless every label can be told from the others, and be drawn."""
    if len(labels) > LABELS_MAX:
        raise Invalid(f"At most {LABELS_MAX} labels.", field="labels")
    seen: set[str] = set()
    for index, label in enumerate(labels):
        where = f"labels[{index}]"
        if not label.name.strip():
            raise Invalid("The label has no name.", field=f"{where}.name")
        if label.name in seen:
            raise Invalid("Another label has this name.", field=f"{where}.name")
        seen.add(label.name)
        if label.shape and shapes and label.shape not in shapes:
            raise Invalid("This shape may not be drawn here.", field=f"{where}.shape")
        if label.color is not None and not _is_color(label.color):
            raise Invalid("A colour is written #rrggbb.", field=f"{where}.color")
        _check_attributes(label.attributes, where)
        _check_skeleton(label, where)


def _check_video(video: Video) -> None:
    if not is_web_address(video.src):
        raise Invalid("It must be an http or https URL.", field="video.src")
    if not 0 < video.fps <= FRAMES_PER_SECOND_MAX:
        message = f"It must be above 0, and at most {FRAMES_PER_SECOND_MAX}."
        raise Invalid(message, field="video.fps")
    if not 1 <= video.frame_count <= FRAMES_MAX:
        message = f"It must lie between 1 and {FRAMES_MAX}."
        raise Invalid(message, field="video.frame_count")


def _check_attributes(attributes: Sequence[Attribute], where: str) -> None:
    seen: set[str] = set()
    for index, attribute in enumerate(attributes):
        here = f"{where}.attributes[{index}]"
        if not attribute.name.strip():
            raise Invalid("The attribute has no name.", field=f"{here}.name")
        if attribute.name in seen:
            raise Invalid("Another attribute has this name.", field=f"{here}.name")
        seen.add(attribute.name)
        if attribute.type != "text" and not attribute.choices:
            raise Invalid("There are no choices.", field=f"{here}.choices")
        if len(set(attribute.choices)) < len(attribute.choices):
            raise Invalid("A choice is given twice.", field=f"{here}.choices")


def _check_skeleton(label: Label, where: str) -> None:
    if len(set(label.points)) < len(label.points):
        raise Invalid("A point is named twice.", field=f"{where}.points")
    for index, edge in enumerate(label.edges):
        for end, name in enumerate(edge):
            if name not in label.points:
                field = f"{where}.edges[{index}][{end}]"
                raise Invalid("There is no point of this name.", field=field)


def _is_color(text: str) -> bool:
    return len(text) == _COLOR_LENGTH and text[0] == "#" and _DIGITS.issuperset(text[1:])
