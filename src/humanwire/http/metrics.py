"""Metrics: what `/metrics` shows, and to whom.

A process shows its own figures. With several serving processes on one machine, which share a port,
each leaves its figures on a board once a second, and any of them shows all. Their parent does:

    board = Board(processes)               # before it forks
    serve(settings, announce, place=Place(board, number))   # in each child, numbered from 0
    retire(board, number)                  # when a child has died; the next one goes on from there
"""

import asyncio
from ipaddress import ip_address
from time import perf_counter
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from humanwire.core.addresses import Network
from humanwire.core.errors import Unavailable
from humanwire.flows.accounts import digest
from humanwire.flows.ports import Ports
from humanwire.http import figures
from humanwire.http.board import Board
from humanwire.http.figures import Figures
from humanwire.http.meter import Meter
from humanwire.store.figures import Gauges

LEAVE_SECONDS = 1.0
"""How often a process leaves its figures for the others."""
_GAUGES_SECONDS = 1.0
_GAUGES_TIMES = 20
"""What the database said is shown again for a second, or for that many times what it took to say
it; so scrapes, however many, cannot become a burden."""
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


class Place(NamedTuple):
    """A process's place on the board."""

    board: Board
    number: int


def retire(board: Board, number: int) -> None:
    """Drop what a process that has died had open; call it before its successor starts."""
    left = figures.decode(board.read(number))
    board.write(number, figures.encode(figures.ended(left)))


class Metrics:
    """The figures of this process and, by its place on a board, of those beside it."""

    def __init__(self, ports: Ports, place: Place | None = None) -> None:
        self._ports = ports
        self._place = place
        self._meters: list[Meter] = []
        self._before = Figures()
        if place is not None:
            self._before = figures.ended(figures.decode(place.board.read(place.number)))
        self._gauges: Gauges | None = None
        self._gauges_until = 0.0
        self._reading = asyncio.Lock()
        self._names: dict[str, str] = {}

    def measure(self, name: str, surface: ASGIApp) -> Meter:
        """Wrap a surface, so that its requests are measured under this name."""
        meter = Meter(name, surface)
        self._meters.append(meter)
        return meter

    async def leave(self) -> None:
        """Leave this process's figures on the board, if there is one."""
        if self._place is not None:
            board, number = self._place
            board.write(number, figures.encode(self._own()))

    async def page(self, accept: str) -> Response:
        """All metrics, in the version of the format that `accept` asks for."""
        # Other commands than `serve` need not wait for this import.
        from humanwire.http.exposition import expose  # noqa: PLC0415

        ports = self._ports
        # One at a time, and not in the loop: with many projects it takes tens of milliseconds.
        async with self._reading:
            gauges = await self._read_gauges()
            if gauges is not None:
                self._names = {str(each.number): each.name for each in gauges.projects}
            processes = self._processes()
            total = figures.together(processes)
            engine, now = ports.store.engine, ports.clock()
            body, kind = await asyncio.to_thread(
                expose, accept, engine, processes, total, gauges, self._names, now
            )
        return Response(body, headers={"content-type": kind, "cache-control": "no-store"})

    def _own(self) -> Figures:
        return figures.together((self._before, figures.take(self._ports, self._meters)))

    def _processes(self) -> list[Figures]:
        """Every process's figures, by number: our own as they are now, the others' as left."""
        if self._place is None:
            return [self._own()]
        board, ours = self._place
        return [
            self._own() if number == ours else figures.decode(board.read(number))
            for number in range(board.processes)
        ]

    async def _read_gauges(self) -> Gauges | None:
        begun = perf_counter()
        if begun >= self._gauges_until:
            try:
                self._gauges = await self._ports.store.gauges()
            except Unavailable:
                self._gauges = None
            ended = perf_counter()
            self._gauges_until = ended + max(_GAUGES_SECONDS, _GAUGES_TIMES * (ended - begun))
        return self._gauges


async def may_read(
    ports: Ports, request: Request, credential: str | None, networks: tuple[Network, ...]
) -> bool:
    """Tell whether a request may see metrics, which name projects and say how busy they are.

    It may with an operator's key, and without one when it comes from one of these networks. What
    came through a proxy did not, as the proxy's own address says nothing of who asks.
    """
    if credential and await ports.store.is_operator(digest(credential), ports.clock()):
        return True
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in networks)
