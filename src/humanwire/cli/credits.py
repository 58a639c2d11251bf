"""`humanwire credits`: how a project stands, what it was charged, and what is paid in."""

import click
import msgspec

from humanwire.cli import options
from humanwire.cli.console import Reply, details, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.core.errors import Invalid
from humanwire.core.project import Project
from humanwire.flows import accounts
from humanwire.flows import credits as flows
from humanwire.flows.ports import Ports
from humanwire.flows.project_settings import changed
from humanwire.http.credit_shapes import CreditLine, LedgerLine

_LINES = 100


class Unsound(Invalid):
    """A ledger does not add up."""

    code = "not_in_order"


@click.group(cls=Group)
def credits() -> None:  # noqa: A001 - the command's name
    """Show and top up what projects pay for answers, and limit what they may owe."""


@credits.command()
@options.project_argument
@stored
async def show(ports: Ports, project: str) -> Reply:
    """Show project P's balance, what its open tasks hold, and what is left of its limit."""
    return await _shown(ports, await accounts.find_project(ports, project))


# So that an amount below 0 is none of its options.
@credits.command(context_settings={"ignore_unknown_options": True})
@options.project_argument
@click.argument("amount", type=float)
@click.option("--note", help="What it is for.")
@click.option("--adjust", is_flag=True, help="Put something right: AMOUNT may be below 0.")
@stored
async def add(
    ports: Ports, project: str, amount: float, note: str | None, *, adjust: bool
) -> Reply:
    """Add AMOUNT credits to project P."""
    owner = await accounts.find_project(ports, project)
    kind = "adjustment" if adjust else "top_up"
    payment = flows.Payment(amount=amount, kind=kind, note=note)
    line = LedgerLine.of(await flows.enter(ports, owner, payment))
    return Reply(line, f"{line.amount:+} credits; the balance of {owner.name!r} is {line.balance}.")


@credits.command()
@options.project_argument
@click.option("--before", type=click.IntRange(1), metavar="ID", help="Only entries older than ID.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=_LINES, show_default=True, help="At most."
)
@stored
async def ledger(ports: Ports, project: str, before: int | None, limit: int) -> Reply:
    """List project P's ledger, newest first."""
    owner = await accounts.find_project(ports, project)
    found = await ports.store.ledger(owner.number, before, limit)
    lines = [LedgerLine.of(entry) for entry in found]
    headings = ("ID", "TIME", "KIND", "AMOUNT", "BALANCE", "TASK", "NOTE")
    rows = [(e.id, e.time, e.kind, e.amount, e.balance, e.task, e.note) for e in lines]
    return Reply({"entries": lines}, table(headings, rows) if lines else "There is no entry yet.")


@credits.command()
@options.project_argument
@click.argument("limit", metavar="CREDITS|none")
@stored
async def limit(ports: Ports, project: str, limit: str) -> Reply:
    """Let project P owe at most so many credits; 0: only what is paid in; none: no limit."""
    owner = await accounts.find_project(ports, project)
    try:
        value = None if limit == "none" else float(limit)
    except ValueError:
        raise Invalid("A number of credits, or none.", field="limit") from None
    settings = changed(owner.settings, {"credit_limit": value})
    owner = msgspec.structs.replace(owner, settings=settings)
    await accounts.change_project(ports, owner)
    return await _shown(ports, owner)


@credits.command()
@stored
async def check(ports: Ports) -> Reply:
    """Add up all ledgers; exit status 1 when one does not add up."""
    projects = await ports.store.list_projects()
    wrong = await flows.unsound(ports, projects)
    if wrong:
        said = "; ".join(f"{name}: {', '.join(faults)}" for name, faults in wrong.items())
        raise Unsound(f"Not in order: {said}.")
    return Reply({"projects": len(projects)}, f"The ledgers of {len(projects)} projects add up.")


async def _shown(ports: Ports, project: Project) -> Reply:
    line = CreditLine.of(project, await ports.store.account(project.number))
    return Reply(line, details(msgspec.structs.asdict(line)))
