"""What a body brings: pictures, and everything else, which is shown beside them."""

from collections.abc import Collection, Iterable, Mapping

import msgspec
from msgspec import Raw

from humanwire.core.questions import Attachment, Context
from humanwire.core.questions.web_address import is_web_address

_texts = msgspec.json.Decoder(str | list[str])


def is_missing(raw: Raw | None) -> bool:
    """Tell whether a field is absent, null, or has nothing in it."""
    text = b"null" if raw is None else bytes(raw)
    return text == b"null" or (text[:1] in b'"[{' and not text[1:-1].strip())


def images(addresses: Iterable[str]) -> tuple[Attachment, ...]:
    """Show these pictures."""
    return tuple(Attachment("image", address) for address in addresses)


def beside(
    data: Mapping[str, Raw], named: Collection[str]
) -> tuple[tuple[Attachment, ...], tuple[Context, ...]]:
    """Return what there is besides the `named` fields: more pictures, and things to read.

    A field whose name begins with `image` holds pictures if it holds web addresses.
    """
    more: list[str] = []
    context: list[Context] = []
    for name, raw in data.items():
        if name in named:
            continue
        addresses = _addresses(raw) if name.startswith("image") else []
        more += addresses
        if not addresses:
            context.append(Context(name, raw))
    return images(more), tuple(context)


def _addresses(raw: Raw) -> list[str]:
    try:
        value = _texts.decode(bytes(raw))
    except msgspec.ValidationError:
        return []
    listed = [value] if isinstance(value, str) else value
    return listed if all(map(is_web_address, listed)) else []
