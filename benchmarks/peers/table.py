"""From what was seen to rates, ratios and a table."""

from collections.abc import Mapping, Sequence

from benchmarks.peers.match import Outcome, Plan, Seen
from msgspec import Struct

from humanwire.bench.figures import milliseconds, rate
from humanwire.bench.machine import Machine


class Side(Struct, frozen=True):
    """One contender at one operation: medians over the slices; `failed` counts refused requests."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failed: int


class Line(Struct, frozen=True):
    """One operation: humanwire's rate is `ratio` times the peer's."""

    operation: str
    humanwire: Side
    peer: Side
    ratio: float


class Comparison(Struct, frozen=True, kw_only=True):
    """All that a run found; `peer` is the peer with its versions."""

    machine: Machine
    peer: str
    tasks: int
    concurrency: int
    lines: list[Line]

    def markdown(self) -> str:
        """The comparison as a piece of Markdown."""
        head = [
            f"At {self.concurrency} connections, {self.tasks:,} tasks open; one import at a time.",
            "",
            *self.machine.lines(),
            f"* {self.peer}",
            "",
            "| a second | humanwire | p50, p99 | Label Studio | p50, p99 | ratio |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        return "\n".join([*head, *map(_row, self.lines)]) + "\n" + self._failures()

    def _failures(self) -> str:
        failed = [
            f"{side.failed} requests of `{line.operation}` were refused by {name}"
            for line in self.lines
            for name, side in (("humanwire", line.humanwire), ("Label Studio", line.peer))
            if side.failed
        ]
        return f"\nNot counted: {'; '.join(failed)}.\n" if failed else ""


def compare(outcome: Outcome, plan: Plan, machine: Machine, peer: str) -> Comparison:
    """Reduce what was seen, by operation, to figures."""
    lines = [_line(operation, sides) for operation, sides in outcome.items()]
    return Comparison(
        machine=machine,
        peer=peer,
        tasks=plan.tasks,
        concurrency=plan.concurrency,
        lines=lines,
    )


def _line(operation: str, sides: Mapping[str, Seen]) -> Line:
    ours, peer = _side(sides["humanwire"]), _side(sides["Label Studio"])
    return Line(operation, ours, peer, round(ours.per_second / peer.per_second, 1))


def _side(seen: Seen) -> Side:
    slices = seen.slices
    return Side(rate(slices), milliseconds(slices, 0.5), milliseconds(slices, 0.99), seen.failed)


def _row(line: Line) -> str:
    cells: Sequence[str] = [
        line.operation,
        *_cells(line.humanwire),
        *_cells(line.peer),
        f"**{line.ratio:,.0f}x**",
    ]
    return f"| {' | '.join(cells)} |"


def _cells(side: Side) -> tuple[str, str]:
    rated = f"{side.per_second:,.0f}" if side.per_second >= 100 else f"{side.per_second:,.1f}"
    return rated, f"{side.p50_ms:,} ms, {side.p99_ms:,} ms"
