"""The serving process: starts the loops and the HTTP server, and stops them in good order."""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing, contextmanager, suppress
from types import FrameType

import msgspec
import uvicorn

from humanwire.config import Settings
from humanwire.core.errors import Invalid, Refused
from humanwire.flows import accounts, relay, retention, sweep
from humanwire.flows.abort import abort_overdue
from humanwire.flows.batches import finish_changes
from humanwire.flows.compare import Comparisons
from humanwire.flows.ports import Ports
from humanwire.http.context import Context
from humanwire.http.metrics import LEAVE_SECONDS, Place
from humanwire.http.protocol import Protocol
from humanwire.wiring import create_app, open_context

log = logging.getLogger(__name__)

_BACKLOG = 4096
_SWEEP_SECONDS = 1.0
_COMPARE_SECONDS = 0.5
_HEED_SECONDS = 0.25
_WRITE_DOWN_SECONDS = 30.0
_RETAIN_SECONDS = 60.0
_FINISH_SECONDS = 30.0
_FORGET_SECONDS = 3600.0


class Server(uvicorn.Server):
    """uvicorn's server, which tells the waiting callers before it waits for them."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal; the second one does not wait."""
        self._closing.set()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Catch the signals, and do not raise them again: they would cut our own stop short."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def spare_collector() -> None:
    """Let the garbage collector leave what start-up made alone, and look less often at the rest.

    Requests leave little behind that only the collector can free.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def serve(
    settings: Settings,
    announce: Callable[[Ports, str | None], None],
    place: Place | None = None,
) -> None:
    """Serve until a signal comes. `announce` is called once requests are answered.

    It gets the operator's key when this start made the first one. Raises Invalid for an address
    that cannot be listened on. `place` is that of one of several processes, which share the port.
    """
    _allow_many_connections()
    with closing(listen(settings, shared=place is not None)) as listener:
        # Port 0 becomes the one that was free, so that links can name it.
        port: int = listener.getsockname()[1]
        await _serve_on(listener, msgspec.structs.replace(settings, port=port), announce, place)


async def _serve_on(
    listener: socket.socket,
    settings: Settings,
    announce: Callable[[Ports, str | None], None],
    place: Place | None,
) -> None:
    async with open_context(settings, place=place) as context:
        ports = context.ports
        operator = None
        is_first = place is None or place.number == 0
        if is_first and not await ports.store.has_operator():
            operator = await accounts.create_operator_key(ports)
        context.loops = _start_loops(context)
        if place is not None:
            context.loops.append(_every(_SWEEP_SECONDS, "parent", _stop_without(os.getppid())))
        spare_collector()
        server = Server(_uvicorn_config(settings, context), context.closing)
        announcing = asyncio.create_task(_announce(server, ports, operator, announce))
        try:
            await server.serve(sockets=[listener])
        finally:
            announcing.cancel()
            await _stop(context.loops)
            with suppress(Refused):
                await context.keys.write_down()


def _allow_many_connections() -> None:
    """Take as many open files as the system gives without being asked: each caller needs one."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every system

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def listen(settings: Settings, *, shared: bool = False, listening: bool = True) -> socket.socket:
    """Take the address: `shared` with others that do the same; without `listening`, hold it only.

    Raises Invalid for an address that cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family)
    try:
        if sys.platform != "win32":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind((settings.host, settings.port))
        if listening:
            taken.listen(_BACKLOG)
    except OSError as error:
        taken.close()
        reason = "is in use already" if error.errno == errno.EADDRINUSE else str(error.strerror)
        raise Invalid(f"{settings.host}:{settings.port} {reason}.", field="port") from error
    return taken


def _uvicorn_config(settings: Settings, context: Context) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(context),
        http=Protocol,
        host=settings.host,
        port=settings.port,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=round(settings.grace_seconds),
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        proxy_headers=bool(settings.trusted_proxy),
        forwarded_allow_ips=",".join(settings.trusted_proxy) or None,
    )


def _start_loops(context: Context) -> list["asyncio.Task[None]"]:
    ports = context.ports

    async def hear() -> None:
        async for message in ports.store.hear_nodes():
            if message is None:
                await sweep.heed_others(ports)
            else:
                relay.heed(ports.wakeups, message)

    async def heed() -> None:
        if ports.store.changed_elsewhere():
            await sweep.heed_others(ports)

    return [
        asyncio.create_task(context.outbox.run(), name="outbox"),
        asyncio.create_task(context.consultations.run(), name="consultations"),
        _every(_SWEEP_SECONDS, "lapse", lambda: sweep.lapse_leases(ports)),
        _every(_SWEEP_SECONDS, "deadlines", lambda: abort_overdue(ports)),
        _every(_COMPARE_SECONDS, "compare", Comparisons(ports).go_on),
        _every(_HEED_SECONDS, "heed", heed),
        _every(_HEED_SECONDS, "hear", hear),
        _every(_WRITE_DOWN_SECONDS, "keys", context.keys.write_down),
        _every(LEAVE_SECONDS, "figures", context.metrics.leave),
        _every(
            _RETAIN_SECONDS,
            "retention",
            lambda: retention.delete_expired(ports, context.settings.retention_days),
        ),
        _every(_FINISH_SECONDS, "batches", lambda: finish_changes(ports)),
        _every(_FORGET_SECONDS, "forget", lambda: sweep.forget(ports)),
    ]


def _every(seconds: float, name: str, duty: Callable[[], Awaitable[None]]) -> "asyncio.Task[None]":
    async def loop() -> None:
        while True:
            try:
                await duty()
            except Refused as error:
                log.warning("duty_waits", extra={"duty": name, "error": error.message})
            except Exception:
                log.exception("duty_broken", extra={"duty": name})
            await asyncio.sleep(seconds)

    return asyncio.create_task(loop(), name=name)


def _stop_without(parent: int) -> Callable[[], Awaitable[None]]:
    """Make the duty to stop when the parent, which would have said so, is gone."""

    async def duty() -> None:
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return duty


async def _stop(loops: list["asyncio.Task[None]"]) -> None:
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


async def _announce(
    server: Server,
    ports: Ports,
    operator: str | None,
    announce: Callable[[Ports, str | None], None],
) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    log.info("serving", extra={"engine": ports.store.engine, "origin": ports.origin()})
    announce(ports, operator)


def ignore_hangup() -> None:
    """Go on serving when the terminal that started us closes."""
    with suppress(ValueError, AttributeError):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
