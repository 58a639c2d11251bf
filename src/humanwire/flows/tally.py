"""Counts what this process has done since its start, for whoever measures it.

The figures go with the process: they are for rates, the store has the truth.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from humanwire.core.ids import ProjectId
from humanwire.core.task import Mode, Status

Tried = Literal["delivered", "retried", "failed"]
"""What came of an attempt at a delivery."""

Judged = Literal["right", "wrong"]
"""What people said of a model's answer."""


class Tally:
    """Counters that only grow."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[ProjectId, Mode]] = Counter()
        self.ended: Counter[tuple[ProjectId, Mode, Status]] = Counter()
        self.opinions: Counter[tuple[ProjectId, str, str]] = Counter()
        self.charged: Counter[ProjectId] = Counter()
        self.answered: Counter[ProjectId] = Counter()
        self.lapsed: Counter[ProjectId] = Counter()
        self.attempts: Counter[tuple[ProjectId, Tried]] = Counter()
        self.audited: Counter[tuple[ProjectId, str, Judged]] = Counter()
        self.reopened: Counter[tuple[ProjectId, str]] = Counter()


TRIED: Mapping[str, Tried] = {"delivered": "delivered", "pending": "retried", "failed": "failed"}
"""What a delivery's state after an attempt says about that attempt."""
