"""Spans of HTTP requests, named by route, below the span of whoever called."""

from collections.abc import Awaitable

from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PROPAGATOR = TraceContextTextMapPropagator()
_PASSED_ON = {b"traceparent": "traceparent", b"tracestate": "tracestate"}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BROKEN = 500


class TracedRequests:
    """An ASGI application around another; a span lasts until the reply has been sent."""

    def __init__(self, application: ASGIApp, tracer: Tracer) -> None:
        self._application = application
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        carrier: dict[str, str] = {}
        for name, value in scope["headers"]:
            if name in _PASSED_ON:
                carrier[_PASSED_ON[name]] = value.decode("latin-1")
        with self._tracer.start_as_current_span(
            _method(scope),
            context=_PROPAGATOR.extract(carrier),
            kind=SpanKind.SERVER,
            attributes=_about(scope),
        ) as span:

            def noting(message: Message) -> Awaitable[None]:
                if message["type"] == "http.response.start":
                    _note(span, message["status"])
                return send(message)

            try:
                await self._application(scope, receive, noting)
            finally:
                _name(span, scope)


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "HTTP"


def _about(scope: Scope) -> dict[str, str | int]:
    method: str = scope["method"]
    about: dict[str, str | int] = {
        "http.request.method": method if method in _METHODS else "_OTHER",
        "url.scheme": scope["scheme"],
        "network.protocol.version": scope["http_version"],
    }
    server = scope.get("server")
    if server:
        about["server.address"] = server[0]
        if server[1]:
            about["server.port"] = server[1]
    return about


def _note(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= _BROKEN:
        span.set_attribute("error.type", str(status))
        span.set_status(Status(StatusCode.ERROR))


def _name(span: Span, scope: Scope) -> None:
    """Name a span after its route, which is known once it has been found."""
    route: Route | None = scope.get("route")
    path: str = scope["path"]
    if route is not None:
        span.update_name(f"{_method(scope)} {route.path}")
        span.set_attribute("http.route", route.path)
        # A sign-in link's token is a secret.
        path = route.path if "{token}" in route.path else path
    span.set_attribute("url.path", path)
