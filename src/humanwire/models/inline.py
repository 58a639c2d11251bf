"""Puts a picture into an address, for models elsewhere that are sent it and fetch nothing."""

from base64 import b64encode

from humanwire.core.model import Item
from humanwire.models.plugin import Case

_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)


def picture_addresses(case: Case, *, inline: bool) -> list[str]:
    """Return an address for each picture: of the data itself, or where it is."""
    return list(map(_data_address, case.media)) if inline else pictures_of(case.item)


def pictures_of(item: Item) -> list[str]:
    """Where the pictures of a question are."""
    return [each.value for each in item.question.attachments if each.type == "image"]


def _data_address(data: bytes) -> str:
    kind = next((kind for sign, kind in _SIGNS if data.startswith(sign)), "image/jpeg")
    return f"data:{kind};base64,{b64encode(data).decode()}"
