"""Traces, as a receiver of OpenTelemetry's protocol gets them."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.house import House, open_house

from humanwire.flows import accounts
from humanwire.tracing import start_tracing

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Told(NamedTuple):
    """A span with its attributes as a dict."""

    span: Span
    about: dict[str, Any]


class Receiver:
    """Takes traces and webhooks on one port."""

    def __init__(self) -> None:
        self.spans: list[Told] = []
        self.resources: list[dict[str, Any]] = []
        self.raw = b""
        self.hooks: list[dict[str, str]] = []
        self._news = asyncio.Event()

    async def open(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        app.router.add_post("/hook", self._called)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def span(self, name: str, parent: bytes | None = None) -> Told:
        """Wait for the first span of this name, below `parent` if that is given."""
        async with asyncio.timeout(20):
            while True:
                for told in self.spans:
                    below = parent is None or told.span.parent_span_id == parent
                    if told.span.name == name and below:
                        return told
                self._news.clear()
                await self._news.wait()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.raw += body
        for batch in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(values(batch.resource.attributes))
            for scope in batch.scope_spans:
                self.spans += [Told(span, values(span.attributes)) for span in scope.spans]
        self._news.set()
        return web.Response(
            body=ExportTraceServiceResponse().SerializeToString(),
            content_type="application/x-protobuf",
        )

    async def _called(self, request: web.Request) -> web.Response:
        await request.read()
        self.hooks.append(dict(request.headers))
        return web.Response()


def values(attributes: Any) -> dict[str, Any]:
    def plain(pair: KeyValue) -> Any:
        kind = pair.value.WhichOneof("value")
        return getattr(pair.value, kind) if kind else None

    return {pair.key: plain(pair) for pair in attributes}


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Receiver]:
    opened = Receiver()
    runner = await opened.open()
    monkeypatch.setenv(ENDPOINT, opened.origin)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
    yield opened
    await runner.cleanup()


@pytest.fixture
async def traced(receiver: Receiver, tmp_path: Path) -> AsyncGenerator[House]:
    assert receiver.origin
    async with open_house(tmp_path) as house:
        yield house


async def ask(house: House, **fields: Any) -> str:
    body = {"instruction": "Which?", "choices": ["cat", "dog"], **fields}
    headers = {"X-Heat-API-Key": house.key, "traceparent": CALLER}
    path = "/v1/requests/multiple-choice?secret=abc"
    reply = await house.call("POST", path, json=body, headers=headers)
    assert reply.status == 200, reply.body
    return reply.json["id"]


async def test_a_request_is_part_of_its_callers_trace(traced: House, receiver: Receiver) -> None:
    await ask(traced)

    span, about = await receiver.span("POST /v1/requests/{type}")
    assert span.trace_id.hex() == CALLER.split("-")[1]
    assert span.parent_span_id.hex() == CALLER.split("-")[2]
    assert span.kind == Span.SPAN_KIND_SERVER
    assert about["http.request.method"] == "POST"
    assert about["http.route"] == "/v1/requests/{type}"
    assert about["url.path"] == "/v1/requests/multiple-choice"
    assert about["http.response.status_code"] == 200
    assert b"secret=abc" not in receiver.raw

    store, about = await receiver.span("store.ask", parent=span.span_id)
    assert store.trace_id == span.trace_id
    assert about["db.system.name"] == "sqlite"

    assert receiver.resources[0]["service.name"] == "humanwire"
    assert receiver.resources[0]["deployment.environment"] == "test"


async def test_a_delivery_is_linked_to_who_asked_and_is_followed_by_who_is_told(
    traced: House, receiver: Receiver
) -> None:
    task = await ask(traced, hook_url=f"{receiver.origin}/hook?token=abc")
    lease = await traced.claim()
    done = await traced.work(f"/assignments/{lease['id']}/answer", {"response": ["cat"]})
    assert done.status == 200

    asker, _ = await receiver.span("POST /v1/requests/{type}")
    answer, _ = await receiver.span("POST /worker/v1/assignments/{id}/answer")
    claim, claimed = await receiver.span("store.claim")
    settle, _ = await receiver.span("store.settle", parent=answer.span_id)
    told, about = await receiver.span("POST webhook")
    assert claimed["humanwire.task"] == task
    assert settle.trace_id == answer.trace_id != claim.trace_id
    assert [link.span_id for link in told.links] == [asker.span_id]
    assert [link.trace_id for link in told.links] == [asker.trace_id]
    assert told.parent_span_id == b""
    assert about["humanwire.task"] == task
    assert about["http.response.status_code"] == 200
    assert b"token=abc" not in receiver.raw

    (hook,) = receiver.hooks
    assert hook["traceparent"].startswith(f"00-{told.trace_id.hex()}-{told.span_id.hex()}-")
    assert about["humanwire.delivery"] == hook["webhook-id"]


async def test_a_sign_in_link_is_not_given_away(traced: House, receiver: Receiver) -> None:
    token = await accounts.create_operator_key(traced.ports)
    reply = await traced.call("GET", f"/in/{token}")
    assert reply.status == 303

    _, about = await receiver.span("GET /in/{token}")

    assert about["url.path"] == "/in/{token}"
    assert token.encode() not in receiver.raw


async def test_what_was_done_last_is_sent_at_the_end(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")
    async with open_house(tmp_path) as house:
        await house.call("GET", "/nothing/there")
        assert receiver.spans == []

    assert [told.about["url.path"] for told in receiver.spans] == ["/nothing/there"]
    assert receiver.spans[0].span.name == "GET"


async def test_a_receiver_that_is_away_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    async with open_house(tmp_path) as house:
        assert (await house.ask())["status"] == "pending"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {ENDPOINT: ""},
        {ENDPOINT: "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
        {ENDPOINT: "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_it_is_off_unless_it_is_asked_for(environment: dict[str, str]) -> None:
    assert start_tracing("sqlite", environment) is None


def test_what_cannot_be_done_is_said(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    wanted = {ENDPOINT: "http://127.0.0.1:9"}

    assert start_tracing("sqlite", wanted | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}) is None
    monkeypatch.setitem(sys.modules, "humanwire.tracing.tracing", None)
    assert start_tracing("sqlite", wanted) is None

    errors = [record.__dict__["error"] for record in caplog.records]
    assert [record.message for record in caplog.records] == ["tracing_off"] * 2
    assert "grpc" in errors[0]
    assert "humanwire[otel]" in errors[1]


def test_nothing_is_imported_while_it_is_off() -> None:
    script = (
        "import sys, humanwire.cli.root, humanwire.tracing\n"
        "assert humanwire.tracing.start_tracing('sqlite', {}) is None\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"
