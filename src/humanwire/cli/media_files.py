"""Uploads on their way into a backup and out of it: files that are never changed once written."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from humanwire.cli.files import sync_folder
from humanwire.core.errors import Unavailable
from humanwire.store.tables import TABLES, TableReader

_COLUMNS = ("project_id", "id", "bytes")


class Taken(NamedTuple):
    """How many uploads a database names, their bytes, and how many of them are not there."""

    files: int
    bytes: int
    missing: int


async def take_media(
    reader: TableReader, source: Path, target: Path, watch: Callable[[str, int], None]
) -> Taken:
    """Copy the uploads that a database names; those that are there already stay as they are.

    Raises Unavailable when a file cannot be written.
    """
    table = next(each for each in TABLES if each.name == "media")
    files = size = missing = 0
    async for rows in reader.rows(table, _COLUMNS):
        for project, identifier, length in rows:
            try:
                there = _take(source / str(project), target / str(project), identifier, length)
            except OSError as error:
                message = f"The upload {identifier} cannot be copied: {error.strerror}."
                raise Unavailable(message) from error
            files, size, missing = files + there, size + length * there, missing + (not there)
        watch("copying uploads", len(rows))
    return Taken(files, size, missing)


def _take(source: Path, target: Path, name: str, length: int) -> bool:
    """Copy a file whole; False when it is not there, or not as long as it was."""
    if _length(target / name) == length:
        return True
    if _length(source / name) != length:
        return False
    target.mkdir(parents=True, exist_ok=True)
    partial = target / f"{name}.part"
    with (source / name).open("rb") as read, partial.open("wb") as written:
        shutil.copyfileobj(read, written)
        written.flush()
        os.fsync(written.fileno())
    partial.replace(target / name)
    sync_folder(target)
    return True


def _length(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
