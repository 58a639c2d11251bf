"""Figures: from the times of single requests to one line a scenario."""

from statistics import median

import msgspec
from msgspec import Struct

MILLI = 1000.0


class Slice(Struct):
    """A stretch of load: how long it took, what was done in it, and the time of each request.

    Times are seconds.
    """

    seconds: float = 0.0
    done: int = 0
    latencies: list[float] = []

    def add(self, other: "Slice") -> None:
        """Count another stretch in."""
        self.seconds += other.seconds
        self.done += other.done
        self.latencies = self.latencies + other.latencies

    @property
    def per_second(self) -> float:
        return self.done / self.seconds


class Report(Struct, kw_only=True, omit_defaults=True):
    """What a scenario found; a figure that does not apply is left out.

    Rates and percentiles are medians over the slices. `ratio` is the server's rate over the
    floor's. `rss_mb` is resident memory at the end, `idle_mb` before the first request, of all
    nodes together. `p99_ratio` is the 99th percentile over that of the depth, or of the worker,
    that it was measured beside.
    """

    scenario: str
    engine: str
    concurrency: int
    per_second: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    floor_per_second: float | None = None
    ratio: float | None = None
    rss_mb: float | None = None
    idle_mb: float | None = None
    ready_ms: float | None = None
    nodes: int | None = None
    tasks: int | None = None
    against_tasks: int | None = None
    against_p99_ms: float | None = None
    worn: int | None = None
    fresh_p50_ms: float | None = None
    fresh_p99_ms: float | None = None
    p99_ratio: float | None = None
    first_ms: float | None = None
    ndjson_per_second: float | None = None
    callers: int | None = None
    kb_per_caller: float | None = None
    told_p50_ms: float | None = None
    told_p99_ms: float | None = None
    wake_p50_ms: float | None = None
    wake_p99_ms: float | None = None
    all_woken_ms: float | None = None
    accepted_ms: float | None = None
    served_ms: float | None = None
    merged_ms: float | None = None
    model_ms: float | None = None
    round_trip_ms: float | None = None
    worker_mb: float | None = None

    def line(self) -> str:
        """One line of JSON."""
        return msgspec.json.encode(self).decode()

    def table(self) -> str:
        """The same for reading."""
        fields = msgspec.to_builtins(self)
        width = max(map(len, fields))
        return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in fields.items())


def against(report: Report, tasks: int | None, *others: list[Slice]) -> Report:
    """Put into a report how another depth fared in the same run, if there was one."""
    for slices in others:
        report.against_tasks, report.against_p99_ms = tasks, milliseconds(slices, 0.99)
        report.p99_ratio = round((report.p99_ms or 0) / report.against_p99_ms, 2)
    return report


def percentile(values: list[float], part: float) -> float:
    """The value that this part of all (0 to 1) does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def rate(slices: list[Slice]) -> float:
    """The median rate, per second."""
    return round(median(each.per_second for each in slices), 1)


def milliseconds(slices: list[Slice], part: float) -> float:
    """The median of the slices' percentiles."""
    return round(median(percentile(each.latencies, part) for each in slices) * MILLI, 2)


def middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    middle, worst = (round(percentile(seconds, part) * MILLI, 2) for part in (0.5, 0.99))
    return middle, worst


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
