"""The tables themselves, for moving house: all of them, read whole in one order, written in bulk.

The rest of the program asks the store for what happened; only copies and backups see tables.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple, Protocol

from humanwire.store.rows import Row


class Table(NamedTuple):
    """A table. `key` tells its rows apart and orders them, the same way on every engine."""

    name: str
    key: tuple[str, ...]


TABLES = (
    # In this order what a row refers to is there before it.
    Table("project", ("id",)),
    Table("worker", ("id",)),
    Table("key", ("project_id", "id")),
    Table("member", ("project_id", "worker_id")),
    Table("session", ("digest",)),
    Table("operator_key", ("digest",)),
    Table("task", ("project_id", "id")),
    Table("task_content", ("project_id", "id")),
    Table("task_metadata", ("project_id", "task_id", "key")),
    Table("filing", ("project_id", "task_id")),
    Table("reference", ("project_id", "mode", "digest")),
    Table("workflow", ("project_id", "id", "version")),
    Table("batch", ("project_id", "id")),
    Table("batch_end", ("project_id", "batch_id")),
    Table("exclusion", ("project_id", "task_id", "worker_id")),
    Table("result", ("project_id", "task_id")),
    Table("assignment", ("project_id", "id")),
    Table("answer", ("project_id", "task_id", "worker_id")),
    Table("correction", ("project_id", "task_id", "worker_id", "number")),
    Table("consultation", ("project_id", "task_id")),
    Table("draft", ("project_id", "task_id", "worker_id")),
    Table("feed", ("project_id",)),
    Table("event", ("project_id", "id")),
    Table("ledger", ("project_id", "id")),
    Table("delivery", ("project_id", "id")),
    Table("attempt", ("project_id", "delivery_id", "number")),
    Table("endpoint", ("project_id", "url")),
    Table("idempotency", ("project_id", "mode", "key")),
    Table("media", ("project_id", "id")),
    Table("guideline", ("project_id",)),
    Table("preference", ("worker_id",)),
    Table("learned", ("project_id", "model", "version", "workflow_id", "flavour")),
)
"""Every table whose rows are anybody's. Their columns are read from the database."""

OWN_TABLES = ("counter", "batch_counter", "seen", "rate")
OWN_COLUMNS: Mapping[str, set[str]] = {"task": {"returned"}, "feed": {"last_return"}}
"""What an engine keeps for its own speed, in its own way: it is made anew and not copied."""

NUMBERED = ("project", "worker")
"""Tables whose database gives each new row the next number as its id."""


def shared(table: str, columns: Sequence[str]) -> Sequence[str]:
    """Choose those of a table's columns that every engine has, in one order for all."""
    return sorted(set(columns) - OWN_COLUMNS.get(table, set()))


class Progress(NamedTuple):
    """How much of a table has been copied: its first rows in order of the key, summed up."""

    rows: int
    checksum: str


class TableReader(Protocol):
    """Reads tables as they were at one moment, whatever is written meanwhile.

    Raises Unavailable when the database cannot be read.
    """

    async def columns(self, table: str) -> Sequence[str]:
        """Name a table's columns; none for a table that is not there."""
        ...

    async def count(self, table: str) -> int: ...

    def rows(self, table: Table, columns: Sequence[str]) -> AsyncGenerator[list[Row]]:
        """Give all rows in order of the key, some at a time."""
        ...

    async def close(self) -> None: ...


class TableWriter(TableReader, Protocol):
    """Fills a database that is empty, or holds the beginning of the same copy.

    It reads as well, what it has written. Raises Unavailable.
    """

    async def progress(self) -> Mapping[str, Progress] | None:
        """How far an unfinished copy has come, by table; None when none was begun."""
        ...

    async def begin(self, tables: Sequence[str]) -> None:
        """Note that a copy begins: until it is finished, no server starts on the database."""
        ...

    async def write(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        before: Progress,
        after: Progress,
    ) -> bool:
        """Add rows and note the progress, both or neither.

        False when the progress was not `before`: another copy writes there too. Raises Invalid for
        a value that the database cannot hold.
        """
        ...

    async def finish(self) -> None:
        """Make what the engine keeps for itself, let numbers go on, and forget the progress."""
        ...


UNFINISHED = "The database holds an unfinished copy: repeat the copy to finish it, or delete it."
