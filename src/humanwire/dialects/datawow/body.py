"""From an image's fields to the question that people are asked: every field checked and named."""

from collections.abc import Mapping
from typing import get_args

import msgspec
from msgspec import Raw, Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions import Attachment, Flavour
from humanwire.core.questions.web_address import is_web_address
from humanwire.dialects.datawow.fields import (
    LIST,
    Fields,
    flag,
    label,
    needed,
    several,
    text,
    whole,
)
from humanwire.dialects.datawow.wire import Method
from humanwire.wire.metadata import METADATA_LIMIT

ADDRESS_LIMIT = 2048
CUSTOM_ID = "custom_id"
"""The entry of metadata that callers' own ids are found by."""
_METHODS = {method.lower(): method for method in get_args(Method)}
_object = msgspec.json.Decoder(dict[str, Raw])


class Given(Struct, frozen=True, kw_only=True):
    """What every class of image may be given."""

    data: str
    instruction: str | None
    postback_url: str | None
    postback_method: Method
    custom_id: str | None
    staff_id: int | None
    metadata: Mapping[str, Raw]
    prediction: Flavour | None

    @property
    def attachment(self) -> Attachment:
        """What is asked about: a picture, or the text itself if it is no address."""
        return Attachment("image" if is_web_address(self.data) else "text", self.data)


class Choices(Struct, frozen=True):
    """What choices are given besides."""

    categories: tuple[str, ...]
    multiple: bool
    allow_empty: bool


def given_in(fields: Fields) -> Given:
    """Read what every class has. Raises Invalid, naming the field."""
    return Given(
        data=needed(fields, "data"),
        instruction=text(fields, "instruction"),
        postback_url=_address(text(fields, "postback_url")),
        postback_method=_method(text(fields, "postback_method")),
        custom_id=_custom_id(label(fields, CUSTOM_ID)),
        staff_id=whole(fields, "staff_id"),
        metadata=_metadata(fields.get("metadata")),
        prediction=_flavour(text(fields, "prediction")),
    )


def choices_in(fields: Fields) -> Choices:
    """Read what choices are given besides. Raises Invalid, naming the field."""
    return Choices(several(fields, LIST), flag(fields, "multiple"), flag(fields, "allow_empty"))


def _address(url: str | None) -> str | None:
    if url is not None and not is_web_address(url):
        raise Invalid("It must be an http or https URL.", field="postback_url")
    if url is not None and len(url.encode()) > ADDRESS_LIMIT:
        raise Invalid(f"It is longer than {ADDRESS_LIMIT} bytes.", field="postback_url")
    return url


def _method(name: str | None) -> Method:
    if name is None:
        return "POST"
    method = _METHODS.get(name.strip().lower())
    if method is None:
        raise Invalid(f"It is one of {', '.join(get_args(Method))}.", field="postback_method")
    return method


def _flavour(name: str | None) -> Flavour | None:
    flavours: tuple[Flavour, ...] = get_args(Flavour)
    if name is None or name in flavours:
        return name
    raise Invalid(f"It is one of {', '.join(flavours)}.", field="prediction")


def _custom_id(name: str | None) -> str | None:
    if name is not None and len(name.encode()) > METADATA_LIMIT:
        raise Invalid(f"It is longer than {METADATA_LIMIT} bytes.", field=CUSTOM_ID)
    return name


def _metadata(raw: Raw | None) -> Mapping[str, Raw]:
    """Read the caller's metadata, which a form has as the text of an object."""
    if raw is None:
        return {}
    written = bytes(raw)
    if written[:1] == b'"':
        written = msgspec.json.decode(written, type=str).encode() or b"null"
    try:
        return {} if written == b"null" else _object.decode(written)
    except msgspec.DecodeError:
        raise Invalid("It must be a JSON object.", field="metadata") from None
