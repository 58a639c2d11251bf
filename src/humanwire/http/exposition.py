"""Metrics in Prometheus's text format: which there are, what they mean, and their values."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from humanwire import __version__
from humanwire.flows.tally import TRIED
from humanwire.http.figures import Figures, Totals
from humanwire.http.meter import BOUNDS
from humanwire.store.figures import Gauges

_PREFIX = "humanwire_"
_COUNTERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "tasks_created": ("Tasks that were asked.", ("project", "mode")),
    "tasks_ended": ("Tasks that ended.", ("project", "mode", "status")),
    "answers": ("Answers of workers that counted.", ("project",)),
    "credits_charged": ("Credits charged for answered tasks.", ("project",)),
    "lease_lapses": ("Leases that ran out.", ("project",)),
    "delivery_attempts": ("Attempts to call requesters back.", ("project", "result")),
    "model_opinions": ("What became of models' answers.", ("project", "model", "outcome")),
    "model_audits": ("Models' answers that people judged.", ("project", "model", "verdict")),
    "model_reopenings": ("Drifts of models that were found.", ("project", "model")),
    "model_items": ("Questions to models, by what came of them.", ("model", "result")),
    "model_batches": ("Calls of models.", ("model",)),
    "model_seconds": ("Time that those calls took, in seconds.", ("model",)),
    "store_commits": ("Groups of writes that were committed.", ()),
    "store_writes": ("Writes in those groups.", ()),
    "store_commit_seconds": ("Time that commits took, in seconds.", ()),
}
_OPEN: Mapping[str, tuple[str, Sequence[str]]] = {
    "http_requests_in_flight": ("Requests under way.", ("surface",)),
    "blocked_callers": ("Callers held until their task ends.", ()),
    "event_readers": ("Readers of event feeds, held until something happens.", ()),
    "workers_in_line": ("Workers held until there is work.", ()),
    "open_pages": ("Workers' pages that have their stream of notices open.", ()),
    "model_waiting": ("Questions that wait for a model.", ("model",)),
    "model_ready": ("In how many processes the model can be asked.", ("model",)),
}
_BOUNDS = (*map(str, BOUNDS), "+Inf")


def expose(
    accept: str,
    engine: str,
    processes: Sequence[Figures],
    total: Figures,
    gauges: Gauges | None,
    names: Mapping[str, str],
    now: int,
) -> tuple[bytes, str]:
    """Return the page and its content type, the one of those known that `accept` asks for.

    `gauges` is None while the database cannot be read; `names` are those of projects, by number.
    `now` is milliseconds since the epoch.
    """  # fmt: skip
    encode, content_type = choose_encoder(accept)
    registry = CollectorRegistry()
    families = [
        _one("info", "Always 1; the labels say what runs here.", {(__version__, engine): 1},
             ("version", "engine")),
        _one("store_up", "1 when the database can be read, else 0.", {(): gauges is not None}),
        *(() if gauges is None else _queues(gauges, now)),
        *_counters(total.counters, names),
        *(_one(name, text, total.open.get(name, {}), labels)
          for name, (text, labels) in _OPEN.items()),
        _latency(total),
        *_of_processes(processes),
    ]  # fmt: skip
    registry.register(_Families(families))
    return encode(registry), content_type


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _one(name: str, text: str, values: Totals, labels: Sequence[str] = ()) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_PREFIX + name, text, labels=labels)
    for each, value in values.items():
        family.add_metric(each, value)
    return family


def _queues(gauges: Gauges, now: int) -> Iterable[Metric]:
    projects, late = gauges.projects, gauges.next_attempt
    project = ("project",)
    yield _one("queue_tasks", "Tasks that have not ended, those of test keys aside.",
               {(each.name,): each.pending for each in projects}, project)  # fmt: skip
    yield _one("queue_oldest_seconds", "Age of the oldest task that waits for a worker, or 0.",
               {(each.name,): _age(each.oldest_at, now) for each in projects}, project)  # fmt: skip
    yield _one("deliveries_pending", "Callbacks still to be made; counts to 10,000.",
               {(): gauges.pending_deliveries})  # fmt: skip
    yield _one("consultations_pending", "Tasks that models have; counts to 10,000.",
               {(): gauges.pending_consultations})  # fmt: skip
    yield _one("delivery_lag_seconds", "How long the most overdue callback has been due, or 0.",
               {(): _age(late, now)})  # fmt: skip


def _age(since: int | None, now: int) -> float:
    return 0.0 if since is None else max(0, now - since) / 1000


def _never(labels: Sequence[str]) -> Sequence[tuple[str, ...]]:
    """What goes with a project's name in series that are there from the start."""
    match labels:
        case ("project",):
            return [()]
        case ("project", "result"):
            return [(result,) for result in TRIED.values()]
        case _:
            return []


def _counters(counters: Mapping[str, Totals], names: Mapping[str, str]) -> Iterable[Metric]:
    for name, (text, labels) in _COUNTERS.items():
        family = CounterMetricFamily(_PREFIX + name, text, labels=labels)
        # What has not happened yet is 0, so that its first time shows as a rise.
        never: Totals = {(number, *rest): 0 for number in names for rest in _never(labels)}
        for each, value in {**never, **counters.get(name, {})}.items():
            shown = (names.get(each[0], each[0]), *each[1:]) if "project" in labels else each
            family.add_metric(shown, value)
        yield family


def _latency(total: Figures) -> Metric:
    family = HistogramMetricFamily(
        _PREFIX + "http_request_seconds",
        "Time until a reply began, in seconds, less what the caller asked to be held for.",
        labels=("surface", "route", "method", "status"),
    )
    for labels, series in total.requests.items():
        buckets = list(zip(_BOUNDS, accumulate(map(float, series.buckets)), strict=True))
        family.add_metric(labels, buckets, series.seconds)
    return family


def _of_processes(processes: Sequence[Figures]) -> Iterable[Metric]:
    """The usual figures of each process, from the system; none where it has no /proc."""
    families: dict[str, Metric] = {}
    for number, figures in enumerate(processes):
        if not figures.pid:
            continue
        found = ProcessCollector(pid=lambda pid=figures.pid: pid, registry=None).collect()
        for metric in found:
            family = families.setdefault(
                metric.name, Metric(metric.name, metric.documentation, metric.type)
            )
            for sample in metric.samples:
                family.add_sample(sample.name, {"process": str(number)}, sample.value)
    return families.values()
