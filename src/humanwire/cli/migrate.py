"""`humanwire migrate`: the database's schema, brought up to this version of the program."""

from functools import partial

import click

from humanwire.cli.console import Reply
from humanwire.cli.stored import stored
from humanwire.flows.ports import Ports


@click.command()
@partial(stored, migrating=True)
async def migrate(ports: Ports) -> Reply:
    """Bring the database up to this version; SQLite does so by itself at every start.

    On PostgreSQL this comes first: before the first start, and before an upgraded program starts.
    Servers that run go on meanwhile.
    """
    version = ports.store.schema_version()
    data = {"engine": ports.store.engine, "schema": version}
    return Reply(data, f"The database ({ports.store.engine}) is at schema {version}.")
