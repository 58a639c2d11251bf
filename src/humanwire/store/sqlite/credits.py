"""Projects' credits on SQLite."""

import sqlite3

from humanwire.core.credit import Account, EntryKind
from humanwire.core.errors import CreditExceeded
from humanwire.core.ids import ProjectId
from humanwire.store import rows
from humanwire.store.credits import Books, Entry
from humanwire.store.records import Ask
from humanwire.store.sqlite.engine import Engine
from humanwire.store.statements import load

SQL = load("sqlite", "credits.sql")
_NEWEST = 2**63 - 1


class Credits(Engine):
    """Projects' ledgers."""

    async def account(self, project: ProjectId) -> Account:
        [row] = self._all(SQL["account"], project=project)
        return Account(*row)

    async def enter(
        self, project: ProjectId, kind: EntryKind, amount: int, note: str | None, now: int
    ) -> Entry:
        def operation(tx: sqlite3.Connection) -> Entry:
            place, balance = next_place(tx, project, amount)
            enter(tx, (project, place, kind, amount, balance, now, None, note))
            return Entry(id=place, kind=kind, amount=amount, balance=balance, time=now, note=note)

        return await self._write(operation)

    async def ledger(self, project: ProjectId, before: int | None, limit: int) -> list[Entry]:
        upto = _NEWEST if before is None else before
        return [rows.entry(row) for row in self._all(SQL["ledger"], project, upto, limit)]

    async def books(self, project: ProjectId) -> Books:
        def operation(tx: sqlite3.Connection) -> Books:
            named = {"project": project}
            balance, held = tx.execute(SQL["account"], named).fetchone()
            entries, broken = tx.execute(SQL["entries"], (project,)).fetchone()
            sums = {
                name: tx.execute(SQL[name], (project,)).fetchone()[0]
                for name in ("charged", "charges", "open")
            }
            return Books(balance=balance, held=held, entries=entries, broken=broken, **sums)

        return await self._write(operation)


class Purse:
    """What a project may still ask for, within the transaction that asks."""

    def __init__(self, tx: sqlite3.Connection, project: ProjectId) -> None:
        self._tx = tx
        self._project = project
        self._left: int | None = None

    def pay(self, ask: Ask) -> CreditExceeded | None:
        """Take a task's price out; a refusal when there is not as much."""
        if ask.limit is None:
            return None
        left = self._read() if self._left is None else self._left
        if ask.task.price > left + ask.limit:
            return CreditExceeded()
        self._left = left - ask.task.price
        return None

    def _read(self) -> int:
        named = {"project": self._project}
        balance, held = self._tx.execute(SQL["account"], named).fetchone()
        return balance - held


def next_place(tx: sqlite3.Connection, project: ProjectId, amount: int) -> tuple[int, int]:
    """Take the next place in a project's feed; return it, and the balance with the amount."""
    place, balance = tx.execute(SQL["next_place"], (project, amount)).fetchone()
    return place, balance


def enter(tx: sqlite3.Connection, row: rows.Row) -> None:
    """Write an entry of the ledger."""
    tx.execute(SQL["add_entry"], row)
