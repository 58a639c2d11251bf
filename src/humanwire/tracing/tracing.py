"""Sends spans of requests, of the store's writes, and of deliveries, to an OTLP receiver."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from urllib.parse import urlsplit

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp

from humanwire import __version__
from humanwire.core.delivery import Outcome, Prepared
from humanwire.core.errors import Conflict
from humanwire.core.ids import DeliveryId, ProjectId, TaskId
from humanwire.flows.ports import Sender
from humanwire.store.deliveries import DueDelivery
from humanwire.store.interface import Store
from humanwire.store.records import Added, Ask, ClaimRequest, Granted, Settlement, Task
from humanwire.tracing.requests import TracedRequests

_REMEMBERED = 10_000
"""Asked tasks whose trace is kept in memory, for their deliveries to be linked to it."""
_FAILED = 400
_PROPAGATOR = TraceContextTextMapPropagator()

_delivered: ContextVar[TaskId | None] = ContextVar("delivered", default=None)
"""The task that the delivery under way tells of; the sender itself does not know it."""


class Tracing:
    """Wraps what shall be traced; without it nothing has been touched.

    Where to, how much and under which names is the business of the standard OTEL_… variables.
    """

    def __init__(self, engine: str) -> None:
        ours = {
            "service.name": "humanwire",
            "service.version": __version__,
            "process.pid": os.getpid(),
        }
        # What the environment says of us wins.
        resource = Resource.create(ours).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("humanwire", __version__)
        self._engine = engine
        self._asked: OrderedDict[TaskId, SpanContext] = OrderedDict()

    async def close(self) -> None:
        """Send what has not been sent yet, for as long as the exporter's time-out allows."""
        await asyncio.to_thread(self._provider.shutdown)

    def requests(self, application: ASGIApp) -> ASGIApp:
        """Give each request a span, below that of its caller."""
        return TracedRequests(application, self._tracer)

    def sender(self, sender: Sender) -> Sender:
        """Give each attempt at a delivery a span, linked to the request that asked."""
        return _TracedSender(sender, self._tracer, self._asked)

    def writes(self, store: Store) -> None:
        """Give the writes on a request's path spans, and remember who asked for what."""
        ask, claim, settle = store.ask, store.claim, store.settle
        claimed_delivery = store.claimed_delivery

        async def traced_ask(project: ProjectId, asks: Sequence[Ask]) -> list[Added | Conflict]:
            asker = trace.get_current_span().get_span_context()
            with self._span("ask", project=project) as span:
                span.set_attribute("humanwire.tasks", len(asks))
                outcomes = await ask(project, asks)
            if asker.is_valid:
                for each, outcome in zip(asks, outcomes, strict=True):
                    if isinstance(outcome, Added) and not outcome.repeated:
                        self._remember(each.task.id, asker)
            return outcomes

        async def traced_claim(request: ClaimRequest) -> Granted | None:
            with self._span("claim") as span:
                granted = await claim(request)
                if granted is not None:
                    span.set_attribute("humanwire.project", granted.project.number)
                    span.set_attribute("humanwire.task", granted.task)
                return granted

        async def traced_settle(settlement: Settlement) -> bool:
            task = settlement.step.task
            with self._span("settle", project=task.project, task=task.id) as span:
                done = await settle(settlement)
                span.set_attribute("humanwire.settled", done)
                return done

        async def noting_delivery(project: ProjectId, delivery: DeliveryId) -> DueDelivery | None:
            due = await claimed_delivery(project, delivery)
            _delivered.set(
                due.about.id if due is not None and isinstance(due.about, Task) else None
            )
            return due

        wrapped = (traced_ask, traced_claim, traced_settle, noting_delivery)
        names = ("ask", "claim", "settle", "claimed_delivery")
        for name, function in zip(names, wrapped, strict=True):
            setattr(store, name, function)

    def _span(self, operation: str, **about: int | str) -> AbstractContextManager[Span]:
        return self._tracer.start_as_current_span(
            f"store.{operation}",
            kind=SpanKind.CLIENT,
            attributes={
                "db.system.name": self._engine,
                "db.operation.name": operation,
                **{f"humanwire.{name}": value for name, value in about.items()},
            },
        )

    def _remember(self, task: TaskId, asker: SpanContext) -> None:
        self._asked[task] = asker
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)


class _TracedSender:
    """A sender whose attempts are traces of their own, which their receivers take part in."""

    def __init__(
        self, sender: Sender, tracer: trace.Tracer, asked: OrderedDict[TaskId, SpanContext]
    ) -> None:
        self._sender = sender
        self._tracer = tracer
        self._asked = asked

    async def send(self, prepared: Prepared) -> Outcome:
        task = _delivered.get()
        asker = None if task is None else self._asked.get(task)
        with self._tracer.start_as_current_span(
            f"{prepared.method} webhook",
            # Not below the request that happened to end the task: people took their time.
            context=Context(),
            kind=SpanKind.CLIENT,
            links=[] if asker is None else [Link(asker)],
            attributes=_about(prepared, task),
        ) as span:
            headers = dict(prepared.headers)
            _PROPAGATOR.inject(headers)
            outcome = await self._sender.send(msgspec.structs.replace(prepared, headers=headers))
            _note(span, outcome)
            return outcome


def _about(prepared: Prepared, task: TaskId | None) -> dict[str, str | int]:
    """What may be said of a delivery: not its address's path and query, which may be secrets."""
    about: dict[str, str | int] = {"http.request.method": prepared.method}
    try:
        url = urlsplit(prepared.url)
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError:
        return about
    about |= {"url.scheme": url.scheme, "server.address": url.hostname or "", "server.port": port}
    delivery = prepared.headers.get("webhook-id")
    if delivery:
        about["humanwire.delivery"] = delivery
    if task:
        about["humanwire.task"] = task
    return about


def _note(span: Span, outcome: Outcome) -> None:
    if outcome.status is not None:
        span.set_attribute("http.response.status_code", outcome.status)
    wrong = outcome.error or (str(outcome.status) if (outcome.status or 0) >= _FAILED else None)
    if wrong:
        span.set_attribute("error.type", wrong)
        span.set_status(Status(StatusCode.ERROR))
