"""Batches: named sets of tasks, whose progress is kept and which are given out or held back."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, cast

from msgspec import Struct

from humanwire.core.consensus import Collect, Policy
from humanwire.core.ids import BatchId
from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion
from humanwire.core.task import End, Mode, Status

BatchState = Literal["open", "paused", "closed"]

Counted: TypeAlias = Status | Literal["frames", "completed_frames", "annotations"]
"""What is counted of a batch: tasks by status, their pictures, the marks in their results."""

DEFAULT_NAME = "default"
"""The batch of tasks that name none."""
NAME_LIMIT = 500
PACE_ENDS = 100
"""From how many of the latest ends a queue's pace is told."""


class Batch(Struct, frozen=True, kw_only=True):
    """A named set of a project's tasks, all of one mode.

    While it is paused nobody gets any of its tasks (who has one may finish it); closed, it takes
    no more, and what it has goes on. Closed with no task pending it is complete, for good. That is
    told in the words of its `dialect`, to its `callback_url` or else the project's.
    """

    id: BatchId
    mode: Mode
    name: str
    dialect: str
    created_at: int
    label: str | None = None
    description: str | None = None
    callback_url: str | None = None
    state: BatchState = "open"
    completed_at: int | None = None


class Extent(Struct, frozen=True):
    """How many pictures a task has, and how many marks its result."""

    frames: int
    annotations: int


def extent(question: AnyQuestion, policy: Policy, end: End | None) -> Extent:
    """Measure a task as it is asked, or as it ends."""
    if end is None or end.status != "complete" or end.response is None:
        return Extent(question.frame_count(), 0)
    several = isinstance(policy, Collect)
    answers = cast("list[Json]", end.response) if several else [end.response]
    return Extent(question.frame_count(), sum(map(question.mark_count, answers)))


def counted_as_asked(size: Extent, end: End | None) -> Mapping[Counted, int]:
    """What a new task adds to its batch; a staged one may have ended already."""
    if end is None:
        return {"pending": 1, "frames": size.frames}
    return {end.status: 1, "frames": size.frames, **_counted_as_done(size, end)}


def counted_as_ended(size: Extent, end: End) -> Mapping[Counted, int]:
    """What the end of a pending task changes in its batch."""
    return {"pending": -1, end.status: 1, **_counted_as_done(size, end)}


def _counted_as_done(size: Extent, end: End) -> Mapping[Counted, int]:
    if end.status != "complete":
        return {}
    return {"completed_frames": size.frames, "annotations": size.annotations}


def seconds_to_go(pending: int, ends: Sequence[int], now: int) -> float | None:
    """Estimate how long so many tasks take at the pace of the latest ends, newest first.

    While nothing ends the pace falls. None: there have been too few ends to tell.
    """
    if len(ends) < 2:  # noqa: PLR2004 - it takes two to make a distance
        return None
    each = max(now - ends[-1], 0) / (len(ends) - 1)
    return pending * each / 1000
