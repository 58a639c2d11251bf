"""Copying a database, table by table, from any engine to any, with a checksum of each.

A copy that was interrupted goes on: what is there already is read again from the source, and only
if it is still the same do rows follow. So the target is always the source at one moment, that of
the last run, or is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import msgspec

from humanwire.core.errors import Invalid, Refused
from humanwire.store.rows import Row
from humanwire.store.tables import TABLES, Progress, Table, TableReader, TableWriter, shared

_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_ROWS = 10_000

Watch = Callable[[str, int], None]
"""Told what is being done, and with how many rows more it has been."""


class Damaged(Refused):
    """What was written is not what was read."""

    code = "damaged"


class Checksum:
    """Sums up rows in their order, in a form that is the same on every engine."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = blake2b(digest_size=16)
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray()

    def add(self, rows: Sequence[Row]) -> int:
        """Take rows in; return how many bytes they are."""
        self._buffer.clear()
        for row in rows:
            self._encoder.encode_into(row, self._buffer, -1)
        self._hash.update(self._buffer)
        self.rows += len(rows)
        return len(self._buffer)

    @property
    def progress(self) -> Progress:
        """So many rows, with this checksum."""
        return Progress(self.rows, self._hash.hexdigest())


NOTHING = Checksum().progress


async def copy(source: TableReader, target: TableWriter, watch: Watch) -> Mapping[str, Progress]:
    """Copy every table, or go on where a copy was interrupted; return rows and checksums.

    Raises Invalid when the target holds something else or the source has changed since the copy
    began, Damaged when the target does not hold in the end what was read, or Unavailable.
    """
    known = await target.progress()
    columns = {table.name: await _columns(source, target, table) for table in TABLES}
    if known is None:
        await _require_empty(target)
        await target.begin([table.name for table in TABLES])
        known = {table.name: NOTHING for table in TABLES}
    copied = {
        table.name: await _Transfer(source, target, table, columns[table.name], watch).run(
            known.get(table.name, NOTHING)
        )
        for table in TABLES
    }
    for table in TABLES:
        found = await summed_up(target, table, columns[table.name], watch)
        if found != copied[table.name]:
            raise Damaged(
                f"Table {table.name}: {found.rows} rows with checksum {found.checksum} were"
                f" written, {copied[table.name].rows} with {copied[table.name].checksum} were read."
            )
    await target.finish()
    return copied


async def summed_up(
    reader: TableReader, table: Table, columns: Sequence[str], watch: Watch
) -> Progress:
    """Read a whole table for its checksum."""
    checksum = Checksum()
    async for rows in reader.rows(table, columns):
        checksum.add(rows)
        watch(f"checking {table.name}", len(rows))
    return checksum.progress


class _Transfer:
    """One table on its way."""

    def __init__(
        self,
        source: TableReader,
        target: TableWriter,
        table: Table,
        columns: Sequence[str],
        watch: Watch,
    ) -> None:
        self._source = source
        self._target = target
        self._table = table
        self._columns = columns
        self._watch = watch
        self._checksum = Checksum()
        self._waiting: list[Row] = []
        self._bytes = 0

    async def run(self, known: Progress) -> Progress:
        """Copy the rows after those that are known to be there."""
        self._there = known
        async for some in self._source.rows(self._table, self._columns):
            new = self._past(some) if self._checksum.rows < known.rows else some
            self._bytes += self._checksum.add(new)
            self._waiting += new
            if self._bytes >= _BATCH_BYTES or len(self._waiting) >= _BATCH_ROWS:
                await self._write()
            self._watch(f"copying {self._table.name}", len(some))
        if self._checksum.rows < known.rows:
            raise _changed(self._table)
        if self._waiting:
            await self._write()
        return self._checksum.progress

    def _past(self, some: list[Row]) -> list[Row]:
        """Compare rows with those that are there; return what comes after them."""
        known = self._there
        left = known.rows - self._checksum.rows
        self._checksum.add(some[:left])
        if self._checksum.rows == known.rows and self._checksum.progress != known:
            raise _changed(self._table)
        return some[left:]

    async def _write(self) -> None:
        now = self._checksum.progress
        table = self._table.name
        if not await self._target.write(table, self._columns, self._waiting, self._there, now):
            raise Invalid("Another copy is being written to the target.")
        self._there = now
        self._waiting.clear()
        self._bytes = 0


async def _columns(source: TableReader, target: TableReader, table: Table) -> Sequence[str]:
    """The columns of a table, which both databases must have."""
    columns = shared(table.name, await source.columns(table.name))
    if not columns or columns != shared(table.name, await target.columns(table.name)):
        raise Invalid(f"Table {table.name} differs between the databases: migrate both.")
    return columns


async def _require_empty(target: TableReader) -> None:
    for table in TABLES:
        if await target.count(table.name):
            raise Invalid(f"The target is not empty: its table {table.name} has rows.")


def _changed(table: Table) -> Invalid:
    return Invalid(
        f"The source is not what this copy began with: table {table.name} has changed."
        " Empty the target and copy anew."
    )
