"""The one place that knows concrete classes: it puts a program together from its settings."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from humanwire.config import Settings, is_postgres, media_folder, sqlite_path
from humanwire.core.addresses import AddressPolicy
from humanwire.core.ids import Uuid7
from humanwire.dialects import datawow, playment
from humanwire.dialects.heat import HeatDialect, heat_key, heat_openapi, heat_shape, heat_surface
from humanwire.flows.consult import Consultations
from humanwire.flows.outbox import Outbox
from humanwire.flows.ports import NoOutbox, Ports
from humanwire.flows.relay import Relay
from humanwire.flows.wakeups import Wakeups
from humanwire.http.admin import admin_surface
from humanwire.http.app import Application
from humanwire.http.context import Context
from humanwire.http.media import MediaFolder
from humanwire.http.metrics import Metrics, Place
from humanwire.http.openapi import openapi
from humanwire.http.pages import pages_surface
from humanwire.http.requester_media import media_surface
from humanwire.http.worker.routes import worker_surface
from humanwire.models.address import parse_addresses
from humanwire.models.media import Pictures
from humanwire.models.panel import ModelPanel, open_panel
from humanwire.senders.fetch import MediaFetcher
from humanwire.senders.webhook import WebhookSender
from humanwire.store.copying import Watch, copy
from humanwire.store.interface import Store
from humanwire.store.postgres.store import PostgresStore
from humanwire.store.postgres.tables import PostgresReader, PostgresWriter
from humanwire.store.sqlite.backup import brought_up, check, copy_pages, seal
from humanwire.store.sqlite.store import SqliteStore
from humanwire.store.sqlite.tables import SqliteReader, SqliteWriter
from humanwire.store.tables import Progress, TableReader, TableWriter
from humanwire.tracing import start_tracing
from humanwire.wire.keys import Keys


def clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def make_store(settings: Settings, *, migrating: bool = False) -> Store:
    """Choose the engine by the database's URL. Raises Invalid for one that is none of ours."""
    database = settings.database
    if is_postgres(database):
        return PostgresStore(database, connections=settings.connections, migrating=migrating)
    return SqliteStore(sqlite_path(database))


@asynccontextmanager
async def open_ports(
    settings: Settings, now: Callable[[], int] = clock, *, migrating: bool = False
) -> AsyncGenerator[Ports]:
    """Open the database and yield what the flows need; close it in the end.

    With `migrating` a PostgreSQL database is brought up to date first; SQLite always is.
    Raises Invalid for a database that is none, Unavailable for one that cannot be used.
    """
    store = make_store(settings, migrating=migrating)
    await store.open()
    wakeups, relay = Wakeups(), Relay(store.tell_nodes)
    if store.shared:
        wakeups.connect(relay)
    try:
        yield Ports(
            store=store,
            clock=now,
            entropy=os.urandom,
            ids=Uuid7(),
            wakeups=wakeups,
            dialects={
                "heat": HeatDialect(),
                playment.FEED_LINE: playment.FeedLineDialect(),
                playment.JOBS: playment.JobsDialect(),
                datawow.NAME: datawow.DataWowDialect(),
            },
            outbox=NoOutbox(),
            origin=lambda: settings.origin,
            lease_ms=round(settings.lease_seconds * 1000),
        )
    finally:
        await relay.close()
        await store.close()


@asynccontextmanager
async def open_reader(database: str) -> AsyncGenerator[TableReader]:
    """Open a database to read its tables, as they are now.

    Raises Invalid for a database that is none, Unavailable for one that cannot be used.
    """
    reader: TableReader
    if is_postgres(database):
        reader = await PostgresReader.open(database)
    else:
        reader = SqliteReader(sqlite_path(database))
    try:
        yield reader
    finally:
        await reader.close()


@asynccontextmanager
async def open_writer(database: str) -> AsyncGenerator[TableWriter]:
    """Open a database to fill its tables; raises what `open_reader` does."""
    writer: TableWriter
    if is_postgres(database):
        writer = await PostgresWriter.open(database)
    else:
        writer = SqliteWriter(sqlite_path(database))
    try:
        yield writer
    finally:
        await writer.close()


