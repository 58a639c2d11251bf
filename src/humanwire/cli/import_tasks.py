"""`humanwire import`: requests from a file or a pipe, a line each, asked as the bulk API does."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, get_args

import click
from msgspec import Struct

from humanwire.cli import options
from humanwire.cli.console import Reply, show
from humanwire.cli.files import written_aside
from humanwire.config import Settings
from humanwire.core.errors import Invalid, Refused, Unavailable
from humanwire.core.task import Mode
from humanwire.dialects.heat.bulk import AT_ONCE, Asking, outcome_line
from humanwire.dialects.heat.ndjson import Intake
from humanwire.flows import accounts
from humanwire.flows.ports import Ports
from humanwire.store.records import Key, Task
from humanwire.wire.bodies import OBJECT_LIMIT
from humanwire.wire.idempotency import checked_idempotency
from humanwire.wiring import open_ports

_PART = 256 * 1024
_PATIENCE_SECONDS = 60
"""How long to wait for a database that takes nothing: restarted, or locked."""


class Imported(Struct):
    """What came of an import. `key` goes on with it."""

    key: str
    lines: int = 0
    stored: int = 0
    refused: int = 0


@click.command(name="import")
@click.argument("file", metavar="FILE", type=click.File("rb"))
@options.project_option
@click.option("--mode", type=click.Choice(get_args(Mode)), default="live", show_default=True)
@click.option("--key", metavar="KEY", help="Names the import: repeated with it, it goes on.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what became of each line there instead of to standard output.",
)
@options.database
@options.as_json
def import_tasks(
    *,
    file: BinaryIO,
    project: str,
    mode: Mode,
    key: str | None,
    out: Path | None,
    database: str,
    as_json: bool,
) -> None:
    """Ask every line of FILE, a body of a request with its type; - is standard input.

    Exit status 1 when a line was refused; the others are asked nevertheless.
    """
    try:
        checked_idempotency(key)
    except Invalid as error:
        raise Invalid(error.message, field="key") from None
    done = Imported(key or f"import-{os.urandom(8).hex()}")
    goes_on = f"Repeated with --key {done.key}, the import goes on."
    if key is None:
        click.echo(goes_on, err=True)
    try:
        with _outcomes(out, quiet=as_json) as outcomes:
            asyncio.run(_import(database, project, mode, file, outcomes, done))
    except (Refused, KeyboardInterrupt):
        if done.lines:
            click.echo(f"{done.stored} of {done.lines} lines are stored. {goes_on}", err=True)
        raise
    text = f"{done.stored} stored, {done.refused} refused."
    if done.refused and as_json:
        error = {"code": "partly_refused", "message": f"{text} {goes_on}"}
        show(Reply({"error": error, "imported": done}, ""), as_json=True)
    elif as_json:
        show(Reply(done, ""), as_json=True)
    else:
        click.echo(f"{text} {goes_on}" if done.refused else text, err=True)
    if done.refused:
        raise click.exceptions.Exit(1)


async def _import(
    database: str, project: str, mode: Mode, file: BinaryIO, outcomes: BinaryIO, done: Imported
) -> None:
    async with open_ports(Settings(database=database)) as ports:
        owner = await accounts.find_project(ports, project)
        key = Key(id="", project=owner, mode=mode, hint="", created_at=ports.clock())
        asking = Asking(ports, key, done.key)
        intake = Intake(b"", _parts(file), OBJECT_LIMIT)
        async with intake:
            while items := await intake.take(AT_ONCE):
                found = await _store(ports, asking, done.lines, items)
                lines = [outcome_line(*each) for each in enumerate(found, done.lines)]
                outcomes.write(b"".join([line + b"\n" for line in lines]))
                outcomes.flush()
                done.lines += len(found)
                done.stored += sum(isinstance(each, Task) for each in found)
                done.refused = done.lines - done.stored


async def _store(
    ports: Ports, asking: Asking, start: int, items: list[bytes | Refused]
) -> list[Task | Refused]:
    """Store lines, waiting for the database if it takes nothing now. Raises Unavailable."""
    deadline = ports.clock() + 1000 * _PATIENCE_SECONDS
    while True:
        try:
            return await asking.store_or_fail(start, items)
        except Unavailable as error:
            if ports.clock() > deadline:
                raise
            await asyncio.sleep(error.retry_after)


async def _parts(file: BinaryIO) -> AsyncIterator[bytes]:
    read = getattr(
        file, "read1", file.read
    )  # what has come through a pipe, without waiting for more
    while part := await asyncio.to_thread(read, _PART):
        yield part


@contextmanager
def _outcomes(out: Path | None, *, quiet: bool) -> Generator[BinaryIO]:
    if out is not None:
        with written_aside(out, field="out") as file:
            yield file
    elif quiet:
        with Path(os.devnull).open("wb") as file:
            yield file
    else:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
