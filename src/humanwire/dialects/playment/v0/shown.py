"""From tasks to what v0 says of them."""

import msgspec
from msgspec import UNSET

from humanwire.dialects.playment.result import STATUS, result_of
from humanwire.dialects.playment.v0.wire import (
    Unit,
    UnitMade,
    UnitReply,
    UnitsEnded,
    UnitsShown,
)
from humanwire.store.records import Filing, Task

_NOT_FILED = Filing()


def unit_made(task: Task) -> bytes:
    """Say that a unit was taken."""
    filing = task.filing or _NOT_FILED
    made = UnitMade(flu_id=task.id, reference_id=filing.reference, tag=filing.tag)
    return msgspec.json.encode(UnitReply(made))


def units_shown(task: Task) -> bytes:
    """Reply to whoever asks for a unit."""
    return msgspec.json.encode(UnitsShown([_unit(task)]))


def units_ended(task: Task) -> bytes:
    """Tell of a unit's end."""
    return msgspec.json.encode(UnitsEnded([_unit(task)]))


def _unit(task: Task) -> Unit:
    filing = task.filing or _NOT_FILED
    return Unit(
        reference_id=filing.reference,
        flu_id=task.id,
        status=STATUS[task.status],
        tag=filing.tag,
        result=UNSET if task.status == "pending" else result_of(task),
        feedback=task.feedback if task.status == "flagged" else UNSET,
    )
