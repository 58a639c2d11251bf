"""`humanwire export`: a project's tasks as lines of JSON or as a table, however many there are."""

import asyncio
import csv
import io
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, get_args

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.console import Reply, show
from humanwire.cli.files import written_aside
from humanwire.config import Settings
from humanwire.core.task import Mode, Status
from humanwire.dialects.heat.query import milliseconds
from humanwire.flows import accounts
from humanwire.flows.export import ExportedTask, export
from humanwire.store.records import TaskFilter
from humanwire.wiring import open_ports

_COLUMNS = ExportedTask.__struct_fields__
_AS_JSON = frozenset({"response", "feedback", "answers", "request"})
"""Columns whose cells are JSON: exact, and never taken for a formula by a spreadsheet."""

Write = Callable[[Sequence[ExportedTask]], object]


@click.command(name="export")
@options.project_option
@click.option("--status", type=click.Choice(get_args(Status)), help="Only what stands so.")
@click.option("--type", "kind", metavar="TYPE", help="Only requests of this type.")
@click.option("--since", metavar="TIME", help="Only what was asked after it (ISO 8601, UTC).")
@click.option("--until", metavar="TIME", help="Only what was asked before it.")
@click.option("--mode", type=click.Choice(get_args(Mode)), default="live", show_default=True)
@click.option(
    "--format", "form", type=click.Choice(["ndjson", "csv"]), default="ndjson", show_default=True
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write there instead of to standard output; the file appears once it is whole.",
)
@options.database
@options.as_json
def export_tasks(
    *,
    project: str,
    status: Status | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    mode: Mode,
    form: str,
    out: Path | None,
    database: str,
    as_json: bool,
) -> None:
    """Write down a project's tasks with their answers, newest first."""
    if as_json and out is None:
        raise click.UsageError("Standard output is for the one line of --json: name a file, --out.")
    where = TaskFilter(
        status=status,
        type=kind,
        created_after=None if since is None else milliseconds(since, "since"),
        created_before=None if until is None else milliseconds(until, "until"),
    )
    with _opened(out) as file:
        count = asyncio.run(_export(database, project, mode, where, _FORMS[form](file)))
    if out is None:
        click.echo(f"{count} tasks.", err=True)
    else:
        show(Reply({"tasks": count, "file": str(out)}, f"{count} tasks: {out}"), as_json=as_json)


async def _export(database: str, project: str, mode: Mode, where: TaskFilter, write: Write) -> int:
    """Write every task that fits; return how many."""
    count = 0
    async with open_ports(Settings(database=database)) as ports:
        owner = await accounts.find_project(ports, project)
        async for page in export(ports, owner.number, mode, where):
            write(page)
            count += len(page)
    return count


@contextmanager
def _opened(out: Path | None) -> Generator[BinaryIO]:
    if out is not None:
        with written_aside(out, field="out") as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough. Python would complain once more at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(1) from None


def _as_lines(file: BinaryIO) -> Write:
    return lambda page: file.write(b"".join([task.line() for task in page]))


def _as_table(file: BinaryIO) -> Write:
    def add(rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        file.write(text.getvalue().encode())

    add([_COLUMNS])
    return lambda page: add([[_cell(task, name) for name in _COLUMNS] for task in page])


def _cell(task: ExportedTask, column: str) -> object:
    value: object = getattr(task, column)
    if value is None:
        return ""
    return msgspec.json.encode(value).decode() if column in _AS_JSON else value


_FORMS: dict[str, Callable[[BinaryIO], Write]] = {"ndjson": _as_lines, "csv": _as_table}
