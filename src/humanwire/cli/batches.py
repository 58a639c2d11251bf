"""`humanwire batches`: how a project's batches stand, and what is to be done with them."""

from collections.abc import Awaitable, Callable
from typing import get_args

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, details, table
from humanwire.cli.groups import Group
from humanwire.cli.stored import stored
from humanwire.core.batch import Batch
from humanwire.core.ids import BatchId, ProjectId
from humanwire.core.task import Mode
from humanwire.flows import accounts
from humanwire.flows import batches as flows
from humanwire.flows.ports import Ports
from humanwire.http.admin_shapes import BatchLine
from humanwire.store.filing import BatchProgress

_PAGE = 500
_batch_argument = click.argument("batch", metavar="B")
_mode_option = click.option(
    "--mode", type=click.Choice(get_args(Mode)), default="live", show_default=True
)


@click.group(cls=Group)
def batches() -> None:
    """Follow, pause, resume, close and move ahead a project's batches of tasks."""


@batches.command(name="list")
@options.project_option
@_mode_option
@stored
async def list_all(ports: Ports, project: str, mode: Mode) -> Reply:
    """List a project's batches, and how their tasks stand."""
    owner = (await accounts.find_project(ports, project)).number
    lines: list[BatchLine] = []
    after: BatchId | None = None
    while page := await ports.store.list_batches(owner, mode, after, _PAGE):
        lines += [await _line(ports, owner, progress) for progress in page]
        after = page[-1].batch.id
    rows = [
        (
            *(each.name, "complete" if each.completed_at else each.state),
            *(each.total, each.total - each.counts.pending, each.id),
        )
        for each in lines
    ]
    text = table(("NAME", "STATE", "TASKS", "ENDED", "ID"), rows)
    return Reply({"batches": lines}, text if lines else "There is no batch yet.")


@batches.command()
@_batch_argument
@options.project_option
@_mode_option
@stored
async def show(ports: Ports, batch: str, project: str, mode: Mode) -> Reply:
    """Show batch B (its name or id), and how its tasks stand."""
    return await _seen_to(ports, (project, mode, batch), None, "")


@batches.command()
@_batch_argument
@options.project_option
@_mode_option
@stored
async def pause(ports: Ports, batch: str, project: str, mode: Mode) -> Reply:
    """Give nobody any more tasks of batch B; who has one may finish it."""
    return await _seen_to(ports, (project, mode, batch), flows.pause, "It is paused.")


@batches.command()
@_batch_argument
@options.project_option
@_mode_option
@stored
async def resume(ports: Ports, batch: str, project: str, mode: Mode) -> Reply:
    """Give out the tasks of batch B again."""
    return await _seen_to(ports, (project, mode, batch), flows.resume, "It is resumed.")


@batches.command()
@_batch_argument
@options.project_option
@_mode_option
@stored
async def close(ports: Ports, batch: str, project: str, mode: Mode) -> Reply:
    """Take no more tasks into batch B, for ever; those it has go on."""
    return await _seen_to(ports, (project, mode, batch), flows.close, "It is closed.")


@batches.command()
@_batch_argument
@click.argument("priority", type=int, metavar="N")
@options.project_option
@_mode_option
@stored
async def priority(ports: Ports, batch: str, priority: int, project: str, mode: Mode) -> Reply:
    """Give the pending tasks of batch B priority N, 1 to 10; 10 goes first."""

    async def prioritise(ports: Ports, owner: ProjectId, found: Batch) -> None:
        await flows.set_priority(ports, owner, found, priority)

    text = f"Its pending tasks have priority {priority}."
    return await _seen_to(ports, (project, mode, batch), prioritise, text)


async def _seen_to(
    ports: Ports,
    where: tuple[str, Mode, str],
    act: Callable[[Ports, ProjectId, Batch], Awaitable[None]] | None,
    text: str,
) -> Reply:
    """Find a batch, do something with it, and show it."""
    project, mode, reference = where
    owner = (await accounts.find_project(ports, project)).number
    batch = await flows.find_batch(ports, owner, mode, reference)
    if act is not None:
        await act(ports, owner, batch)
    line = await _line(ports, owner, await flows.progress_of(ports, owner, batch))
    counts = line.counts
    shown = details(
        {
            "name": line.name,
            "id": line.id,
            "label": line.label,
            "description": line.description,
            "state": line.state,
            "since": line.created_at,
            "completed": line.completed_at,
            "callback": line.callback_url,
            "pending": counts.pending,
            "complete": counts.complete,
            "flagged": counts.flagged,
            "aborted": counts.aborted,
            "seconds to go": line.seconds_to_go,
        }
    )
    return Reply(line, f"{shown}\n\n{text}" if text else shown)


async def _line(ports: Ports, owner: ProjectId, progress: BatchProgress) -> BatchLine:
    return BatchLine.of(progress, await flows.time_to_go(ports, owner, progress))
