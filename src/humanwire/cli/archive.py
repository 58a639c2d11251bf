"""`humanwire archive`: what ended long ago, moved from the database into a file."""

import re
from pathlib import Path

import click

from humanwire.cli.archive_file import opened_archive
from humanwire.cli.console import Reply
from humanwire.cli.stored import stored
from humanwire.core.errors import Invalid
from humanwire.flows import accounts
from humanwire.flows.archive import archive as move
from humanwire.flows.ports import Ports
from humanwire.flows.retention import DAY_MS

_DAYS = re.compile(r"(\d{1,5})d")


@click.command()
@click.option(
    "--older-than", required=True, metavar="DAYS", help="How long ago it ended: 90d, at least 1d."
)
@click.option("--project", metavar="P", help="Only this project's tasks.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@stored
async def archive(ports: Ports, older_than: str, project: str | None, file: Path) -> Reply:
    """Move tasks that ended long ago into FILE (NDJSON, gzip), with their answers.

    Nothing is deleted before it is safe in the file. Repeat the command to add to the file, also
    when it was interrupted.
    """
    matched = _DAYS.fullmatch(older_than)
    days = int(matched[1]) if matched else 0
    if not days:
        raise Invalid("It is a number of days, at least 1, such as 90d.", field="older_than")
    before = ports.clock() - days * DAY_MS
    owners = (
        await ports.store.list_projects()
        if project is None
        else [await accounts.find_project(ports, project)]
    )
    count = 0
    with opened_archive(file) as shelf:
        for owner in owners:
            count += await move(ports, owner.number, before, shelf)
    return Reply({"tasks": count, "file": str(file)}, f"{count} tasks: {file}")
