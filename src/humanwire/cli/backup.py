"""`humanwire backup` and `humanwire restore`: everything into one file, and back from it."""

import asyncio
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import click

from humanwire.cli import options
from humanwire.cli.console import Reply, show
from humanwire.cli.files import sync_folder
from humanwire.cli.media_files import Taken, take_media
from humanwire.cli.progress import progress
from humanwire.config import Settings, is_postgres, media_folder, sqlite_path
from humanwire.core.errors import Invalid, Unavailable
from humanwire.store.copying import copy
from humanwire.store.tables import TABLES, Progress, TableReader
from humanwire.wiring import back_up, open_backup, open_reader, open_writer

_PAGE = 4096
_file = click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
_media = click.option("--media", is_flag=True, help="The uploads as well: the folder FILE.media.")
_media_folder = options.setting(
    "--media-folder", type=click.Path(file_okay=False, path_type=Path), help="Where uploads are."
)


@click.command()
@_file
@_media
@_media_folder
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@options.database
@options.as_json
def backup(
    *,
    file: Path,
    media: bool,
    media_folder: Path | None,
    force: bool,
    database: str,
    as_json: bool,
) -> None:
    """Write everything as it is now into FILE; servers may go on meanwhile.

    FILE is a database of humanwire's itself, with a checksum of each table in it. It appears once
    it is whole.
    """
    if file.exists() and not force:
        raise _exists(file)
    settings = Settings(database=database, media_folder=media_folder)
    with _partial(file) as partial:
        held, taken = asyncio.run(_back_up(settings, partial, _beside(file) if media else None))
        _put(partial, file, force=force)
    show(_reply(file, held, taken), as_json=as_json)


@click.command()
@_file
@_media
@_media_folder
@options.database
@options.as_json
def restore(
    *, file: Path, media: bool, media_folder: Path | None, database: str, as_json: bool
) -> None:
    """Fill an empty database with what a backup holds, after checking that it is whole.

    A restore that was interrupted goes on when it is repeated.
    """
    settings = Settings(database=database, media_folder=media_folder)
    held, taken = asyncio.run(_restore(settings, file, _beside(file) if media else None))
    show(_reply(file, held, taken), as_json=as_json)


async def _back_up(
    settings: Settings, path: Path, uploads: Path | None
) -> tuple[Mapping[str, Progress], Taken | None]:
    async with open_reader(settings.database) as reader:
        length = await _rows(reader)
    if is_postgres(settings.database):
        length *= 3
    else:
        length += sqlite_path(settings.database).stat().st_size // _PAGE
    with progress(length) as watch:
        held = await back_up(settings.database, path, watch)
        if uploads is None:
            return held, None
        async with open_reader(f"sqlite:///{path}") as reader:
            taken = await take_media(reader, media_folder(settings), uploads, watch)
    return held, taken


async def _restore(
    settings: Settings, path: Path, uploads: Path | None
) -> tuple[Mapping[str, Progress], Taken | None]:
    with tempfile.TemporaryDirectory(prefix="humanwire-") as folder:
        async with AsyncExitStack() as stack:
            with progress(None) as watch:
                opening = open_backup(path, Path(folder), watch)
                reader = await stack.enter_async_context(opening)
            with progress(2 * await _rows(reader)) as watch:
                writer = await stack.enter_async_context(open_writer(settings.database))
                held = await copy(reader, writer, watch)
                if uploads is None:
                    return held, None
                return held, await take_media(reader, uploads, media_folder(settings), watch)


async def _rows(reader: TableReader) -> int:
    return sum([await reader.count(table.name) for table in TABLES])


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.media")


@contextmanager
def _partial(file: Path) -> Generator[Path]:
    """Make an empty file beside one that shall be; in the end nothing of it is left."""
    try:
        opened, name = tempfile.mkstemp(".part", f"{file.name}.", file.parent)
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}.", field="file") from error
    os.close(opened)
    try:
        yield Path(name)
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            Path(name + rest).unlink(missing_ok=True)


def _put(partial: Path, file: Path, *, force: bool) -> None:
    """Give a finished file its name."""
    try:
        if force:
            partial.replace(file)
        else:
            os.link(partial, file)
        sync_folder(file.parent)
    except FileExistsError as error:
        raise _exists(file) from error
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror}.") from error


def _exists(file: Path) -> Invalid:
    return Invalid(f"{file} exists; --force replaces it.", field="file")


def _reply(file: Path, held: Mapping[str, Progress], taken: Taken | None) -> Reply:
    rows = sum(each.rows for each in held.values())
    text = f"{file}: {rows} rows"
    if taken is not None:
        text += f", {taken.files} uploads"
        text += f" ({taken.missing} more are not there)" if taken.missing else ""
    data = {
        "file": str(file),
        "rows": rows,
        "tables": {name: each._asdict() for name, each in held.items()},
        "media": None if taken is None else taken._asdict(),
    }
    return Reply(data, f"{text}.")
