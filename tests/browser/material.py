"""Good and bad material for browser tests, made as needed."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.browser.office import Office


def png(width: int, height: int) -> bytes:
    """A picture of vertical grey stripes."""
    row = b"\0" + bytes(column // 8 % 2 * 255 for column in range(width))
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def rotated(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG that says in its EXIF part how it is to be turned."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def hostile_svg(alarm: str) -> bytes:
    """A drawing that would open `alarm` by every way in which a drawing can run or load things."""
    call = f"new Image().src='{alarm}?script';top.harmed=1"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
  width="400" height="300" onload="{call}">
  <script>{call}</script><script href="{alarm}?src"/>
  <style>@import url("{alarm}?import"); rect {{ fill: url("{alarm}?fill") }}</style>
  <rect width="400" height="300" fill="teal" onclick="{call}"/>
  <image href="{alarm}?image" width="9" height="9"/>
  <use href="{alarm}?use#a"/>
  <a href="javascript:{call}"><circle r="50"/></a>
  <foreignObject width="99" height="99">
    <iframe xmlns="http://www.w3.org/1999/xhtml" src="{alarm}?frame"></iframe>
    <img xmlns="http://www.w3.org/1999/xhtml" src="{alarm}?img" onerror="{call}"/>
  </foreignObject>
</svg>""".encode()


def exploding_svg(levels: int = 8) -> bytes:
    """A small drawing of ten to the power of `levels` rectangles."""
    copies = "".join(
        f'<g id="a{level}">{f"""<use href="#a{level - 1}"/>""" * 10}</g>'
        for level in range(1, levels + 1)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><defs>
  <rect id="a0" width="9" height="9"/>{copies}</defs><use href="#a{levels}"/></svg>""".encode()


def upload(office: Office, content: bytes, kind: str) -> str:
    """Keep `content` as what it is not, if need be; return its address."""
    return office.call("POST", "/v1/media", content, kind)["url"]


class Elsewhere:
    """Another server: `replies` by path, and the paths that were `asked` for."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.replies: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []

    def add(self, path: str, status: int, kind: str = "text/plain", body: bytes = b"x") -> str:
        self.replies[path] = status, kind, body
        return self.origin + path


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run another server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place.asked.append(self.path)
            status, kind, body = place.replies.get(self.path, (404, "text/plain", b"none"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        place = Elsewhere(server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        yield place
        server.shutdown()
