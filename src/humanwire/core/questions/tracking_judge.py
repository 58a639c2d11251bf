"""Compares the answers to one tracking task with each other, and merges those that agree."""

from collections.abc import Sequence
from typing import cast

from humanwire.core.json import Json
from humanwire.core.questions.base import Given
from humanwire.core.questions.tracking_agreement import (
    Limits,
    Object,
    Track,
    found_again,
    same_objects,
    trackers_of,
    tracks_of,
)
from humanwire.core.questions.tracking_merge import merged_tracker


class TrackingJudge:
    """Remembers of each answer the outlines, and of each two answers which objects go together.

    Either costs as much as all else in the decision on a long sequence. Answers are known by
    their identity: they live as long as the decision.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tracks: dict[int, list[Track]] = {}
        self._pairs: dict[tuple[int, int], list[int] | None] = {}

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether every object of each is one of the other's."""
        return self._paired(one, other) is not None

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest answer's objects, each with its mean shape in every frame.

        Attributes and labels of a frame are what most said.
        """
        first = cast("Object", group[0].response)
        if all(given.response == first for given in group):
            return first
        bundles = [[tracker] for tracker in trackers_of(first)]
        for given in group[1:]:
            theirs = trackers_of(given.response)
            pairs = self._paired(given, group[0]) or []  # a group agrees: there are always pairs
            for tracker, place in zip(theirs, pairs, strict=False):
                bundles[place].append(tracker)
        return {**first, "annotations": [merged_tracker(bundle) for bundle in bundles]}

    def supported(self, merged: Json, agreed: int, others: Sequence[Given]) -> Json:
        """Say beside the trackers on how many answers each rests, where there are several.

        It is not in them, so that they can be the next pre-labels as they are.
        """
        if agreed + len(others) == 1:
            return merged
        ours = tracks_of(merged) if others else []
        support = [agreed] * len(trackers_of(merged))
        for given in others:
            for place in found_again(ours, self._seen(given), self._limits):
                support[place] += 1
        return {**cast("Object", merged), "support": list[Json](support)}

    def _paired(self, one: Given, other: Given) -> list[int] | None:
        """Return which of the other's objects goes with each; None when they do not agree."""
        if one.response == other.response:
            return list(range(len(trackers_of(one.response))))
        key = id(one), id(other)
        if key not in self._pairs:
            self._pairs[key] = same_objects(self._seen(one), self._seen(other), self._limits)
        return self._pairs[key]

    def _seen(self, given: Given) -> list[Track]:
        if id(given) not in self._tracks:
            self._tracks[id(given)] = tracks_of(given.response)
        return self._tracks[id(given)]
