"""Measures requests: how many are under way, and how long each took, by what it asked for.

This runs for every request, so it only adds to plain lists; `http.metrics` makes metrics of them.
A series is named by the route's template, never by the path, so that there is a bounded number.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Iterator
from time import perf_counter

from msgspec import Struct
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from humanwire.wire.waiting import HELD

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the buckets, in seconds; one more is for all that took longer."""
NO_ROUTE = "none"
GONE = "gone"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Series(Struct):
    """The requests of one kind: how many took how long, and all of their seconds together."""

    buckets: list[int]
    seconds: float = 0.0


Labels = tuple[str, str, str, str]
"""Surface, route, method, and class of status: `2xx`, or `gone` when the client did not wait."""


class Meter:
    """Wraps a surface, whose requests it measures.

    A request ends when its reply begins: what follows is the network's time, or a stream that may
    stay open for hours. The time that it was held at its caller's wish does not count.
    """

    def __init__(self, name: str, surface: ASGIApp) -> None:
        self.name = name
        self.in_flight = 0
        self._surface = surface
        self._series: dict[Labels, Series] = {}
        # By endpoint, of which a route has its own: routes themselves cannot be keys.
        self._known: dict[tuple[object, str, int], Series] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = perf_counter()
        counted = False

        def noting(message: Message) -> Awaitable[None]:
            nonlocal counted
            if not counted:
                counted = True
                self._count(scope, message["status"], perf_counter() - begun)
            return send(message)

        self.in_flight += 1
        try:
            await self._surface(scope, receive, noting)
        finally:
            self.in_flight -= 1
            if not counted:
                self._count(scope, 0, perf_counter() - begun)

    def series(self) -> Iterator[tuple[Labels, Series]]:
        """Every kind of request that there has been."""
        yield from self._series.items()

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        key = (scope.get("endpoint"), scope["method"], status)
        series = self._known.get(key)
        if series is None:
            series = self._open(scope, key)
        seconds = max(0.0, seconds - scope.get(HELD, 0.0))
        series.seconds += seconds
        series.buckets[bisect_left(BOUNDS, seconds)] += 1

    def _open(self, scope: Scope, key: tuple[object, str, int]) -> Series:
        route: Route | None = scope.get("route")
        template = route.path if route else NO_ROUTE
        _, method, status = key
        verb = method if method in _METHODS else "other"
        labels = (self.name, template, verb, f"{status // 100}xx" if status else GONE)
        series = self._series.setdefault(labels, Series([0] * (len(BOUNDS) + 1)))
        if verb == method:  # Callers make up other ones.
            self._known[key] = series
        return series
