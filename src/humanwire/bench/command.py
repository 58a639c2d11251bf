"""`humanwire bench`: measures a real server, and the least that it could take, in one run."""

import asyncio
import signal
from contextlib import suppress

import click

from humanwire.bench.figures import Report
from humanwire.bench.scenarios import SCENARIOS
from humanwire.bench.setting import Plan, run_loop


@click.command()
@click.argument("scenario", type=click.Choice(list(SCENARIOS)))
@click.option("--database", metavar="URL", help="Where to store; a temporary file if not given.")
@click.option("--concurrency", type=click.IntRange(1), help="Connections at once.  [16; bulk: 1]")
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
    help="Open tasks; in bulk, those of one request.  [claim, answer: 100000; bulk: 10000]",
)
@click.option("--callers", type=click.IntRange(2), help="Blocked callers.  [1000]")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def bench(
    scenario: str,
    *,
    database: str | None,
    concurrency: int | None,
    seconds: float,
    tasks: int | None,
    callers: int | None,
    as_json: bool,
) -> None:
    """Measure a server of its own over HTTP, beside the least that such a server could do."""
    plan = Plan(
        database=database,
        concurrency=concurrency,
        seconds=seconds,
        tasks=tasks,
        callers=callers,
    )
    try:
        with run_loop() as runner:
            report = runner.run(_measure(scenario, plan))
    except asyncio.CancelledError:
        raise click.Abort from None
    click.echo(report.line() if as_json else report.table())


async def _measure(scenario: str, plan: Plan) -> Report:
    """Run a scenario; told to stop, it stops its servers first."""
    measuring = asyncio.ensure_future(SCENARIOS[scenario](plan))
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, measuring.cancel)
    return await measuring
