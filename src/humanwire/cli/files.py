"""Files that appear whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from humanwire.core.errors import Invalid, Unavailable


@contextmanager
def written_aside(path: Path, field: str) -> Generator[BinaryIO]:
    """Give a file to write, which gets its name (and is safe on the disk) when all went well.

    Raises Invalid, naming `field`, when there cannot be such a file, or Unavailable.
    """
    partial = path.with_name(f"{path.name}.part")
    try:
        file = partial.open("wb")
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.", field=field) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """See the names in a folder on the disk."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
