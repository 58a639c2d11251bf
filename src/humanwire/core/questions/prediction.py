"""Predictions that only models make: how likely a picture shows nakedness, and who is on it.

The other flavours are closed questions, which people can answer too.
"""

from collections.abc import Sequence
from math import isfinite
from typing import ClassVar, Literal, Self

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Attachment, Given, Question
from humanwire.core.questions.choice import VERDICTS, Choice

Measured = Literal["nudity", "demographic"]
"""The flavours whose answer is measured by a model, and by nobody else."""
Flavour = Literal["standard", "standard+human", "nudity", "demographic"]

FACES_MAX = 1_000
_FACE = ("age", "age_prob", "gender", "gender_prob", "positions")
_PLACE = ("x", "y", "w", "h")
_PIXEL_MAX = 2**31 - 1
_AGE_MAX = 200
_WORD_LIMIT = 100


class Prediction(Question, frozen=True, kw_only=True, tag="prediction"):
    """Measure one picture, as a model of this flavour does."""

    by_people: ClassVar[bool] = False

    flavour: Measured

    def checked(self) -> Self:
        if len(self.attachments) != 1 or self.attachments[0].type != "image":
            raise Invalid("Give one picture to be looked at.", field="attachments")
        return self

    def check(self, response: Json) -> Json:
        """Return the answer with its parts in order."""
        if self.flavour == "nudity":
            parts = _parts(response, ("sexual",), "response")
            return {"sexual": _share(parts["sexual"], "response.sexual")}
        faces = _parts(response, ("result",), "response")["result"]
        if not isinstance(faces, list):
            raise InvalidAnswer("It must be a list of faces.", field="response.result")
        if len(faces) > FACES_MAX:
            raise InvalidAnswer(f"At most {FACES_MAX} faces.", field="response.result")
        checked: list[Json] = [
            _face(face, f"response.result[{index}]") for index, face in enumerate(faces)
        ]
        return {"result": checked}

    def agree(self, one: Given, other: Given) -> bool:
        return one.response == other.response

    def merge(self, group: Sequence[Given]) -> Json:
        return group[0].response

    def staged(self) -> Json:
        """Return what a picture without anybody on it would give."""
        return {"sexual": 0.0} if self.flavour == "nudity" else {"result": []}


def _face(value: Json, path: str) -> Json:
    parts = _parts(value, _FACE, path)
    place = _parts(parts["positions"], _PLACE, f"{path}.positions")
    return {
        "age": _number(parts["age"], f"{path}.age", _AGE_MAX),
        "age_prob": _share(parts["age_prob"], f"{path}.age_prob"),
        "gender": _word(parts["gender"], f"{path}.gender"),
        "gender_prob": _share(parts["gender_prob"], f"{path}.gender_prob"),
        "positions": {
            name: _number(place[name], f"{path}.positions.{name}", _PIXEL_MAX) for name in _PLACE
        },
    }


def _parts(value: Json, names: Sequence[str], path: str) -> dict[str, Json]:
    """Return an object that has these parts and no others."""
    if not isinstance(value, dict):
        raise InvalidAnswer("It must be an object.", field=path)
    for name in value:
        if name not in names:
            raise InvalidAnswer("There is no such part.", field=f"{path}.{name}")
    for name in names:
        if name not in value:
            raise InvalidAnswer("This part is missing.", field=f"{path}.{name}")
    return value


def _share(value: Json, path: str) -> int | float:
    return _number(value, path, 1)


def _number(value: Json, path: str, most: int) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise InvalidAnswer("It must be a number.", field=path)
    if not 0 <= value <= most:
        raise InvalidAnswer(f"It must lie between 0 and {most}.", field=path)
    return value


def _word(value: Json, path: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _WORD_LIMIT:
        raise InvalidAnswer("It must be a word.", field=path)
    return value


def predicted(
    flavour: Flavour, instruction: str, attachments: tuple[Attachment, ...]
) -> Choice | Prediction:
    """Make the question of a flavour: one that people can answer too, where they can."""
    if flavour != "standard" and flavour != "standard+human":  # noqa: PLR1714 - narrows
        measured = Prediction(instruction=instruction, attachments=attachments, flavour=flavour)
        return measured.checked()
    if len(attachments) != 1 or attachments[0].type != "image":
        raise Invalid("Give one picture to be looked at.", field="attachments")
    return Choice(instruction=instruction, attachments=attachments, choices=VERDICTS, max=1)
