"""`humanwire bench`: measures a real server, and the least that it could take, in one run."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from humanwire.bench.plan import Plan
from humanwire.bench.report import REPORT, collect
from humanwire.bench.scenarios import SCENARIOS, USUAL
from humanwire.bench.setting import run_loop
from humanwire.core.errors import Invalid

T = TypeVar("T")


@click.command()
@click.argument("scenario", type=click.Choice([*SCENARIOS, REPORT]))
@click.option(
    "--database",
    metavar="URL",
    help="A SQLite file, or a PostgreSQL server; a temporary file if not given.",
)
@click.option(
    "--concurrency", type=click.IntRange(1), help="Connections at once.  [16; bulk, export: 1]"
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 600, min_open=True),
    default=20.0,
    show_default=True,
    help="Length of the load in all, floor included.",
)
@click.option(
    "--tasks",
    type=click.IntRange(0),
    help="Tasks there before; in bulk, those of one request."
    "  [claim, answer, list, export: 100000; events: 20000; bulk: 10000]",
)
@click.option("--callers", type=click.IntRange(2), help="Blocked callers.  [1000]")
@click.option(
    "--nodes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Servers on one PostgreSQL database.",
)
@click.option(
    "--worn", type=click.IntRange(1), help="Claim as a worker who has answered so many open tasks."
)
@click.option(
    "--against", type=click.IntRange(1), help="Compare p99 with a server of so many tasks."
)
@click.option(
    "--only", multiple=True, type=click.Choice(list(SCENARIOS)), help="In a report: these alone."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write a report."
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def bench(
    scenario: str,
    *,
    only: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    **given: str | float | None,
) -> None:
    """Measure servers of its own over HTTP, beside the least that such servers could do.

    A report runs all scenarios but models, or those that --only names, and writes a page of
    Markdown.
    """
    plan = msgspec.convert(given, Plan).checked(scenario)
    if scenario != REPORT:
        for name, value in (("only", only), ("out", out)):
            if value:
                raise Invalid("It is for reports.", field=name)
        report = _run(SCENARIOS[scenario](plan))
        click.echo(report.line() if as_json else report.table())
        return
    collected = _run(collect(plan, only or USUAL, _say))
    if out is not None:
        out.write_text(collected.markdown(), encoding="utf-8")
    if as_json:
        click.echo(collected.line())
    elif out is None:
        click.echo(collected.markdown(), nl=False)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _run(measuring: Coroutine[None, None, T]) -> T:
    try:
        with run_loop() as runner:
            return runner.run(_stoppable(measuring))
    except asyncio.CancelledError:
        raise click.Abort from None


async def _stoppable(measuring: Coroutine[None, None, T]) -> T:
    """Measure; told to stop, stop the servers first."""
    task = asyncio.ensure_future(measuring)
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
