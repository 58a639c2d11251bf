"""`python -m benchmarks.workspace [SCENARIO]`: the workspace in Chromium, measured."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

import click
import msgspec
from benchmarks.workspace.scenarios import BARS, SCENARIOS, Figures
from benchmarks.workspace.stage import staged

from humanwire.bench.client import BenchFailed
from humanwire.bench.machine import look


@click.command()
@click.argument("scenario", type=click.Choice([*SCENARIOS]), required=False)
@click.option("--repeats", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def main(*, scenario: str | None, repeats: int, as_json: bool) -> None:
    """Measure the workspace in a browser; without SCENARIO, all of it."""
    chosen = [scenario] if scenario else [*SCENARIOS]
    try:
        found = asyncio.run(measure(chosen, repeats))
    except BenchFailed as failure:
        raise click.ClickException(str(failure)) from failure
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for name, value in found["figures"].items():
        click.echo(f"{name:28} {value:>10,}  {bar_of(name)}")


def bar_of(name: str) -> str:
    """The bar that a figure is held against, in words."""
    return "({} {:g})".format(*BARS[name]) if name in BARS else ""


async def measure(chosen: list[str], repeats: int) -> dict[str, Any]:
    """Run scenarios on one server and browser; medians of `repeats`, and the bars they missed."""
    figures: Figures = {}
    async with staged() as stage:
        version = stage.browser.version
        for name in chosen:
            figures |= await SCENARIOS[name](stage, repeats)
    with tempfile.TemporaryDirectory() as folder:
        machine = look(Path(folder))
    return {
        "figures": figures,
        "missed": [name for name in figures if not is_met(name, figures[name])],
        "chromium": version,
        "machine": machine,
        "load": round(os.getloadavg()[0], 1),
    }


def is_met(name: str, value: float) -> bool:
    """Whether a figure is on the right side of its bar; true for one without a bar."""
    if name not in BARS:
        return True
    sense, bar = BARS[name]
    return value >= bar if sense == "at least" else value <= bar


if __name__ == "__main__":
    main()
