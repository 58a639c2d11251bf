"""What the store does for credits: a part of its interface. Amounts are millionths of a credit."""

from typing import Protocol

from msgspec import Struct

from humanwire.core.credit import Account, EntryKind
from humanwire.core.ids import ProjectId, TaskId


class Entry(Struct, frozen=True, kw_only=True):
    """A line of a project's ledger, never changed: `balance` is what it left.

    Ids are places in the project's feed, and only grow. A charge is negative, and names its task.
    """

    id: int
    kind: EntryKind
    amount: int
    balance: int
    time: int
    task: TaskId | None = None
    note: str | None = None


class Books(Struct, frozen=True, kw_only=True):
    """A project's sums, each read from two sides at one moment.

    `broken` counts entries whose balance is not the one before with their amount. `charged` is what
    results say was charged, `charges` what the ledger says of the same tasks. `held` is kept,
    `open` is summed up from the open tasks.
    """

    balance: int
    entries: int
    broken: int
    charged: int
    charges: int
    held: int
    open: int

    @property
    def faults(self) -> tuple[str, ...]:
        """What does not add up, in words."""
        found = {
            "the balance is not the sum of the ledger": self.balance != self.entries,
            "entries do not follow from those before": self.broken > 0,
            "results and ledger differ about charges": self.charged != self.charges,
            "what is held is not what open tasks cost": self.held != self.open,
        }
        return tuple(text for text, wrong in found.items() if wrong)


class CreditStore(Protocol):
    """Projects' ledgers."""

    async def account(self, project: ProjectId) -> Account: ...

    async def enter(
        self, project: ProjectId, kind: EntryKind, amount: int, note: str | None, now: int
    ) -> Entry:
        """Add an entry that is no charge to the ledger."""
        ...

    async def ledger(self, project: ProjectId, before: int | None, limit: int) -> list[Entry]:
        """Entries, newest first, older than `before`."""
        ...

    async def books(self, project: ProjectId) -> Books:
        """Sum up all that there is, which takes time with the ledger's length."""
        ...
