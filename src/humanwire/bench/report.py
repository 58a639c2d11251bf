"""A report: scenarios run one after another, on one page with the machine that they ran on."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from humanwire.bench.databases import folder_beside, postgres_version
from humanwire.bench.figures import Report
from humanwire.bench.machine import Machine, look
from humanwire.bench.plan import Plan
from humanwire.bench.scenarios import SCENARIOS
from humanwire.config import is_postgres

REPORT = "report"
SHALLOW = 10_000
"""The depth that others are compared with."""
_DEPTH = ("claim", "list")
_OWN_TASKS = ("bulk", "events")
"""Here tasks are not open ones that are there before."""


class Collected(Struct, kw_only=True):
    """What the scenarios of a report found, in the order in which they ran."""

    machine: Machine
    seconds: float
    reports: list[Report]

    def line(self) -> str:
        """One line of JSON."""
        return msgspec.json.encode(self).decode()

    def markdown(self) -> str:
        """A page's worth of Markdown."""
        parts = [
            "\n".join(
                [
                    *self.machine.lines(),
                    f"* {self.seconds:g} s of load for each line, floor included",
                ]
            ),
            _table("what", _RATES, [each for each in self.reports if each.per_second]),
            _table("depth", _DEPTHS, [each for each in self.reports if each.p99_ratio]),
            _table("waking", _WAKES, [each for each in self.reports if each.wake_p99_ms]),
            _table("long jobs", _JOBS, [each for each in self.reports if each.merged_ms]),
            _table("memory", _MEMORY, self.reports),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"


Cell = Callable[[Report], str]


async def collect(plan: Plan, names: Sequence[str], say: Callable[[str], None]) -> Collected:
    """Run scenarios one after another; `say` hears of each before it begins.

    Claim and list are measured beside a shallow queue, and claims of a worn worker by themselves.
    """
    with tempfile.TemporaryDirectory(dir=folder_beside(plan.database)) as folder:
        version = None
        if plan.database and is_postgres(plan.database):
            version = await postgres_version(plan.database)
        machine = look(Path(folder), version)
    reports: list[Report] = []
    for name, each in _runs(plan, names):
        say(f"{name} {_wishes(each)}".rstrip())
        reports.append(await SCENARIOS[name](each))
    return Collected(machine=machine, seconds=plan.seconds, reports=reports)


def _runs(plan: Plan, names: Sequence[str]) -> list[tuple[str, Plan]]:
    """The scenarios with what each is asked: an option goes to those that it is for."""
    runs: list[tuple[str, Plan]] = []
    for name in names:
        runs.append((name, _fitted(plan, name)))
        if name == "claim" and plan.worn is not None:
            runs.append((name, msgspec.structs.replace(plan, callers=None, against=None)))
    return runs


def _fitted(plan: Plan, name: str) -> Plan:
    return msgspec.structs.replace(
        plan,
        worn=None,
        callers=plan.callers if name == "blocked" else None,
        tasks=None if name in _OWN_TASKS else plan.tasks,
        against=(plan.against or SHALLOW) if name in _DEPTH else None,
    )


def _wishes(plan: Plan) -> str:
    told = {"tasks": plan.tasks, "worn": plan.worn, "against": plan.against}
    return ", ".join(f"{name} {value:,}" for name, value in told.items() if value is not None)


def _name(report: Report) -> str:
    nodes = f", {report.nodes} nodes" if report.nodes else ""
    worn = f", a worker who has answered {report.worn:,} of the open" if report.worn else ""
    return f"{report.scenario} ({report.engine}{nodes}){worn}"


def _number(value: float | None, unit: str = "", digits: int = 0) -> str:
    return "" if value is None else f"{value:,.{digits}f}{unit}"


def _pair(first: float | None, second: float | None) -> str:
    return "" if first is None or second is None else f"{first:,} and {second:,} ms"


def _floor(report: Report) -> str:
    if report.floor_per_second is None:
        return ""
    return f"{report.ratio:.2f} ({_number(report.floor_per_second)})"


_RATES: dict[str, Cell] = {
    "connections": lambda report: str(report.concurrency),
    "tasks there before": lambda report: _number(report.tasks),
    "a second": lambda report: _number(report.per_second),
    "p50 and p99": lambda report: _pair(report.p50_ms, report.p99_ms),
    "of the floor (a second)": _floor,
}
_DEPTHS: dict[str, Cell] = {
    "tasks": lambda report: _number(report.tasks),
    "p99": lambda report: _number(report.p99_ms, " ms", 2),
    "beside": lambda report: (
        "a fresh worker" if report.worn else f"{_number(report.against_tasks)} tasks"
    ),
    "its p99": lambda report: _number(report.fresh_p99_ms or report.against_p99_ms, " ms", 2),
    "ratio": lambda report: _number(report.p99_ratio, "", 2),
}
_WAKES: dict[str, Cell] = {
    "waiting": lambda report: _number(report.callers or report.concurrency),
    "from the answer sent, p50 and p99": lambda report: _pair(
        report.told_p50_ms or report.p50_ms, report.told_p99_ms or report.p99_ms
    ),
    "from its acknowledgement, p50 and p99": lambda report: _pair(
        report.wake_p50_ms, report.wake_p99_ms
    ),
    "kB for each caller": lambda report: _number(report.kb_per_caller, "", 1),
}
_JOBS: dict[str, Cell] = {
    "accepted": lambda report: _number(report.accepted_ms, " ms"),
    "result served": lambda report: _number(report.served_ms, " ms"),
    "third answer compared and merged": lambda report: _number(report.merged_ms, " ms"),
}
_MEMORY: dict[str, Cell] = {
    "ready after": lambda report: _number(report.ready_ms, " ms"),
    "idle": lambda report: _number(report.idle_mb, " MiB"),
    "in the end": lambda report: _number(report.rss_mb, " MiB"),
}


def _table(first: str, columns: dict[str, Cell], reports: Sequence[Report]) -> str:
    if not reports:
        return ""
    head = [first, *columns]
    rows = [[_name(report), *(cell(report) for cell in columns.values())] for report in reports]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
