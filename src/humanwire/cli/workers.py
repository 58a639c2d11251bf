"""`humanwire workers`: the people who answer, and the links that they sign in with."""

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.flows import accounts
from humanwire.flows.ports import Ports
from humanwire.http.admin_shapes import NewWorker, WorkerLine
from humanwire.store.records import Worker


@click.group(cls=Group)
def workers() -> None:
    """Create, list, invite and revoke the people who answer."""


@workers.command()
@click.argument("name")
@click.option("--project", "projects", multiple=True, metavar="P", help="May be repeated.")
@options.public_url
@stored
async def create(ports: Ports, name: str, projects: tuple[str, ...]) -> Reply:
    """Create a worker, a member of the projects given, with a link to sign in by."""
    found = tuple([await accounts.find_project(ports, project) for project in projects])
    worker, token = await accounts.create_worker(ports, name, found)
    return _with_link(ports, worker, token)


@workers.command(name="list")
@click.option("--project", metavar="P", help="Only this project's.")
@stored
async def list_all(ports: Ports, project: str | None) -> Reply:
    """List workers."""
    owner = None if project is None else (await accounts.find_project(ports, project)).number
    found = [WorkerLine.of(worker) for worker in await ports.store.list_workers(owner)]
    rows = [
        (each.number, each.name, ", ".join(each.projects) or "-", "revoked" * each.revoked)
        for each in found
    ]
    empty = "There is no worker yet: humanwire workers create NAME --project P"
    return Reply(
        {"workers": found}, table(("NUMBER", "NAME", "PROJECTS", ""), rows) if found else empty
    )


@workers.command()
@options.worker_argument
@click.option("--project", "projects", multiple=True, required=True, metavar="P")
@stored
async def join(ports: Ports, worker: str, projects: tuple[str, ...]) -> Reply:
    """Make worker W a member of more projects."""
    found = await accounts.find_worker(ports, worker)
    joined = tuple([await accounts.find_project(ports, project) for project in projects])
    await accounts.join(ports, found, joined)
    line = WorkerLine.of(await accounts.find_worker(ports, str(found.number)))
    return Reply(line, f"{line.name} is a member of {', '.join(line.projects)}.")


@workers.command()
@options.worker_argument
@options.public_url
@stored
async def invite(ports: Ports, worker: str) -> Reply:
    """Give worker W a new sign-in link; the old one ends."""
    found = await accounts.find_worker(ports, worker)
    return _with_link(ports, found, await accounts.invite(ports, found))


@workers.command()
@options.worker_argument
@stored
async def revoke(ports: Ports, worker: str) -> Reply:
    """Bar worker W at once; what they hold goes back to the queue."""
    found = await accounts.find_worker(ports, worker)
    await ports.store.revoke_worker(found.number, ports.clock())
    data = {"id": found.id, "number": found.number, "revoked": True}
    return Reply(data, f"{found.name} is barred.")


def _with_link(ports: Ports, worker: Worker, token: str) -> Reply:
    made = NewWorker.of(worker, token, ports.origin())
    who = f"{made.name} (number {made.number}) signs in by this link"
    return Reply(made, f"{made.url}\n\n{who}. It is not shown again.")
