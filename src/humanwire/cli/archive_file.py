"""The file that archived tasks are kept in: compressed lines of JSON, added to, never rewritten.

Each portion is a gzip member of its own, so that a file that was cut short is whole up to the
portion before.
"""

import gzip
import os
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from humanwire.cli.files import sync_folder
from humanwire.core.errors import Invalid, Unavailable
from humanwire.core.ids import TaskId

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None

_CHUNK = 1 << 20
_GZIP = 31
"""What tells zlib that a member's head and sum are to be checked."""
_MAGIC = b"\x1f\x8b"


class _Line(msgspec.Struct):
    """What we have to know of a line."""

    id: str


class ArchiveFile:
    """An archive that is open, and ours alone."""

    def __init__(self, file: BinaryIO, last: bytes) -> None:
        self._file = file
        self._last = {msgspec.json.decode(line, type=_Line).id for line in last.splitlines()}

    def has(self, task: TaskId) -> bool:
        """Tell whether a task is in the last portion: only those can be here and not deleted."""
        return task in self._last

    def put(self, lines: Sequence[bytes]) -> None:
        """Add a portion and see it on the disk. Raises Unavailable."""
        try:
            self._file.write(gzip.compress(b"".join(lines), mtime=0))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Unavailable(f"The archive cannot be written: {error.strerror}.") from error


@contextmanager
def opened_archive(path: Path) -> Generator[ArchiveFile]:
    """Open an archive to add to, or begin one; a portion that was cut short is cut off.

    Raises Invalid for a file that is no archive, is damaged, or is another's at the moment.
    """
    try:
        file = path.open("a+b")
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.", field="file") from error
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Invalid(f"Somebody else is writing {path}.", field="file") from error
        end, last = _read_through(file, path)
        file.truncate(end)
        sync_folder(path.parent)
        yield ArchiveFile(file, last)


def _read_through(file: BinaryIO, path: Path) -> tuple[int, bytes]:
    """Return where the last whole portion ends, and what it holds."""
    file.seek(0)
    end, last, given = 0, b"", b""
    while given := given or file.read(_CHUNK):
        if given[: len(_MAGIC)] not in {_MAGIC, _MAGIC[:1]}:
            raise Invalid(f"{path} is no archive, or damaged after {end} bytes.", field="file")
        portion = zlib.decompressobj(_GZIP)
        whole: list[bytes] = []
        size = 0
        while given and not portion.eof:
            size += len(given)
            try:
                whole.append(portion.decompress(given))
            except zlib.error as error:
                message = f"{path} is damaged after {end} bytes: {error}."
                raise Invalid(message, field="file") from error
            given = portion.unused_data or (b"" if portion.eof else file.read(_CHUNK))
        if not portion.eof:
            break
        end += size - len(portion.unused_data)
        last = b"".join(whole)
    return end, last
