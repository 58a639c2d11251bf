"""Opens pictures for models, carefully: they come from anywhere.

For plug-ins that use Pillow, which `humanwire[models]` brings.
"""

from io import BytesIO

from PIL import Image, ImageOps

SIDE_MAX = 16_384
PIXELS_MAX = 50_000_000
_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")


class Unreadable(ValueError):
    """The bytes are no picture that a model can be shown. The message is a word."""


def open_picture(data: bytes, *, side: int | None = None) -> tuple[Image.Image, float]:
    """Decode a picture as people see it: upright, on white, in RGB.

    Returns it no longer than `side` pixels, and by what to multiply lengths in it to get those of
    the original. Raises Unreadable with `not_a_picture`, `too_large` (by its dimensions, before
    anything is decoded) or `moving` (only one of its frames would be seen).
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            width, height = opened.size
            _check(opened)
            if side is not None and opened.format == "JPEG":
                opened.draft("RGB", (side, side))  # decodes a large one at a fraction of its size
            upright = ImageOps.exif_transpose(opened)
            picture = _on_white(upright)
    except Unreadable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable("too_large") from None
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable("not_a_picture") from error
    longest = max(width, height)
    if side is not None and longest > side:
        picture.thumbnail((side, side), Image.Resampling.BILINEAR)
    return picture, longest / max(picture.size)


def _check(opened: Image.Image) -> None:
    width, height = opened.size
    if max(width, height) > SIDE_MAX or width * height > PIXELS_MAX:
        raise Unreadable("too_large")
    if getattr(opened, "n_frames", 1) > 1:
        raise Unreadable("moving")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(ground, shown).convert("RGB")
    return picture.convert("RGB")
