"""One process's figures: taken, added to those of the processes before it, and put together.

Counters outlive a process: its successor at the same place of the board goes on from them, so that
they never fall. What it has open (requests, waiters) ends with it.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from humanwire.core.credit import credit
from humanwire.core.model import Health
from humanwire.flows.ports import Ports
from humanwire.http.meter import BOUNDS, Labels, Meter, Series

Totals = dict[tuple[str, ...], float]
"""Values by their labels; a project is named by its number."""


class Figures(Struct):
    """What one process has done (`counters`, `requests`) and has open (`open`).

    `counters` and `open` have a metric's name, without prefix and suffix, for each of their parts.
    """

    counters: dict[str, Totals] = {}
    requests: dict[Labels, Series] = {}
    open: dict[str, Totals] = {}
    pid: int = 0


def take(ports: Ports, meters: Iterable[Meter]) -> Figures:
    """Read this process's figures."""
    meters = tuple(meters)
    tally, wakeups, writes = ports.tally, ports.wakeups, ports.store.writes()
    models = ports.panel.health()
    return Figures(
        counters={
            "tasks_created": _by_text(tally.asked.items()),
            "tasks_ended": _by_text(tally.ended.items()),
            "answers": _by_text(((number,), n) for number, n in tally.answered.items()),
            "credits_charged": _by_text(
                ((number,), credit(n)) for number, n in tally.charged.items()
            ),
            "lease_lapses": _by_text(((number,), n) for number, n in tally.lapsed.items()),
            "delivery_attempts": _by_text(tally.attempts.items()),
            "model_opinions": _by_text(tally.opinions.items()),
            "model_audits": _by_text(tally.audited.items()),
            "model_reopenings": _by_text(tally.reopened.items()),
            "model_items": {
                labels: count
                for name, each in models.items()
                for labels, count in _said(name, each)
            },
            "model_batches": {(name,): each.batches for name, each in models.items()},
            "model_seconds": {(name,): each.seconds for name, each in models.items()},
            "store_commits": {(): writes.groups},
            "store_writes": {(): writes.operations},
            "store_commit_seconds": {(): writes.seconds},
        },
        requests={labels: series for meter in meters for labels, series in meter.series()},
        open={
            "http_requests_in_flight": {(meter.name,): meter.in_flight for meter in meters},
            "blocked_callers": {(): wakeups.ends.waiting},
            "event_readers": {(): wakeups.feeds.waiting},
            "workers_in_line": {(): wakeups.line.waiting},
            "open_pages": {(): wakeups.pages},
            "model_waiting": {(name,): each.waiting for name, each in models.items()},
            "model_ready": {(name,): each.state == "ready" for name, each in models.items()},
        },
        pid=os.getpid(),
    )


def together(parts: Iterable[Figures]) -> Figures:
    """Add figures up; the process id of the last one stays."""
    total = Figures()
    for part in parts:
        _add(total.counters, part.counters)
        _add(total.open, part.open)
        for labels, series in part.requests.items():
            known = total.requests.get(labels)
            total.requests[labels] = _sum(known or _NOTHING, series)
        total.pid = part.pid
    return total


def ended(figures: Figures) -> Figures:
    """What is left of the figures of a process that is no more."""
    return Figures(counters=figures.counters, requests=figures.requests)


def encode(figures: Figures) -> bytes:
    """Put figures into bytes for other processes."""
    return _encoder.encode(figures)


def decode(text: bytes) -> Figures:
    """Read the bytes; nothing is no figures."""
    return _decoder.decode(text) if text else Figures()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Figures)


def _said(model: str, health: Health) -> Iterator[tuple[tuple[str, str], int]]:
    yield (model, "answered"), health.answered
    for reason, count in health.abstained.items():
        yield (model, reason), count


def _by_text(counts: Iterable[tuple[tuple[object, ...], float]]) -> Totals:
    return {tuple(map(str, labels)): count for labels, count in counts}


def _add(total: dict[str, Totals], part: Mapping[str, Totals]) -> None:
    for name, values in part.items():
        sums = Counter(total.get(name, {}))
        sums.update(values)
        total[name] = dict(sums)


_NOTHING = Series([0] * (len(BOUNDS) + 1))


def _sum(one: Series, other: Series) -> Series:
    buckets = [a + b for a, b in zip(one.buckets, other.buckets, strict=True)]
    return Series(buckets, one.seconds + other.seconds)
