"""`humanwire keys`: the keys that programs ask with."""

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.flows import accounts
from humanwire.flows.ports import Ports
from humanwire.http.admin_shapes import KeyLine, NewKey
from humanwire.store.records import Key


@click.group(cls=Group)
def keys() -> None:
    """Create, list, revoke and rotate the keys that programs ask with."""


@keys.command()
@options.project_option
@click.option("--test", is_flag=True, help="A key whose questions get staged answers at once.")
@stored
async def create(ports: Ports, project: str, *, test: bool) -> Reply:
    """Create a key. It is shown this once: keep it."""
    found = await accounts.find_project(ports, project)
    made = await accounts.create_key(ports, found, "test" if test else "live")
    return _made(*made)


@keys.command(name="list")
@click.option("--project", metavar="P", help="Only this project's.")
@stored
async def list_all(ports: Ports, project: str | None) -> Reply:
    """List keys, by the beginning and end of their text."""
    if project is None:
        owners = await ports.store.list_projects()
    else:
        owners = [await accounts.find_project(ports, project)]
    found = [
        KeyLine.of(key) for owner in owners for key in await ports.store.list_keys(owner.number)
    ]
    headings = ("ID", "PROJECT", "MODE", "KEY", "LAST USED", "ENDS")
    rows = [
        (key.id, key.project, key.mode, key.hint, key.last_used_at, key.expires_at) for key in found
    ]
    empty = "There is no key yet: humanwire keys create --project P"
    return Reply({"keys": found}, table(headings, rows) if found else empty)


@keys.command()
@click.argument("key_id", metavar="ID")
@stored
async def revoke(ports: Ports, key_id: str) -> Reply:
    """End the key with this ID (from `keys list`) at once."""
    key = await accounts.revoke_key(ports, key_id)
    return Reply({"id": key.id, "revoked": True}, f"The key {key.hint} is revoked.")


@keys.command()
@click.argument("key_id", metavar="ID")
@stored
async def rotate(ports: Ports, key_id: str) -> Reply:
    """Replace the key with this ID; the old one works for a day more."""
    return _made(*await accounts.rotate_key(ports, key_id))


def _made(key: Key, text: str) -> Reply:
    return Reply(NewKey(key.id, text, key.mode), f"{text}\n\nKeep it: it is not shown again.")
