"""Projects' credits on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence

from humanwire.core.credit import Account, EntryKind
from humanwire.core.errors import CreditExceeded
from humanwire.core.ids import ProjectId, TaskId
from humanwire.store import rows
from humanwire.store.credits import Books, Entry
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.engine import Connection, Engine
from humanwire.store.records import Ask
from humanwire.store.statements import load

SQL = load("postgres", "credits.sql")
_NEWEST = 2**63 - 1
_LIMITS = 7078
"""The class of the advisory locks that guard projects' limits."""


class Credits(Engine):
    """Projects' ledgers."""

    async def account(self, project: ProjectId) -> Account:
        [(_, *account)] = await self._read(SQL["accounts"], [project])
        return Account(*account)

    async def enter(
        self, project: ProjectId, kind: EntryKind, amount: int, note: str | None, now: int
    ) -> Entry:
        [row] = await self._write(SQL["enter"], project, kind, amount, note, now)
        return rows.entry(row)

    async def ledger(self, project: ProjectId, before: int | None, limit: int) -> list[Entry]:
        upto = _NEWEST if before is None else before
        return [rows.entry(row) for row in await self._read(SQL["ledger"], project, upto, limit)]

    async def books(self, project: ProjectId) -> Books:
        [row] = await self._read(SQL["books"], project)
        return Books(**dict(zip(Books.__struct_fields__, row, strict=True)))


async def hold_limits(connection: Connection, new: Sequence[tuple[ProjectId, Ask]]) -> None:
    """Let nobody else ask for tasks of these projects, of those with a limit. Before all else."""
    limited = sorted({project for project, ask in new if ask.limit is not None})
    if limited:
        await connection.execute(SQL["hold_limits"], limited, _LIMITS)


async def beyond(
    connection: Connection, new: Sequence[tuple[ProjectId, Ask]]
) -> Mapping[TaskId, CreditExceeded]:
    """Find the tasks that their projects' limits do not cover, in their order."""
    limited = sorted({project for project, ask in new if ask.limit is not None})
    if not limited:
        return {}
    repeated = await _repeated(connection, new)
    found = await connection.fetch(SQL["accounts"], limited)
    left = {ProjectId(project): balance - held for project, balance, held in found}
    refused: dict[TaskId, CreditExceeded] = {}
    for project, ask in new:
        if ask.limit is None or ask.task.id in repeated:
            continue
        if ask.task.price > left[project] + ask.limit:
            refused[ask.task.id] = CreditExceeded()
        else:
            left[project] -= ask.task.price
    return refused


async def _repeated(
    connection: Connection, new: Sequence[tuple[ProjectId, Ask]]
) -> Collection[TaskId]:
    """Find the tasks that are not going to be stored, as their idempotency key is known."""
    keyed = [
        (project, ask.task.mode, ask.idempotency.key, ask.task.id, ask.task.created_at)
        for project, ask in new
        if ask.limit is not None and ask.idempotency is not None
    ]
    if not keyed:
        return ()
    found = await connection.fetch(SQL["repeated"], *columns(keyed, 5))
    return {TaskId(task) for (task,) in found}
