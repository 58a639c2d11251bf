"""`humanwire copy`: everything from one database into another, of whichever engine."""

import asyncio
from collections.abc import Mapping

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, show, table
from humanwire.cli.progress import progress
from humanwire.store.copying import copy as copy_tables
from humanwire.store.tables import TABLES, Progress
from humanwire.wiring import open_reader, open_writer


@click.command()
@click.option("--from", "source", required=True, metavar="URL", help="The database to read.")
@click.option("--to", "target", required=True, metavar="URL", help="An empty one, to fill.")
@options.as_json
def copy(*, source: str, target: str, as_json: bool) -> None:
    """Copy everything from one database into another, ids included.

    A copy that was interrupted goes on when it is repeated. Uploads are files beside the database:
    they are not copied.
    """
    copied = asyncio.run(_copy(source, target))
    show(copied_reply(copied), as_json=as_json)


async def _copy(source: str, target: str) -> Mapping[str, Progress]:
    async with open_reader(source) as reader, open_writer(target) as writer:
        rows = sum([await reader.count(each.name) for each in TABLES])
        with progress(2 * rows) as watch:
            return await copy_tables(reader, writer, watch)


def copied_reply(copied: Mapping[str, Progress]) -> Reply:
    """Say what was copied: rows and checksum of each table."""
    rows = sum(each.rows for each in copied.values())
    tables = {name: each._asdict() for name, each in copied.items()}
    shown = table(("TABLE", "ROWS", "CHECKSUM"), [(name, *each) for name, each in copied.items()])
    return Reply({"rows": rows, "tables": tables}, f"{shown}\n\n{rows} rows.")
