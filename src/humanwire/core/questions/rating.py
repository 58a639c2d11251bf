"""A rating: a number on a scale with equal steps."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Self, cast

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question

# Up to here every integer is a float of its own.
_BOUND = 2**53
# A step this many times the spacing of floats at the end of the scale survives rounding.
_STEP_SPACINGS = 16


class Rating(Question, frozen=True, kw_only=True, tag="rating"):
    """Give a number of the scale: `min`, `min + step`, `min + 2 * step` … and always `max`.

    The labels name the ends. Two ratings at most `tolerance` apart agree.
    """

    min: int | float = 0
    max: int | float = 100
    step: int | float = 1
    label_min: str | None = None
    label_max: str | None = None
    tolerance: int | float = 0

    def checked(self) -> Self:
        for name, bound in (("min", self.min), ("max", self.max)):
            if not -_BOUND <= bound <= _BOUND:
                raise Invalid("The end of the scale is out of range.", field=name)
        if not self.min < self.max:
            raise Invalid("The minimum must be below the maximum.", field="min")
        if not 0 < self.step <= _BOUND:
            raise Invalid("The step must be above 0, and in range.", field="step")
        if self.step < _STEP_SPACINGS * self._spacing():
            raise Invalid("The step is too fine for the scale.", field="step")
        if not 0 <= self.tolerance <= _BOUND:
            raise Invalid("The tolerance must not be negative.", field="tolerance")
        return self

    def check(self, response: Json) -> Json:
        """Return the number of the scale that is meant: 0.3 for 0.1 + 0.2, 5 for 5.0."""
        if isinstance(response, bool) or not isinstance(response, int | float):
            raise InvalidAnswer("The answer must be a number.", field="response")
        slack = self._slack()
        if not self.min - slack <= response <= self.max + slack:
            message = f"The answer must lie between {self.min} and {self.max}."
            raise InvalidAnswer(message, field="response")
        nearest = self._nearest(response)
        if abs(nearest - response) > slack:
            message = f"The answer must be {self.min} plus steps of {self.step}."
            raise InvalidAnswer(message, field="response")
        return nearest

    def agree(self, one: Given, other: Given) -> bool:
        return abs(_number(one) - _number(other)) <= self.tolerance + self._slack()

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the median.

        Half-way between two middle ratings the nearest number of the scale counts, the lower if
        two are equally near.
        """
        ratings = sorted(_number(given) for given in group)
        low, high = ratings[(len(ratings) - 1) // 2], ratings[len(ratings) // 2]
        return self._nearest((low + high) / 2)

    def staged(self) -> Json:
        """Return the middle of the scale, or the nearest below or above."""
        return self._nearest((self.min + self.max) / 2)

    def _nearest(self, value: float) -> int | float:
        """Return the number of the scale nearest to a value between its ends; of two the lower."""
        low, high, step = (Decimal(str(number)) for number in (self.min, self.max, self.step))
        point = min(max(Decimal(str(value)), low), high)
        below = low + (point - low) // step * step
        above = min(below + step, high)
        nearest = below if point - below <= above - point else above
        whole = nearest == nearest.to_integral_value() and low % 1 == 0 and step % 1 == 0
        return int(nearest) if whole else float(nearest)

    def _slack(self) -> float:
        """How far a float may be from the number it stands for; far less than half a step."""
        return max(self.step * 1e-6, 2 * self._spacing())

    def _spacing(self) -> float:
        return math.ulp(max(abs(self.min), abs(self.max)))


def _number(given: Given) -> int | float:
    return cast("int | float", given.response)
