"""A choice: pick some of the given answers. A closed question is one with fixed choices."""

from collections.abc import Sequence
from typing import Self, cast

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question, ResourceType

VERDICTS = ("approved", "declined", "ban")
"""What a closed question is answered with."""


class Choice(Question, frozen=True, kw_only=True, tag="choice"):
    """Pick at least `min` and at most `max` of the choices; a `max` of 0 is no limit."""

    choices: tuple[str, ...]
    choices_type: ResourceType = "text"
    min: int = 1
    max: int = 0

    def checked(self) -> Self:
        if not self.choices:
            raise Invalid("There are no choices.", field="choices")
        if len(set(self.choices)) < len(self.choices):
            raise Invalid("A choice is given twice.", field="choices")
        if not 0 <= self.min <= len(self.choices):
            message = "The minimum must lie between 0 and the number of choices."
            raise Invalid(message, field="min")
        if self.max < 0:
            raise Invalid("The maximum must not be negative.", field="max")
        if 0 < self.max < self.min:
            raise Invalid("The minimum is above the maximum.", field="min")
        return self

    def check(self, response: Json) -> Json:
        """Return the list as it came: in the order in which the worker picked."""
        if not isinstance(response, list):
            raise InvalidAnswer("The answer must be a list of choices.", field="response")
        if len(response) < self.min:
            raise InvalidAnswer(f"Pick at least {self.min}.", field="response")
        if 0 < self.max < len(response):
            raise InvalidAnswer(f"Pick at most {self.max}.", field="response")
        left = set(self.choices)
        for index, picked in enumerate(response):
            field = f"response[{index}]"
            if not isinstance(picked, str):
                raise InvalidAnswer("A choice is a string.", field=field)
            if picked not in left:
                twice = picked in self.choices
                message = "This choice is picked twice." if twice else "There is no such choice."
                raise InvalidAnswer(message, field=field)
            left.remove(picked)
        return response

    def agree(self, one: Given, other: Given) -> bool:
        """Tell whether both picked the same, in whatever order."""
        return _picked(one) == _picked(other)

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest answer, and with it its order."""
        return group[0].response

    def staged(self) -> Json:
        """Return the first choices, as few as allowed but one if possible."""
        return list(self.choices[: max(1, self.min)])


def _picked(given: Given) -> frozenset[str]:
    return frozenset(cast("list[str]", given.response))
