"""`python -m benchmarks.peers`: humanwire and Label Studio in turns, and how they compare."""

import tempfile
from pathlib import Path

import click
import msgspec
from benchmarks.peers.environment import default_cache, environment, versions
from benchmarks.peers.label_studio import label_studio
from benchmarks.peers.match import Plan, match
from benchmarks.peers.ours import Humanwire
from benchmarks.peers.table import Comparison, compare

from humanwire.bench.machine import look
from humanwire.bench.plan import Plan as BenchPlan
from humanwire.bench.setting import prepared, run_loop


@click.command()
@click.option("--tasks", type=click.IntRange(100), default=10_000, show_default=True)
@click.option("--concurrency", type=click.IntRange(1, 64), default=16, show_default=True)
@click.option("--annotators", type=click.IntRange(1), default=32, show_default=True)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 60, min_open=True),
    default=3.0,
    show_default=True,
    help="Length of one slice; a round that has begun is finished.",
)
@click.option("--rows", type=click.IntRange(1, 10_000), default=5_000, show_default=True)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_cache,
    help="Where Label Studio's environment is kept.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the Markdown there, too."
)
def main(
    *,
    tasks: int,
    concurrency: int,
    annotators: int,
    seconds: float,
    rows: int,
    cache: Path,
    as_json: bool,
    out: Path | None,
) -> None:
    """Measure humanwire beside Label Studio, both with what they come with."""
    plan = Plan(
        tasks=tasks, concurrency=concurrency, annotators=annotators, seconds=seconds, rows=rows
    )
    programs = environment(cache)
    with run_loop() as runner:
        comparison = runner.run(measure(programs, plan))
    text = comparison.markdown()
    if out is not None:
        out.write_text(text)
    click.echo(msgspec.json.encode(comparison).decode() if as_json else text)


async def measure(programs: Path, plan: Plan) -> Comparison:
    """Run both servers, beside each other, and compare them."""
    with tempfile.TemporaryDirectory(prefix="humanwire-peers-") as name:
        folder = Path(name)
        machine = look(folder)
        async with (
            prepared(BenchPlan(), plan.annotators) as ours,
            label_studio(programs, folder, plan.annotators) as peer,
        ):
            outcome = await match([Humanwire(ours), peer], plan)
        return compare(outcome, plan, machine, versions(programs))


if __name__ == "__main__":
    main()
