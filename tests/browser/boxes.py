"""A font of boxes: every letter a block of one width, so text takes the same room everywhere."""

import base64
import struct

EM = 1000
ADVANCE, ASCENT, DESCENT = 540, 800, 200
_LETTERS = range(0x21, 0x2600)
_SPACES = {0x20, 0xA0, 0x2009, 0x202F}
_BLOCK, _EMPTY = 1, 2
"""Glyphs; 0 stands for letters that a font has not got, so another font would be asked."""


def font() -> str:
    """The font as a data address."""
    block = _glyph(60, 0, ADVANCE - 60, 560)
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(),
        b"glyf": block,
        b"head": struct.pack(
            ">IIIIHHQQ4hHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0,
            0, -DESCENT, EM, ASCENT, 0, 8, 2, 1, 0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, ASCENT, -DESCENT, 0, ADVANCE, 0, 0, ADVANCE,
            1, 0, 0, 0, 0, 0, 0, 0, 3,
        ),
        b"hmtx": struct.pack(">HhHhHh", ADVANCE, 0, ADVANCE, 60, ADVANCE, 0),
        b"loca": struct.pack(">IIII", 0, 0, len(block), len(block)),
        b"maxp": struct.pack(">IH13H", 0x10000, 3, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -75, 50, 1, 0, 0, 0, 0),
    }  # fmt: skip
    return "data:font/ttf;base64," + base64.b64encode(_file(tables)).decode()


def _file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">IHHHH", 0x10000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    at = len(head) + 16 * count
    body = b""
    for name, content in tables.items():
        padded = content + bytes(-len(content) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sIII", name, checksum, at + len(body), len(content))
        body += padded
    return head + body


def _glyph(left: int, bottom: int, right: int, top: int) -> bytes:
    """A rectangle."""
    head = struct.pack(">hhhhh", 1, left, bottom, right, top)
    flags = bytes([1, 1, 1, 1])
    across = struct.pack(">hhhh", left, 0, right - left, 0)
    up = struct.pack(">hhhh", bottom, top - bottom, 0, bottom - top)
    outline = head + struct.pack(">HH", 3, 0) + flags + across + up
    return outline + bytes(-len(outline) % 4)


def _cmap() -> bytes:
    """Every letter is the block, spaces are empty."""
    first, last = 0x20, _LETTERS.stop - 1
    glyphs = [_EMPTY if code in _SPACES else _BLOCK for code in range(first, last + 1)]
    table = struct.pack(">HHHH", 4, 4, 1, 0)
    table += struct.pack(">HHHHH", last, 0xFFFF, 0, first, 0xFFFF)
    table += struct.pack(">hhHH", 0, 1, 4, 0)
    table += struct.pack(f">{len(glyphs)}H", *glyphs)
    body = struct.pack(">HHH", 4, 6 + len(table), 0) + table
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + body


def _os2() -> bytes:
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10sIIII4sHHHhhhHHII", 3, ADVANCE, 400, 5, 0,
        650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0, bytes(10), 1, 0, 0, 0, b"none",
        0x40, 0x20, 0xFFFF, ASCENT, -DESCENT, 0, ASCENT, DESCENT, 1, 0,
    ) + struct.pack(">hhHHH", 560, 560, 0, 0x20, 1)  # fmt: skip
