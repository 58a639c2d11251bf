"""Tracking: objects followed through the frames of a sequence, or of a film."""

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Self, cast

import msgspec
from msgspec import Raw

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question
from humanwire.core.questions.tracking_agreement import Limits, Object, trackers_of
from humanwire.core.questions.tracking_check import Rules, check_trackers
from humanwire.core.questions.tracking_judge import TrackingJudge
from humanwire.core.questions.tracking_setting import (
    Frame,
    Label,
    TrackerType,
    Video,
    check_frames,
    check_labels,
)

_STAGED_BOX = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
_STAGED_BACK = ((0.35, 0.15), (0.85, 0.15), (0.85, 0.65), (0.35, 0.65))
_FRONT, _SIDE, _BACK = ("p1", "p2", "p3", "p4"), ("p2", "p6", "p7", "p3"), ("p5", "p6", "p7", "p8")


class Tracking(Question, frozen=True, kw_only=True, tag="tracking"):
    """Follow objects through `frames`, or through a `video`, and say what they are.

    No `shapes` are all of them, and no `labels` any. `annotations` are trackers to be corrected,
    in the words in which they were sent. Two trackers with the same label are the same with a
    mean intersection over union of `iou` at least, over all frames in which either is seen; those
    of lines and landmarks within `point_tolerance` of the diagonal, as a mean over the frames in
    which both are seen, which must be a share of `presence` of those in which either is.
    """

    slow: ClassVar[bool] = True
    large: ClassVar[bool] = True

    frames: tuple[Frame, ...] = ()
    video: Video | None = None
    shapes: tuple[TrackerType, ...] = ()
    labels: tuple[Label, ...] = ()
    annotations: Raw = Raw(b"[]")
    iou: float = 0.7
    point_tolerance: float = 0.02
    presence: float = 0.7

    def checked(self) -> Self:
        check_frames(self.frames, self.video)
        check_labels(self.labels, self.shapes)
        for name in ("iou", "point_tolerance", "presence"):
            if not 0 <= getattr(self, name) <= 1:
                raise Invalid("It must lie between 0 and 1.", field=name)
        try:
            check_trackers(self._sent(), self._rules(), "annotations")
        except InvalidAnswer as fault:
            raise Invalid(fault.message, field=fault.field) from None
        return self

    def check(self, response: Json) -> Json:
        """Return the answer as it came, with whatever it has besides."""
        if not isinstance(response, dict) or "annotations" not in response:
            message = "The answer must be an object with annotations."
            raise InvalidAnswer(message, field="response")
        check_trackers(response["annotations"], self._rules(), "response.annotations")
        return response

    def agree(self, one: Given, other: Given) -> bool:
        return self.judge().agree(one, other)

    def merge(self, group: Sequence[Given]) -> Json:
        return self.judge().merge(group)

    def supported(self, merged: Json, agreed: int, others: Sequence[Given]) -> Json:
        return self.judge().supported(merged, agreed, others)

    def judge(self) -> TrackingJudge:
        return TrackingJudge(Limits(self.iou, self.point_tolerance, self.presence))

    def frame_count(self) -> int:
        return len(self.frame_ids())

    def mark_count(self, response: Json) -> int:
        return counts(response)[1]

    def staged(self) -> Json:
        """Return the trackers that were sent, else one object in the first and the last frame."""
        sent = self._sent()
        return {"annotations": sent or [self._staged_tracker()]}

    def media_urls(self) -> Sequence[str]:
        """Return the addresses of what is shown, in order."""
        return [frame.src for frame in self.frames] if self.video is None else [self.video.src]

    def shown_at(self, there: Callable[[str], str]) -> Self:
        """Return the question with what is shown at other addresses."""
        frames = tuple(msgspec.structs.replace(f, src=there(f.src)) for f in self.frames)
        film = self.video
        video = None if film is None else msgspec.structs.replace(film, src=there(film.src))
        return msgspec.structs.replace(self, frames=frames, video=video)

    def frame_ids(self) -> Collection[str]:
        """Return what the frames are called, in order."""
        if self.video is None:
            return [frame.frame_id for frame in self.frames]
        return [f"frame{number}" for number in range(1, self.video.frame_count + 1)]

    def _sent(self) -> Json:
        return msgspec.json.decode(self.annotations)

    def _rules(self) -> Rules:
        labels = {label.name: label.shape for label in self.labels}
        return Rules(self.frame_ids(), self.shapes, labels)

    def _staged_tracker(self) -> Json:
        label = self.labels[0] if self.labels else Label("staged response")
        kind = label.shape or (self.shapes[0] if self.shapes else "rectangle")
        frames = list(self.frame_ids())
        seen: Object = {frame: _staged_annotation(kind) for frame in (frames[0], frames[-1])}
        return {"_id": "staged-1", "type": kind, "label": label.name, "frames": seen}


def counts(response: Json) -> tuple[int, int]:
    """Return how many frames of a checked answer have annotations, and how many those are."""
    trackers = trackers_of(response)
    frames = [frame for tracker in trackers for frame in cast("Object", tracker["frames"])]
    return len(set(frames)), len(frames)


def _staged_annotation(kind: TrackerType) -> Json:
    if kind == "rectangle":
        corners: Json = [{"x": x, "y": y} for x, y in _STAGED_BOX]
        return {"label": "", "coordinates": corners}
    places = _STAGED_BOX + _STAGED_BACK if kind == "cuboid" else _STAGED_BOX
    points: Object = {f"p{number}": {"x": x, "y": y} for number, (x, y) in enumerate(places, 1)}
    annotation: Object = {"label": "", "points": points}
    if kind == "cuboid":
        for name, face in (("front", _FRONT), ("side", _SIDE), ("back", _BACK)):
            annotation[name] = {"coordinates": list(face)}
    elif kind == "polygon":
        ends = zip(points, [*list(points)[1:], "p1"], strict=True)
        annotation["edges"] = {f"e{number}": [a, b] for number, (a, b) in enumerate(ends, 1)}
    elif kind == "landmark":
        for number, point in enumerate(points.values(), 1):
            cast("Object", point)["label"] = number
    return annotation
