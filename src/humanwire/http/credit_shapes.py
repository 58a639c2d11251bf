"""What operators are shown of a project's credits, by API and command line alike."""

from typing import Self

from msgspec import Struct

from humanwire.core.credit import Account, EntryKind, credit
from humanwire.core.project import Project
from humanwire.core.times import iso
from humanwire.store.credits import Entry


class CreditLine(Struct, frozen=True):
    """How a project stands, in credits.

    `held` is what its open tasks cost once they are answered; `available` is what can still be
    asked for: limit and balance less what is held. Both are null without a limit.
    """

    project: str
    price: float
    balance: float
    held: float
    limit: float | None
    available: float | None

    @classmethod
    def of(cls, project: Project, account: Account) -> Self:
        left = account.available(project.limit)
        return cls(
            project.name,
            project.settings.price,
            credit(account.balance),
            credit(account.held),
            project.settings.credit_limit,
            None if left is None else credit(left),
        )


class LedgerLine(Struct, frozen=True):
    """An entry of the ledger: `balance` is what it left. A charge names its task."""

    id: int
    time: str
    kind: EntryKind
    amount: float
    balance: float
    task: str | None
    note: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            entry.id,
            iso(entry.time),
            entry.kind,
            credit(entry.amount),
            credit(entry.balance),
            entry.task,
            entry.note,
        )
