"""A form: named fields to fill in, among them places on a picture."""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal, Self, cast

from msgspec import Raw, Struct

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.json import Json
from humanwire.core.questions.base import Given, Question
from humanwire.core.questions.geometry import Mark, area_overlap, mean_whole, used
from humanwire.core.questions.wording import checked_text, folded

FieldType = Literal["STRING", "NUMBER", "BOOLEAN", "POINT", "ENUM"]

FIELDS_MAX = 100
CHOICES_MAX = 100
NAME_MAX = 200
CORNERS = ("top-left", "top-right", "bottom-right", "bottom-left")
"""Fields of these names together are answered by one box."""

_ENUM = re.compile(r"ENUM\[(.*)\]", re.DOTALL)
_PLACE = re.compile(r"\(\s*([01](?:\.[0-9]*)?|\.[0-9]+)\s*,\s*([01](?:\.[0-9]*)?|\.[0-9]+)\s*\)")
_UNIT = 1_000_000
"""Places are compared and averaged in millionths of the picture's width and height."""
_STAGED_BOX = Mark(x=_UNIT // 4, y=_UNIT // 4, x2=3 * _UNIT // 4, y2=3 * _UNIT // 4)
_PLAIN: Mapping[str, FieldType] = {
    "STRING": "STRING",
    "NUMBER": "NUMBER",
    "BOOLEAN": "BOOLEAN",
    "POINT": "POINT",
}
_STAGED: Mapping[FieldType, Json] = {
    "STRING": "staged response",
    "NUMBER": 42,
    "BOOLEAN": True,
    "POINT": "(0.5,0.5)",
}

_Place = tuple[int, int]


class Field(Struct, frozen=True, kw_only=True):
    """One field; `choices` are what an ENUM is picked from."""

    name: str
    type: FieldType
    choices: tuple[str, ...] = ()


class Context(Struct, frozen=True):
    """Something that the asker sent beside the question, in their words, shown under its name."""

    name: str
    value: Raw


class Form(Question, frozen=True, kw_only=True, tag="form"):
    """Fill in every field. Places are fractions of the first picture's width and height.

    Two answers agree when every field does: texts by their words, places within `point_tolerance`
    of the picture's diagonal, the box of the corner fields by `iou` (intersection over union).
    """

    fields: tuple[Field, ...]
    context: tuple[Context, ...] = ()
    point_tolerance: float = 0.02
    iou: float = 0.7

    def checked(self) -> Self:
        if not 1 <= len(self.fields) <= FIELDS_MAX:
            raise Invalid(f"Give 1 to {FIELDS_MAX} fields.", field="fields")
        names = [field.name for field in self.fields]
        for field in self.fields:
            _check_field(field, f"fields.{field.name}")
        if len(set(names)) < len(names):
            raise Invalid("The fields' names must differ.", field="fields")
        drawn = self._has_box or any(field.type == "POINT" for field in self.fields)
        if drawn and self._picture is None:
            raise Invalid("Places are marked on a picture: attach one.", field="attachments")
        for name, share in (("point_tolerance", self.point_tolerance), ("iou", self.iou)):
            if not 0 <= share <= 1:
                raise Invalid("It must lie between 0 and 1.", field=name)
        return self

    def check(self, response: Json) -> Json:
        """Return the fields in their order, places with six decimals at most."""
        if not isinstance(response, dict):
            raise InvalidAnswer("The answer must be an object.", field="response")
        known = {field.name for field in self.fields}
        for name in response:
            if name not in known:
                raise InvalidAnswer("There is no such field.", field=f"response.{name}")
        checked: dict[str, Json] = {}
        for field in self.fields:
            path = f"response.{field.name}"
            if field.name not in response:
                raise InvalidAnswer("This field is missing.", field=path)
            place = self._has_box and field.name in CORNERS
            checked[field.name] = _check_value(field, response[field.name], path, place=place)
        if self._has_box:
            _check_box(checked)
        return checked

    def agree(self, one: Given, other: Given) -> bool:
        left, right = _values(one), _values(other)
        if left == right:
            return True
        if self._has_box and area_overlap(_box(left), _box(right)) < self.iou:
            return False
        return all(
            self._same(field, left[field.name], right[field.name], (one, other))
            for field in self._alone
        )

    def merge(self, group: Sequence[Given]) -> Json:
        """Return the earliest answer, its places at the mean of all."""
        answers = [_values(given) for given in group]
        merged = dict(answers[0])
        for field in self._alone:
            if field.type == "POINT":
                places = [_place(answer[field.name]) for answer in answers]
                merged[field.name] = _written(
                    (mean_whole([x for x, _ in places]), mean_whole([y for _, y in places]))
                )
        if self._has_box:
            boxes = [_box(answer) for answer in answers]
            mean = Mark(
                x=mean_whole([box.x for box in boxes]),
                y=mean_whole([box.y for box in boxes]),
                x2=mean_whole([box.x2 for box in boxes]),
                y2=mean_whole([box.y2 for box in boxes]),
            )
            merged |= _corners(mean)
        return merged

    def staged(self) -> Json:
        """Return the same value for every field of a type, and a box in the middle."""
        filled: dict[str, Json] = {
            field.name: field.choices[0] if field.type == "ENUM" else _STAGED[field.type]
            for field in self.fields
        }
        return filled | _corners(_STAGED_BOX) if self._has_box else filled

    @property
    def _has_box(self) -> bool:
        drawn = {field.name for field in self.fields if field.type in {"STRING", "POINT"}}
        return drawn.issuperset(CORNERS)

    @property
    def _alone(self) -> list[Field]:
        """The fields that are no corner of the box."""
        return [field for field in self.fields if not (self._has_box and field.name in CORNERS)]

    @property
    def _picture(self) -> int | None:
        """Which attachment places are marked on: the first picture."""
        kinds = [attachment.type for attachment in self.attachments]
        return kinds.index("image") if "image" in kinds else None

    def _same(self, field: Field, one: Json, other: Json, given: tuple[Given, Given]) -> bool:
        match field.type:
            case "STRING":
                return folded(str(one)) == folded(str(other))
            case "POINT":
                apart = self._apart(_place(one), _place(other), given)
                return used(apart, self.point_tolerance) <= 1
            case "NUMBER" | "BOOLEAN" | "ENUM":
                return one == other

    def _apart(self, one: _Place, other: _Place, given: tuple[Given, Given]) -> float:
        """Return the distance of two places as a share of the picture's diagonal."""
        width = height = 1.0  # of a picture whose size nobody reported
        picture = self._picture or 0
        for answer in given:
            if picture < len(answer.media):
                size = answer.media[picture]
                if size.width > 0 and size.height > 0:
                    width, height = size.width, size.height
                    break
        across = (one[0] - other[0]) / _UNIT * width
        down = (one[1] - other[1]) / _UNIT * height
        return math.hypot(across, down) / math.hypot(width, height)


def fields_of(structure: Mapping[str, object]) -> tuple[Field, ...]:
    """Read a result structure: names with `STRING`, `NUMBER`, `BOOLEAN`, `POINT` or `ENUM[a,b]`.

    Raises Invalid, with the name at fault in `field`.
    """
    fields: list[Field] = []
    for name, text in structure.items():
        if plain := _PLAIN.get(str(text)):
            fields.append(Field(name=name, type=plain))
        elif found := _ENUM.fullmatch(str(text)):
            choices = tuple(choice.strip() for choice in found[1].split(","))
            fields.append(Field(name=name, type="ENUM", choices=choices))
        else:
            message = "The type is STRING, NUMBER, BOOLEAN, POINT or ENUM[a,b,c]."
            raise Invalid(message, field=name)
    return tuple(fields)


def _check_field(field: Field, path: str) -> None:
    if not 0 < len(field.name.strip()) <= NAME_MAX or "\0" in field.name:
        raise Invalid(f"A field's name has 1 to {NAME_MAX} characters.", field=path)
    if field.type != "ENUM":
        return
    if not 1 <= len(field.choices) <= CHOICES_MAX or not all(map(str.strip, field.choices)):
        raise Invalid(f"An ENUM has 1 to {CHOICES_MAX} choices, none blank.", field=path)
    if len(set(field.choices)) < len(field.choices):
        raise Invalid("The choices must differ.", field=path)


def _check_value(field: Field, value: Json, path: str, *, place: bool) -> Json:
    if place or field.type == "POINT":
        found = _PLACE.fullmatch(value.strip()) if isinstance(value, str) else None
        units = [round(Decimal(part) * _UNIT) for part in found.groups()] if found else []
        if not units or max(units) > _UNIT:
            message = "The place must be like (0.45,0.06), fractions from 0 to 1."
            raise InvalidAnswer(message, field=path)
        return _written((units[0], units[1]))
    match field.type:
        case "STRING":
            try:
                return checked_text(value)
            except InvalidAnswer as fault:
                raise InvalidAnswer(fault.message, field=path) from None
        case "NUMBER":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InvalidAnswer("It must be a number.", field=path)
            if not math.isfinite(value):
                raise InvalidAnswer("It must be a finite number.", field=path)
        case "BOOLEAN":
            if not isinstance(value, bool):
                raise InvalidAnswer("It must be true or false.", field=path)
        case "ENUM":
            if value not in field.choices:
                raise InvalidAnswer("It is none of the choices.", field=path)
    return value


def _check_box(values: Mapping[str, Json]) -> None:
    """Refuse corners that are not those of a rectangle."""
    box = _box(values)
    if box.x2 <= box.x:
        raise InvalidAnswer("It must be right of top-left.", field="response.bottom-right")
    if box.y2 <= box.y:
        raise InvalidAnswer("It must be below top-left.", field="response.bottom-right")
    for name, corner in _corners(box).items():
        if values[name] != corner:
            raise InvalidAnswer("The corners are no upright box.", field=f"response.{name}")


def _values(given: Given) -> dict[str, Json]:
    return cast("dict[str, Json]", given.response)


def _place(value: Json) -> _Place:
    x, y = str(value)[1:-1].split(",")
    return int(Decimal(x) * _UNIT), int(Decimal(y) * _UNIT)


def _box(values: Mapping[str, Json]) -> Mark:
    (x, y), (x2, y2) = _place(values["top-left"]), _place(values["bottom-right"])
    return Mark(x=x, y=y, x2=x2, y2=y2)


def _corners(box: Mark) -> dict[str, Json]:
    places = ((box.x, box.y), (box.x2, box.y), (box.x2, box.y2), (box.x, box.y2))
    return {name: _written(place) for name, place in zip(CORNERS, places, strict=True)}


def _written(place: _Place) -> str:
    x, y = (f"{part / _UNIT:.6f}".rstrip("0").rstrip(".") for part in place)
    return f"({x},{y})"
