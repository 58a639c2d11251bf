"""Where a model is: one line of text in the settings.

    nudity                                      a plug-in that is installed here
    nudity=http://127.0.0.1:8090                one that `humanwire models serve` serves
    eyes=openai+https://vision.example/v1?model=small&key=VISION_KEY
    boxes=label-studio+http://127.0.0.1:9090?kinds=photo-tag

After the question mark: `seconds` and `batch` (limits of a call), `kinds` (of question, with
commas), `model` (its name over there), `key` (the variable that holds the secret), `media`
(`inline` sends the pictures, `address` their addresses).
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from msgspec import Struct

from humanwire.core.errors import Invalid

_FIELD = "model"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_PARAMETERS = frozenset({"seconds", "batch", "kinds", "model", "key", "media"})
Way = Literal["here", "worker", "openai", "label-studio"]
_WAYS: Mapping[str, Way] = {"openai": "openai", "label-studio": "label-studio"}
_SECONDS = 60.0
_SECONDS_MOST = 3600
_BATCH_MOST = 256


class ModelAddress(Struct, frozen=True, kw_only=True):
    """A model's name and the way to it. `url` has no slash at its end."""

    name: str
    way: Way
    url: str = ""
    seconds: float | None = None
    batch: int | None = None
    kinds: tuple[str, ...] = ()
    model: str = ""
    key: str = ""
    inline: bool = True

    def secret(self) -> str | None:
        """Read the secret. Raises Invalid where the variable is missing."""
        if not self.key:
            return None
        if not (found := os.environ.get(self.key)):
            raise Invalid(
                f"The variable {self.key} of the model {self.name!r} is not set.", field=_FIELD
            )
        return found


def parse_addresses(texts: Sequence[str]) -> tuple[ModelAddress, ...]:
    """Read the settings. Raises Invalid."""
    addresses = tuple(map(parse_address, texts))
    names = [each.name for each in addresses]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Invalid(f"The model {twice!r} is there twice.", field=_FIELD)
    return addresses


def parse_address(text: str) -> ModelAddress:
    """Read one setting. Raises Invalid."""
    name, separator, where = text.partition("=")
    if not _NAME.fullmatch(name):
        raise Invalid(f"{name!r} is no name: use a-z, 0-9, dot, dash, underscore.", field=_FIELD)
    if not separator:
        return ModelAddress(name=name, way="here")
    prefix, plus, rest = where.partition("+")
    way = _WAYS.get(prefix) if plus else "worker"
    parts = _parts(rest if plus else where)
    if way is None or parts is None:
        raise Invalid(f"{where!r} is no http(s) address of a model.", field=_FIELD)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := given.keys() - _PARAMETERS:
        raise Invalid(f"{name!r} has no setting {min(unknown)!r}.", field=_FIELD)
    return ModelAddress(
        name=name,
        way=way,
        url=parts._replace(query="", fragment="").geturl().rstrip("/"),
        seconds=_number(given, "seconds", _SECONDS_MOST),
        batch=round(batch) if (batch := _number(given, "batch", _BATCH_MOST)) else None,
        kinds=tuple(filter(None, given.get("kinds", "").split(","))),
        model=given.get("model", ""),
        key=given.get("key", ""),
        inline=_inline(given.get("media", "inline")),
    )


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return parts if valid else None


def _number(given: Mapping[str, str], name: str, most: float) -> float | None:
    if name not in given:
        return None
    try:
        number = float(given[name])
    except ValueError:
        number = 0.0
    if not 0 < number <= most or (name == "batch" and number != int(number)):
        raise Invalid(f"{name!r} must be above 0 and at most {most}.", field=_FIELD)
    return number


def _inline(text: str) -> bool:
    if text not in {"inline", "address"}:
        raise Invalid("'media' is inline or address.", field=_FIELD)
    return text == "inline"
