"""Identifiers: opaque UUIDv7 text for what callers see, small integers for tenants and workers."""

from typing import NewType
from uuid import UUID

ProjectId = NewType("ProjectId", int)
"""A project's number: leads every primary key, and is DataWow's `project_id`."""
WorkerId = NewType("WorkerId", int)
"""A worker's number: one for each person on the server, across projects."""
TaskId = NewType("TaskId", str)
AssignmentId = NewType("AssignmentId", str)
DeliveryId = NewType("DeliveryId", str)
MediaId = NewType("MediaId", str)
WorkflowId = NewType("WorkflowId", str)
BatchId = NewType("BatchId", str)

_SEQUENCE_BITS = 12
_SEQUENCE_SIZE = 1 << _SEQUENCE_BITS
_DIGITS = 18
"""A number with fewer digits fits 64 bits."""


class Uuid7:
    """Makes UUIDv7 text that sorts in the order it was made (RFC 9562, method 1).

    Within a millisecond a 12-bit sequence keeps the order; past its end the time runs ahead of
    the clock instead of repeating. `now` is in milliseconds, `entropy` holds 8 random bytes.
    """

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = 0

    def make(self, now: int, entropy: bytes) -> str:
        """Return the next identifier."""
        tick = max(now << _SEQUENCE_BITS, self._last + 1)
        self._last = tick
        time, sequence = divmod(tick, _SEQUENCE_SIZE)
        tail = int.from_bytes(entropy[:8], "big") & ((1 << 62) - 1)
        head = (time & ((1 << 48) - 1)) << 16 | 0x7 << 12 | sequence
        digits = f"{head << 64 | 0b10 << 62 | tail:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def uuid7_from(now: int) -> str:
    """Return the lower bound of the identifiers made at `now` milliseconds or later."""
    digits = f"{max(now, 0) & ((1 << 48) - 1):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


def project_of(identifier: str) -> ProjectId:
    """The project whose number an assignment's or medium's id begins with; 0, which none has."""
    number, _, _ = identifier.partition("-")
    return ProjectId(int(number) if number.isdecimal() and len(number) < _DIGITS else 0)


def is_uuid(text: str) -> bool:
    """Tell whether `text` is a UUID in its canonical, hyphenated form (any letter case)."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
