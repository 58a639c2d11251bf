"""Credits by hand: what operators pay in for a project, or put right, always with their words."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from humanwire.core.credit import MOST, is_amount, micro
from humanwire.core.errors import Invalid
from humanwire.core.project import Project
from humanwire.flows.ports import Ports
from humanwire.store.credits import Entry

_NOTE_LIMIT = 1000


class Payment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry to make: a `top_up` adds credits, an `adjustment` adds or takes and says why."""

    amount: float
    kind: Literal["top_up", "adjustment"] = "top_up"
    note: str | None = None


async def enter(ports: Ports, project: Project, payment: Payment) -> Entry:
    """Add an entry to a project's ledger. Raises Invalid, naming the field."""
    amount, kind = payment.amount, payment.kind
    if not is_amount(amount) or amount == 0:
        message = f"It has at most 6 decimals, is at most {MOST:,} either way, and not 0."
        raise Invalid(message, field="amount")
    if kind == "top_up" and amount < 0:
        raise Invalid("What is taken away is an adjustment.", field="amount")
    note = (payment.note or "").strip() or None
    if note is None and kind == "adjustment":
        raise Invalid("Say why.", field="note")
    if note is not None and (len(note) > _NOTE_LIMIT or not note.isprintable()):
        raise Invalid(f"It has at most {_NOTE_LIMIT} printable characters.", field="note")
    return await ports.store.enter(project.number, kind, micro(amount), note, ports.clock())


async def unsound(ports: Ports, projects: Sequence[Project]) -> dict[str, tuple[str, ...]]:
    """Add up the ledgers of projects; return what does not, by their names."""
    found = {each.name: (await ports.store.books(each.number)).faults for each in projects}
    return {name: faults for name, faults in found.items() if faults}
