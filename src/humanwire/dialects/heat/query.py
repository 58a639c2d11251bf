"""Reads query parameters: each a text, checked, with its name in the refusal."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.types import Scope

from humanwire.core.errors import Invalid
from humanwire.core.ids import is_uuid

_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER_DIGITS = 18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_999
"""The last millisecond that a UUIDv7 or an ISO 8601 date of four digits can name."""


def parameters(scope: Scope) -> Mapping[str, str]:
    """The query's parameters; of one given twice the last counts."""
    query: bytes = scope["query_string"]
    return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {}


def block(given: Mapping[str, str], longest: float) -> float:
    """How many seconds the caller waits for an end, `longest` at most. Raises Invalid."""
    text = given.get("block")
    if text is None:
        return 0
    if not _NUMBER.fullmatch(text) or (seconds := float(text)) < 0:
        raise Invalid("It must be a number of seconds, 0 or more.", field="block")
    return min(seconds, longest)


def limit(given: Mapping[str, str], default: int, most: int) -> int:
    """How many to list, `most` at most. Raises Invalid."""
    return min(whole(given, "limit", default, at_least=1), most)


def whole(given: Mapping[str, str], name: str, default: int, *, at_least: int = 0) -> int:
    """Read a whole number. Raises Invalid."""
    text = given.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _INTEGER_DIGITS):
        raise Invalid("It must be a whole number.", field=name)
    if int(text) < at_least:
        raise Invalid(f"It must be at least {at_least}.", field=name)
    return int(text)


def identifier(given: Mapping[str, str], name: str) -> str | None:
    """Read an id or a cursor. Raises Invalid."""
    text = given.get(name)
    if not text:
        return None
    if not is_uuid(text):
        raise Invalid("There is none like this.", field=name)
    return text


def time(given: Mapping[str, str], name: str) -> int | None:
    """Read a time, in milliseconds since the epoch. Raises Invalid."""
    text = given.get(name)
    # A plus sign that the caller did not escape arrives as a space.
    return milliseconds(text.replace(" ", "+"), name) if text else None


def milliseconds(text: str, field: str) -> int:
    """Read an ISO 8601 time (UTC unless it says) as milliseconds since the epoch.

    Raises Invalid, naming `field`.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("It must be a time in ISO 8601.", field=field) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    passed = moment - _EPOCH
    result = (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000
    return min(max(result, 0), _LATEST)
