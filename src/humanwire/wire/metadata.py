"""What callers keep with a request: entries that lists go by, and how a staged one turns out."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from humanwire.core.errors import Invalid
from humanwire.flows.ask import Stage

METADATA_LIMIT = 16_384
_STAGES: Mapping[bytes, Stage] = {
    b'"pending"': "pending",
    b'"flagged"': "flagged",
    b'"null"': "null",
    b"null": "null",
}
_text = msgspec.json.Decoder(str)


def filterable(metadata: Mapping[str, Raw], size: int) -> dict[str, str]:
    """Pick the entries that a list can be filtered by: texts as they are, others as their JSON.

    `size` is that of all of them, in bytes. Raises Invalid beyond METADATA_LIMIT.
    """
    if size > METADATA_LIMIT:
        raise Invalid(f"It is larger than {METADATA_LIMIT} bytes.", field="metadata")
    found: dict[str, str] = {}
    for key, raw in metadata.items():
        value = bytes(raw)
        if value[:1] == b'"':
            found[key] = _text.decode(value)
        elif value[:1] not in b"{[n":
            found[key] = value.decode()
    return found


def stage(metadata: Mapping[str, Raw] | None) -> Stage:
    """How a request under a test key turns out, as `staged` says."""
    said = metadata.get("staged") if metadata else None
    return "complete" if said is None else _STAGES.get(bytes(said), "complete")
