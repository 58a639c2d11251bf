"""Recordings to mark: a photograph, a sound and a film, made here rather than kept."""

import base64
import io
import math
import struct
import wave
from collections.abc import Sequence

from playwright.sync_api import Page

FILM_RATE = 10
"""Frames a second of `film`."""

_DRAW = """async ([width, height]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#c84'; pen.fillRect(0, 0, width, height);
    pen.fillStyle = '#28c'; pen.fillRect(0, 0, width / 2, height / 2);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
}"""

_FILM = """async ([width, height, frames, rate]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    const packets = [];
    const encoder = new VideoEncoder({
        output(chunk) {
            const bytes = new Uint8Array(chunk.byteLength);
            chunk.copyTo(bytes);
            packets.push([chunk.type === 'key', btoa(String.fromCharCode(...bytes))]);
        },
        error(fault) { throw fault; },
    });
    encoder.configure({ codec: 'vp8', width, height, framerate: rate });
    for (let index = 0; index < frames; index += 1) {
        pen.fillStyle = `hsl(${index * 12} 60% 45%)`; pen.fillRect(0, 0, width, height);
        pen.fillStyle = '#fff'; pen.fillRect(10 + index * 6, 60, 40, 40);
        pen.font = '28px sans-serif'; pen.fillText(String(index), 12, 34);
        const frame = new VideoFrame(canvas, { timestamp: index * 1e6 / rate });
        encoder.encode(frame, { keyFrame: index % 5 === 0 });
        frame.close();
    }
    await encoder.flush();
    return packets;
}"""


def photograph(page: Page, width: int, height: int) -> bytes:
    """A JPEG."""
    return base64.b64decode(page.evaluate(_DRAW, [width, height]))


def sound(seconds: float = 4, rate: int = 8_000) -> bytes:
    """A WAV of beeps."""
    samples = (
        round(20_000 * math.sin(math.tau * 440 * at / rate) * (at // (rate // 4) % 2))
        for at in range(round(seconds * rate))
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as recorded:
        recorded.setnchannels(1)
        recorded.setsampwidth(2)
        recorded.setframerate(rate)
        recorded.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def film(page: Page, width: int = 320, height: int = 180, frames: int = 30) -> bytes:
    """A WebM whose frames show their number, with an index, so that it can be sought in."""
    packets = page.evaluate(_FILM, [width, height, frames, FILM_RATE])
    return _webm([(key, base64.b64decode(data)) for key, data in packets], width, height)


def _webm(packets: Sequence[tuple[bool, bytes]], width: int, height: int) -> bytes:
    step = 1000 // FILM_RATE
    header = _element(
        0x1A45DFA3,
        _number(0x4286, 1)
        + _number(0x42F7, 1)
        + _number(0x42F2, 4)
        + _number(0x42F3, 8)
        + _element(0x4282, b"webm")
        + _number(0x4287, 2)
        + _number(0x4285, 2),
    )
    duration = _element(0x4489, struct.pack(">d", len(packets) * step))
    told = _element(0x4D80, b"test") + _element(0x5741, b"test")
    info = _element(0x1549A966, _number(0x2AD7B1, 1_000_000) + duration + told)
    picture = _element(0xE0, _number(0xB0, width) + _number(0xBA, height))
    track = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _element(0x86, b"V_VP8")
    tracks = _element(0x1654AE6B, _element(0xAE, track + picture))
    clusters: list[tuple[int, bool, bytes]] = []
    for index, (key, data) in enumerate(packets):
        block = _element(0xA3, b"\x81" + struct.pack(">hB", 0, 0x80 if key else 0) + data)
        cluster = _element(0x1F43B675, _number(0xE7, index * step) + block)
        clusters.append((index * step, key, cluster))
    # Positions count from the first byte within the segment; each entry is equally long. Only
    # frames that stand for themselves can be sought.
    position = len(info) + len(tracks) + len(_cues([(0, 0) for _, key, _ in clusters if key], 8))
    places: list[tuple[int, int]] = []
    for at, key, cluster in clusters:
        if key:
            places.append((at, position))
        position += len(cluster)
    body = info + tracks + _cues(places, 8) + b"".join(cluster for _, _, cluster in clusters)
    return header + _element(0x18538067, body)


def _cues(places: Sequence[tuple[int, int]], width: int) -> bytes:
    points = b""
    for at, position in places:
        where = _number(0xF7, 1) + _element(0xF1, position.to_bytes(width, "big"))
        time = _element(0xB3, at.to_bytes(width, "big"))
        points += _element(0xBB, time + _element(0xB7, where))
    return _element(0x1C53BB6B, points)


def _element(name: int, body: bytes) -> bytes:
    size = (len(body) | 1 << 56).to_bytes(8, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + body


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big"))
