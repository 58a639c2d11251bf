"""`humanwire operators`: another way in, for who lost the first one."""

import click

from humanwire.cli import options
from humanwire.cli.console import Reply
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.flows import accounts
from humanwire.flows.ports import Ports
from humanwire.http.admin_shapes import NewOperatorKey


@click.group(cls=Group)
def operators() -> None:
    """Make sign-in links for those who run the server."""


@operators.command()
@options.public_url
@stored
async def create(ports: Ports) -> Reply:
    """Create an operator's key, with a link to sign in by."""
    made = NewOperatorKey.of(await accounts.create_operator_key(ports), ports.origin())
    return Reply(made, f"{made.url}\n\nKeep it: it is not shown again.")
