"""The worker process: serves plug-ins over HTTP, apart from the API's process.

What a model's libraries take in memory, and may crash, is then theirs alone.
"""

import asyncio
import hmac
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.model import Capability
from humanwire.models.backend import Trouble
from humanwire.models.in_process import InProcess
from humanwire.models.media import PICTURE_BYTES
from humanwire.models.plugin import Model
from humanwire.models.worker import Ask, Said, Served

log = logging.getLogger(__name__)

_LINE_MOST = 4
"""Requests that may wait for a model; the next ones are told to come again."""
_BODY_MOST = 16 * PICTURE_BYTES
_AGAIN = {"Retry-After": "1"}


class _Desk:
    """One model of this process, and who stands in line for it."""

    def __init__(self, plugin: type[Model], threads: int, turn: asyncio.Semaphore) -> None:
        self.capability: Capability = plugin.capability
        self.model = InProcess(plugin, plugin.capability, threads)
        self._turn = turn
        self._waiting = 0
        self.trouble = ""

    async def load(self) -> None:
        try:
            await self.model.look()
        except Trouble as trouble:
            self.trouble = trouble.detail
            log.exception("The model %s cannot be loaded.", self.capability.name)

    async def answer(self, ask: Ask) -> Said:
        if self._waiting >= _LINE_MOST:
            raise HTTPException(429, "Too much is asked at once.", headers=_AGAIN)
        self._waiting += 1
        try:
            # The models share the threads: one batch at a time, whichever it is of.
            async with self._turn:
                return Said(tuple(await self.model.answer(ask.cases)))
        except Trouble as trouble:
            log.warning("The model %s failed: %s", ask.model, trouble.detail)
            raise HTTPException(500, trouble.detail) from trouble
        finally:
            self._waiting -= 1


class _Worker:
    """The routes, over the models that this process serves."""

    def __init__(self, plugins: Sequence[type[Model]], threads: int, key: str | None) -> None:
        turn = asyncio.Semaphore(1)
        self._desks = {each.capability.name: _Desk(each, threads, turn) for each in plugins}
        self._ready = asyncio.Event()
        self._key = key

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        loading = asyncio.create_task(self._load())
        yield
        loading.cancel()
        for desk in self._desks.values():
            await desk.model.close()

    async def _load(self) -> None:
        for desk in self._desks.values():
            await desk.load()
        self._ready.set()

    async def health(self, _: Request) -> Response:
        broken = {name: desk.trouble for name, desk in self._desks.items() if desk.trouble}
        ready = self._ready.is_set()
        return _json({"ready": ready, "broken": broken}, 200 if ready and not broken else 503)

    async def models(self, request: Request) -> Response:
        self._let_in(request)
        served = (desk.capability for desk in self._desks.values() if not desk.trouble)
        return _json(Served(tuple(served)))

    async def opinions(self, request: Request) -> Response:
        self._let_in(request)
        ask = await _asked(request)
        desk = self._desks.get(ask.model)
        if desk is None or desk.trouble:
            raise HTTPException(404, f"No model {ask.model!r} is served here.")
        if len(ask.cases) > desk.capability.batch:
            raise HTTPException(400, f"At most {desk.capability.batch} cases at once.")
        return _json(await desk.answer(ask))

    def _let_in(self, request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if self._key is not None and not hmac.compare_digest(given, f"Bearer {self._key}".encode()):
            raise HTTPException(401, "The key is missing or wrong.")
        if not self._ready.is_set():
            raise HTTPException(503, "The models are being loaded.", headers=_AGAIN)


def worker_app(plugins: Sequence[type[Model]], threads: int, key: str | None) -> Starlette:
    """Make the application; with a key, only those who send it may ask."""
    worker = _Worker(plugins, threads, key)
    return Starlette(
        routes=[
            Route("/readyz", worker.health),
            Route("/v1/models", worker.models),
            Route("/v1/opinions", worker.opinions, methods=["POST"]),
        ],
        lifespan=worker.lifespan,
        exception_handlers={HTTPException: _refuse},
    )


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def _refuse(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - by its registration
    response = _json({"error": {"message": error.detail}}, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _asked(request: Request) -> Ask:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_MOST:
            raise HTTPException(413, "The body is too large.")
    try:
        return msgspec.json.decode(body, type=Ask)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"The body is not understood: {error}") from None
