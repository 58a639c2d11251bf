"""The JSON values that questions, answers and callers' fields are made of."""

from typing import TypeAlias

import msgspec

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def on_one_line(text: bytes) -> bytes:
    """Return JSON in its author's words, but for line breaks between them."""
    if b"\n" in text or b"\r" in text:
        return msgspec.json.format(text, indent=-1)
    return text
