"""Fields by name, whether they came as a form, as JSON or in the query; each read by its sort.

A field that is null or empty counts as not given.
"""

from collections.abc import Mapping
from typing import TypeAlias, cast
from urllib.parse import parse_qsl

import msgspec
from msgspec import Raw
from starlette.requests import Request

from humanwire.core.errors import Invalid
from humanwire.wire.bodies import TEXT_LIMIT, Malformed, json_fields

Fields: TypeAlias = Mapping[str, Raw]

LIST = "categories"
"""The field that is a list: given as often as it has items, or once with all of them."""
_FORM = "application/x-www-form-urlencoded"
_MOST = 1_000
_DIGITS = 18
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def fields_in(request: Request, body: bytes) -> Fields:
    """Take a body apart: a form if it says so and does not look like an object, else JSON."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == _FORM and body.lstrip()[:1] != b"{":
        return form_fields(body)
    return json_fields(body)


def parameters(request: Request, body: bytes) -> Fields:
    """Read what a GET asks for, in its query or in its body; of both, the body's counts."""
    query: bytes = request.scope["query_string"]
    return {**form_fields(query), **(fields_in(request, body) if body.strip() else {})}


def form_fields(body: bytes) -> dict[str, Raw]:
    """Take a form apart; of a field given twice the last counts, but for the list.

    Raises Malformed for what is no UTF-8, Invalid for what no database stores or is too long.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST
        )
    except ValueError:
        message = f"The form is not percent-encoded UTF-8, or has over {_MOST} fields."
        raise Malformed(message) from None
    listed = [value for name, value in pairs if name == LIST]
    items = [value for name, value in pairs if name == f"{LIST}[]"]
    found: dict[str, str | list[str]] = {}
    for name, value in pairs:
        _check_text(name, value)
        found[name.removesuffix("[]") if name == f"{LIST}[]" else name] = value
    if items or len(listed) > 1:
        found[LIST] = listed + items
    return {name: Raw(msgspec.json.encode(value)) for name, value in found.items()}


def text(fields: Fields, name: str) -> str | None:
    """Read a text."""
    value = _value(fields, name)
    if value is None or isinstance(value, str):
        return value or None
    raise Invalid("It must be a text.", field=name)


def label(fields: Fields, name: str) -> str | None:
    """Read a name of the caller's own, which may be written as a whole number."""
    value = _value(fields, name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(fields, name)


def needed(fields: Fields, name: str) -> str:
    """Read a text that must be given, and not be white space alone."""
    found = text(fields, name)
    if found is None or not found.strip():
        raise Invalid("This field is required.", field=name)
    return found


def flag(fields: Fields, name: str) -> bool:
    """Read a yes or no; no, if it is not given."""
    value = _value(fields, name)
    if value is None or value == "":
        return False
    said = _FLAGS.get(str(value).strip().lower())
    if said is None or isinstance(value, float | list | dict):
        raise Invalid("It must be true or false.", field=name)
    return said


def whole(fields: Fields, name: str) -> int | None:
    """Read a whole number."""
    value = _value(fields, name)
    if value is None or value == "":
        return None
    written = str(value).strip() if isinstance(value, str | int | float) else ""
    digits = written.removeprefix("-").removeprefix("+").removesuffix(".0")
    if isinstance(value, bool) or not (digits.isascii() and digits.isdigit()):
        raise Invalid("It must be a whole number.", field=name)
    size = int(digits[:_DIGITS]) if len(digits) <= _DIGITS else 10**_DIGITS
    return -size if written.startswith("-") else size


def several(fields: Fields, name: str) -> tuple[str, ...]:
    """Read the items of a list: as they are, or out of one text, where space or commas part them.

    Raises Invalid when there are none.
    """
    value = _value(fields, name)
    if isinstance(value, str):
        value = _listed(value)
    if value is None or value == []:
        raise Invalid("This field is required.", field=name)
    if not isinstance(value, list):
        raise Invalid("It must be a list of texts.", field=name)
    items: list[str] = []
    for index, item in enumerate(cast("list[object]", value)):
        if not isinstance(item, str) or not item.strip():
            raise Invalid("It must be a text that is not empty.", field=f"{name}[{index}]")
        items.append(item)
    return tuple(items)


def _listed(written: str) -> list[str]:
    if written.lstrip().startswith("["):
        try:
            return msgspec.json.decode(written, type=list[str])
        except msgspec.DecodeError:
            pass
    return written.replace(",", " ").split()


def _value(fields: Fields, name: str) -> object:
    raw = fields.get(name)
    return None if raw is None else msgspec.json.decode(raw)


def _check_text(name: str, value: str) -> None:
    if "\0" in name or "\0" in value:
        raise Invalid("A text holds U+0000, which cannot be stored.", field=name.replace("\0", ""))
    if len(name.encode()) > TEXT_LIMIT or len(value.encode()) > TEXT_LIMIT:
        raise Invalid(f"A text is longer than {TEXT_LIMIT} bytes.", field=name[:100])
