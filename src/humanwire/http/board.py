"""A board in shared memory, on which the serving processes of one machine leave their figures.

Whichever of them is asked for metrics shows those of all. Each has a place of its own and writes
only there; a reader who comes while it is written reads again.
"""

import mmap
import struct
import zlib

_HALF = 4 * 1024 * 1024
"""Bytes for one version of a process's figures. Memory that is not written to costs nothing."""
_HEAD = struct.Struct("<BII")
"""Which half holds the newest version, how long that is, and its checksum."""
_PLACE = mmap.PAGESIZE + 2 * _HALF
_TRIES = 10


class Board:
    """Make it before forking `processes` processes; process `number` (from 0) uses its place.

    The memory goes when the last of the processes does.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._memory = mmap.mmap(-1, processes * _PLACE)

    def write(self, number: int, text: bytes) -> None:
        """Replace what is at a place. Raises ValueError for what is too long for one."""
        if len(text) > _HALF:
            raise ValueError(f"Figures of {len(text)} bytes do not fit.")
        start = number * _PLACE
        # The half that nobody reads; then one short write makes it the newest.
        half = 1 - self._memory[start]
        body = start + mmap.PAGESIZE + half * _HALF
        self._memory[body : body + len(text)] = text
        head = _HEAD.pack(half, len(text), zlib.crc32(text))
        self._memory[start : start + _HEAD.size] = head

    def read(self, number: int) -> bytes:
        """What is at a place: empty when nothing is, or when its process died as it wrote."""
        start = number * _PLACE
        for _ in range(_TRIES):
            half, length, checksum = _HEAD.unpack_from(self._memory, start)
            body = start + mmap.PAGESIZE + half * _HALF
            text = self._memory[body : body + length]
            if zlib.crc32(text) == checksum:
                return text
        return b""
