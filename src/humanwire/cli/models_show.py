"""`humanwire models show`: what people have shown of a project's models."""

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, details, table
from humanwire.cli.stored import stored
from humanwire.flows import accounts
from humanwire.flows.ports import Ports
from humanwire.http.model_shapes import ModelLine


@click.command(name="show")
@options.project_argument
@stored
async def show(ports: Ports, project: str) -> Reply:
    """Show from which confidence on models' answers stand in project P, and what speaks for it."""
    owner = await accounts.find_project(ports, project)
    found = await ports.store.list_standings(owner.number)
    lines = [ModelLine.of(each) for each in found]
    tags = {str(each.id): each.tag for each in await ports.store.list_workflows(owner.number)}
    text = "\n\n".join(_shown(line, tags.get(line.workflow or "")) for line in lines)
    empty = f"People have judged no answer of a model in {owner.name!r} yet."
    return Reply({"models": lines}, text or empty)


def _shown(line: ModelLine, tag: str | None) -> str:
    questions = line.flavour if line.workflow is None else f"{tag or line.workflow} (workflow)"
    stand = "none" if line.confidence is None else f"from a confidence of {line.confidence:g}"
    head = details(
        {
            "model": f"{line.model} {line.version}",
            "questions": questions,
            "state": line.state,
            "stand without people": stand,
            "since": line.since or "the start",
            "accepted error": _percent(line.accepted_error),
            "error": _bounded(line.error, line.error_bound),
            "share that stands": _percent(line.share),
            "audits": _audits(line),
            "drifts": f"{line.reopenings}, the last at {line.reopened_at}"
            if line.reopened_at
            else "none",
        }
    )
    rows = [
        (f"{each.confidence:g}", each.audits, *map(_percent, (each.share, each.error, each.bound)))
        for each in line.levels
        if each.audits
    ]
    return f"{head}\n\n{table(('FROM', 'AUDITS', 'SHARE', 'ERROR', 'AT MOST'), rows)}"


def _audits(line: ModelLine) -> str:
    if line.audits_needed is None:
        return str(line.audits)
    return f"{line.audits} (a model without faults needs {line.audits_needed})"


def _bounded(error: float | None, bound: float | None) -> str:
    return "unknown" if error is None else f"{_percent(error)}, at most {_percent(bound)}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.4g} %"