async def back_up(database: str, path: Path, watch: Watch) -> Mapping[str, Progress]:
    """Make a backup of a database in a file that is empty; return rows and checksums.

    Raises what `open_reader` does, and Damaged.
    """
    if is_postgres(database):
        async with open_reader(database) as reader, open_writer(f"sqlite:///{path}") as writer:
            await copy(reader, writer, watch)
    else:
        copy_pages(sqlite_path(database), path, watch)
    return await seal(path, clock(), watch)


@asynccontextmanager
async def open_backup(path: Path, folder: Path, watch: Watch) -> AsyncGenerator[TableReader]:
    """Check a backup, then open it to read its tables as they are today.

    One by an older version is brought up to date in a copy, for which there is `folder`. Raises
    Invalid for what is no backup, Damaged, or Unavailable.
    """
    version = await check(path, watch)
    reader = SqliteReader(brought_up(path, version, folder))
    try:
        yield reader
    finally:
        await reader.close()


@asynccontextmanager
async def open_context(
    settings: Settings, now: Callable[[], int] = clock, place: Place | None = None
) -> AsyncGenerator[Context]:
    """Yield what a serving process is made of, with its outbox ready to run.

    `place` is where one of several processes leaves its figures.
    """
    egress = settings.egress_address
    async with open_ports(settings, now) as ports:
        sender = WebhookSender(settings.addresses, local_address=egress)
        fetcher = MediaFetcher(
            settings.addresses, most_bytes=settings.upload_bytes, local_address=egress
        )
        tracing = start_tracing(ports.store.engine)
        if tracing is not None:
            tracing.writes(ports.store)
        ports.consulting = consultations = Consultations(ports)
        ports.outbox = outbox = Outbox(ports, tracing.sender(sender) if tracing else sender)
        try:
            media = MediaFolder(media_folder(settings), settings.upload_bytes)
            pictures = Pictures(fetcher, partial(media.own, ports))
            async with open_panel(parse_addresses(settings.model), pictures) as ports.panel:
                yield Context(
                    ports=ports,
                    keys=Keys(ports),
                    settings=settings,
                    media=media,
                    fetcher=fetcher,
                    outbox=outbox,
                    consultations=consultations,
                    metrics=Metrics(ports, place),
                    traced=tracing.requests if tracing else None,
                    closing=asyncio.Event(),
                )
        finally:
            await sender.close()
            await fetcher.close()
            if tracing is not None:
                await tracing.close()


@asynccontextmanager
async def seated(models: Sequence[str]) -> AsyncGenerator[ModelPanel]:
    """Seat models outside a server, to look at them. Raises Invalid."""

    async def none(_: str) -> None: ...

    fetcher = MediaFetcher(AddressPolicy(), most_bytes=0)
    try:
        async with open_panel(parse_addresses(models), Pictures(fetcher, none)) as panel:
            yield panel
    finally:
        await fetcher.close()


def create_app(context: Context) -> ASGIApp:
    """Put the server's surfaces together."""
    ports, keys = context.ports, context.keys
    longest = context.settings.block_seconds
    heat = heat_surface(ports, keys, context.closing, longest_block=longest)
    media = media_surface(context, partial(heat_key, keys), heat_shape)
    pages = pages_surface(context, _document)
    measure = context.metrics.measure
    feeds = measure("playment", playment.playment_surface(ports, keys))
    images = measure("datawow", datawow.datawow_surface(ports, keys))
    surfaces: dict[str, ASGIApp] = {
        "/v1/": measure("heat", heat),
        **dict.fromkeys(playment.PREFIXES, feeds),
        datawow.PREFIX: images,
        "/v1/media": measure("media", media),
        "/worker/v1/": measure("worker", worker_surface(context)),
        "/admin/v1/": measure("admin", admin_surface(context)),
    }
    application: ASGIApp = Application(surfaces, measure("pages", pages))
    if context.traced is not None:
        application = context.traced(application)
    origins = context.settings.cors_origins
    return _for_browsers(application, origins) if origins else application


def _document() -> dict[str, object]:
    """Describe everything that is served."""
    others = {"Playment": playment.playment_openapi(), "DataWow": datawow.datawow_openapi()}
    return openapi(heat_openapi(), others)


def _for_browsers(application: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Let pages of these origins call with a key of their own; cookies stay out of it."""
    return CORSMiddleware(
        application,
        allow_origins=origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Retry-After"],
    )
