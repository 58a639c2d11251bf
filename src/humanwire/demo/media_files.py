"""The sample pictures that the package ships, and sample sounds, made when they are needed."""

import io
import math
import struct
import wave
from importlib import resources

_RATE = 11_025
_LOUDNESS = 9_000
_NOTE_SECONDS = 0.4
_RISING = (262, 294, 330, 392, 523)
DRIVE_WIDTH, DRIVE_HEIGHT, DRIVE_STEPS = 640, 360, 6
_PICTURES = ("street", "fruit-bowl", "receipt", "chart", "logo-loaf", "logo-wave", "logo-bolt")


def picture(name: str) -> bytes:
    """The SVG of this name."""
    folder = resources.files("humanwire.demo").joinpath("media")
    return folder.joinpath(f"{name}.svg").read_bytes()


def melody(notes: tuple[int, ...] = _RISING) -> bytes:
    """A WAV of notes (in hertz), one after the other, each fading away."""
    length = round(_RATE * _NOTE_SECONDS)
    samples = (
        round(_LOUDNESS * math.exp(-5 * at / length) * math.sin(math.tau * note * at / _RATE))
        for note in notes
        for at in range(length)
    )
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return written.getvalue()


def drive(step: int) -> bytes:
    """One picture of a car that drives past, from the left to the right."""
    left, top, width, height = car(step)
    wheels = "".join(
        f'<circle cx="{left + share * width:.0f}" cy="{top + height - 14}" r="14" fill="#2d2f38"/>'
        for share in (0.22, 0.78)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{DRIVE_WIDTH}" height="{DRIVE_HEIGHT}">'
        f"<title>A car on its way, moment {step}</title>"
        '<rect width="640" height="360" fill="#cfe3f2"/>'
        '<rect y="230" width="640" height="130" fill="#5b6170"/>'
        '<path d="M0 295h640" stroke="#f3e9c8" stroke-width="6" stroke-dasharray="40 30"/>'
        '<g fill="#b3362b">'
        f'<rect x="{left}" y="{top + 34}" width="{width}" height="{height - 48}"/>'
        f'<rect x="{left + 34}" y="{top}" width="{width - 70}" height="44" rx="12"/></g>'
        f"{wheels}</svg>"
    ).encode()


def car(step: int) -> tuple[int, int, int, int]:
    """Where the car is in a picture: left, top, width and height in pixels."""
    return 30 + 72 * step, 190, 160, 104


def all_media() -> dict[str, tuple[str, bytes]]:
    """Every sample that questions show: name to content type and bytes."""
    media = {name: ("image/svg+xml", picture(name)) for name in _PICTURES}
    for step in range(DRIVE_STEPS):
        media[f"drive-{step}"] = ("image/svg+xml", drive(step))
    return {**media, "melody": ("audio/wav", melody())}
