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


def all_media() -> dict[str, tuple[str, bytes]]:
    """Every sample that questions show: name to content type and bytes."""
    media = {name: ("image/svg+xml", picture(name)) for name in _PICTURES}
    return {**media, "melody": ("audio/wav", melody())}
