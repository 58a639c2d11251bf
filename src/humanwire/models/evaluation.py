"""How good a model is on labelled pictures: figures with how sure they are, from few or many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt

from msgspec import Struct

_BINS = 10
_Z = 1.959964
"""95 % of a normal distribution lie within so many deviations."""
_THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)


class Judged(Struct, frozen=True):
    """What the label says, what the model said (`None`: it abstained) and how sure it was."""

    label: str
    said: str | None
    confidence: float = 0.0
    reason: str = ""

    @property
    def right(self) -> bool:
        return self.said == self.label


class Share(Struct, frozen=True):
    """A share with its 95 % interval (Wilson's), of so many."""

    of: int
    share: float | None
    low: float
    high: float


class Bin(Struct, frozen=True):
    """Verdicts whose confidence lies from `low` to `high`: what they claim, and what was right."""

    low: float
    high: float
    claimed: float
    right: Share


class HandOver(Struct, frozen=True):
    """What a threshold would have meant: who asks people, how many errors stay, what it costs."""

    confidence: float
    to_people: float
    errors: Share
    people_cost: float


class Evaluation(Struct, frozen=True):
    """All of it. `calibration_error` is how far claims are from what was right, on average."""

    pictures: int
    answered: int
    abstained: Mapping[str, int]
    accuracy: Share
    confusion: Mapping[str, Mapping[str, int]]
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    hand_over: tuple[HandOver, ...]


def evaluate(judged: Sequence[Judged], price: float = 1.0) -> Evaluation:
    """Work out the figures; `price` is that of a person's answer."""
    said = [each for each in judged if each.said is not None]
    bins = tuple(_bins(said))
    confusion: dict[str, Counter[str]] = {}
    for each in judged:
        confusion.setdefault(each.label, Counter())[each.said or "(abstained)"] += 1
    off = sum(each.right.of * abs(each.claimed - (each.right.share or 0.0)) for each in bins)
    return Evaluation(
        pictures=len(judged),
        answered=len(said),
        abstained=Counter(each.reason for each in judged if each.said is None),
        accuracy=share(sum(each.right for each in said), len(said)),
        confusion=confusion,
        calibration=bins,
        calibration_error=off / len(said) if said else None,
        hand_over=tuple(_hand_over(judged, each, price) for each in _THRESHOLDS),
    )


def share(count: int, of: int) -> Share:
    """A share and how sure it is; of none, anything is possible."""
    if of == 0:
        return Share(0, None, 0.0, 1.0)
    middle = (count + _Z**2 / 2) / (of + _Z**2)
    reach = _Z / (of + _Z**2) * sqrt(count * (of - count) / of + _Z**2 / 4)
    found = count / of
    # At the ends rounding would leave the share outside of its interval.
    return Share(
        of, found, max(0.0, min(found, middle - reach)), min(1.0, max(found, middle + reach))
    )


def _bins(said: Sequence[Judged]) -> list[Bin]:
    sorted_in: dict[int, list[Judged]] = {}
    for each in said:
        sorted_in.setdefault(min(_BINS - 1, int(each.confidence * _BINS)), []).append(each)
    return [
        Bin(
            number / _BINS,
            (number + 1) / _BINS,
            sum(each.confidence for each in group) / len(group),
            share(sum(each.right for each in group), len(group)),
        )
        for number, group in sorted(sorted_in.items())
    ]


def _hand_over(judged: Sequence[Judged], confidence: float, price: float) -> HandOver:
    kept = [each for each in judged if each.said is not None and each.confidence >= confidence]
    to_people = len(judged) - len(kept)
    wrong = sum(not each.right for each in kept)
    part = to_people / len(judged) if judged else 0.0
    return HandOver(confidence, part, share(wrong, len(kept)), to_people * price)
