"""A project's settings as a form gives them: checked field by field, in one place for all forms."""

from collections.abc import Mapping
from hashlib import sha256
from math import isfinite
from typing import get_args

import msgspec

from humanwire.core.credit import MOST, is_amount
from humanwire.core.errors import Invalid
from humanwire.core.project import ProjectSettings
from humanwire.core.questions import Flavour
from humanwire.core.questions.web_address import is_web_address

LEASE_SECONDS_MOST = 30 * 86_400
RETENTION_DAYS_MOST = 36_500
GUIDELINES_LIMIT = 64 * 1024
_ADDRESS_LIMIT = 2048
_FLAGS_MOST = 100
_AMOUNT = f"0 to {MOST:,} credits, with at most 6 decimals"
_FLAVOURS = get_args(Flavour)


def changed(settings: ProjectSettings, fields: Mapping[str, object]) -> ProjectSettings:
    """Return settings with some fields replaced; null gives a field its default back.

    Raises Invalid, naming the field, for an unknown one or a value that it cannot have.
    """
    values = msgspec.to_builtins(settings)
    for name, value in fields.items():
        if name not in ProjectSettings.__struct_fields__:
            raise Invalid("There is no such setting.", field=name)
        values.pop(name, None)
        if value is not None:
            values[name] = _digest(value) if name == "guidelines" else value
            if name == "prediction" and value not in _FLAVOURS:
                message = f"There is no such flavour: choose of {', '.join(_FLAVOURS)}."
                raise Invalid(message, field=name)
            # One at a time, so that the error names the field and not the place in the form.
            _typed(name, {name: value})
    new = msgspec.convert(values, ProjectSettings)
    _check(new)
    return new


def guidelines_in(fields: Mapping[str, object]) -> tuple[str | None] | None:
    """The guidelines that a form gives, None within for none; None when it says nothing of them."""
    if "guidelines" not in fields:
        return None
    text = fields["guidelines"]
    return (text,) if isinstance(text, str) and text.strip() else (None,)


def is_callback_address(text: str) -> bool:
    """Tell whether callbacks can be sent there, by its form."""
    return is_web_address(text) and len(text.encode()) <= _ADDRESS_LIMIT


def _digest(text: object) -> str | None:
    if not isinstance(text, str):
        raise Invalid("It must be a text.", field="guidelines")
    if not text.strip():
        return None
    body = text.encode(errors="surrogatepass")
    if len(body) > GUIDELINES_LIMIT or "\0" in text:
        message = f"Guidelines have at most {GUIDELINES_LIMIT} bytes, and no U+0000."
        raise Invalid(message, field="guidelines")
    return sha256(body).hexdigest()[:16]


def _typed(name: str, value: Mapping[str, object]) -> None:
    try:
        msgspec.convert(value, ProjectSettings)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        raise Invalid(f"{text}.", field=path.removesuffix("`") or name) from None


def _check(settings: ProjectSettings) -> None:
    url = settings.callback_url
    if url is not None and not is_callback_address(url):
        raise Invalid("It must be an http or https URL.", field="callback_url")
    if not (settings.price >= 0 and is_amount(settings.price)):
        raise Invalid(f"A price is {_AMOUNT}.", field="price")
    limit = settings.credit_limit
    if limit is not None and not (limit >= 0 and is_amount(limit)):
        raise Invalid(f"A limit is {_AMOUNT}; null is none.", field="credit_limit")
    rate = settings.rate
    if rate is not None and not (isfinite(rate) and rate > 0):
        raise Invalid("A rate is more than 0 requests a second.", field="rate")
    lease = settings.lease_seconds
    if lease is not None and not 0 < lease <= LEASE_SECONDS_MOST:
        message = f"A lease lasts more than 0 and at most {LEASE_SECONDS_MOST} seconds."
        raise Invalid(message, field="lease_seconds")
    days = settings.retention_days
    if days is not None and days != 0 and not 1 <= days <= RETENTION_DAYS_MOST:
        message = f"It is at least 1 and at most {RETENTION_DAYS_MOST}; 0 keeps all."
        raise Invalid(message, field="retention_days")
    if not 1 <= settings.flags_to_end <= _FLAGS_MOST:
        raise Invalid(f"It must lie between 1 and {_FLAGS_MOST}.", field="flags_to_end")
    if settings.models is not None:
        try:
            settings.models.checked()
        except Invalid as error:
            raise Invalid(error.message, field=f"models.{error.field}") from None
    if settings.consensus is not None:
        try:
            settings.consensus.checked()
        except Invalid as error:
            raise Invalid(error.message, field=f"consensus.{error.field}") from None
