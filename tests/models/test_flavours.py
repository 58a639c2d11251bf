"""The shipped models on permitted pictures, without a network."""

import io
import socket
from typing import Any

import pytest
from tests.models.conftest import closed, picture

from humanwire.core.errors import Invalid
from humanwire.core.model import Abstention, Item, Verdict
from humanwire.models.plugin import Case, find

try:
    find("nudity")
    find("demographic")
except Invalid as missing:
    pytest.skip(missing.message, allow_module_level=True)

from PIL import Image, ImageOps

from humanwire.models import nudity
from humanwire.models.demographic import Demographic
from humanwire.models.nudity import Nudity


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("The network is off.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module")
def judge() -> Nudity:
    return Nudity(threads=1)


@pytest.fixture(scope="module")
def faces() -> Demographic:
    return Demographic(threads=1)


def case(data: bytes, flavour: str) -> Case:
    return Case(Item(closed(), flavour), (data,))


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["astronaut.jpg", "china.jpg", "flower.jpg"])
@pytest.mark.parametrize("flavour", ["standard", "standard+human"])
def test_harmless_pictures_are_approved(judge: Nudity, name: str, flavour: str) -> None:
    (opinion,) = judge.answer([case(picture(name), flavour)])
    assert isinstance(opinion, Verdict)
    assert opinion.response == ["approved"]
    assert opinion.confidence > 0.8


def test_nudity_is_a_score(judge: Nudity) -> None:
    names = ("astronaut.jpg", "china.jpg", "flower.jpg")
    for opinion in judge.answer([case(picture(name), "nudity") for name in names]):
        assert isinstance(opinion, Verdict)
        assert isinstance(opinion.response, dict)
        assert 0 <= float(str(opinion.response["sexual"])) < 0.2


def test_a_picture_and_its_mirror_image_score_alike(judge: Nudity) -> None:
    with Image.open(io.BytesIO(picture("astronaut.jpg"))) as image:
        other = encoded(ImageOps.mirror(image))
        same = encoded(image)
    one, two = judge.answer([case(same, "nudity"), case(other, "nudity")])
    assert isinstance(one, Verdict)
    assert isinstance(two, Verdict)
    assert one.response == two.response


@pytest.mark.parametrize(
    ("scores", "said", "confidence"),
    [
        ((0.1, 0.15), ["approved"], 0.85),
        ((0.12, 0.47), ["approved"], 0.53),
        ((0.95, 0.82), ["declined"], 0.82),
        ((0.95, 0.55), ["declined"], 0.55),
    ],
)
def test_the_two_scores_give_verdict_and_confidence(
    scores: tuple[float, float], said: list[str], confidence: float
) -> None:
    opinion = nudity._opinion(case(b"", "standard"), *scores)
    assert isinstance(opinion, Verdict)
    assert opinion.response == said
    assert opinion.confidence == pytest.approx(confidence)


def test_scores_on_both_sides_of_the_middle_are_no_verdict() -> None:
    assert nudity._opinion(case(b"", "standard"), 0.3, 0.9) == Abstention("unsure")


def test_nudity_takes_the_larger_score() -> None:
    opinion = nudity._opinion(case(b"", "nudity"), 0.12, 0.47)
    assert isinstance(opinion, Verdict)
    assert opinion.response == {"sexual": 0.47}
    assert opinion.confidence == pytest.approx(0.65)


def test_a_face_has_apparent_age_and_place(faces: Demographic) -> None:
    (opinion,) = faces.answer([case(picture("astronaut.jpg"), "demographic")])
    assert isinstance(opinion, Verdict)
    found: Any = opinion.response
    face = found["result"][0]
    assert list(face) == ["age", "age_prob", "gender", "gender_prob", "positions"]
    assert 15 < face["age"] < 60
    assert face["gender"] in {"female", "male"}
    assert 0 <= face["age_prob"] <= 1 >= face["gender_prob"] >= 0.5
    place = face["positions"]
    assert 130 < place["x"] + place["w"] / 2 < 310
    assert 60 < place["y"] + place["h"] / 2 < 200


def test_places_are_in_pixels_of_the_original(faces: Demographic) -> None:
    with Image.open(io.BytesIO(picture("astronaut.jpg"))) as image:
        large = encoded(image.resize((image.width * 3, image.height * 3)), "JPEG")
    (opinion,) = faces.answer([case(large, "demographic")])
    assert isinstance(opinion, Verdict)
    found: Any = opinion.response
    place = found["result"][0]["positions"]
    assert 390 < place["x"] + place["w"] / 2 < 930


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_no_face_is_an_empty_list(faces: Demographic, name: str) -> None:
    (opinion,) = faces.answer([case(picture(name), "demographic")])
    assert isinstance(opinion, Verdict)
    assert opinion.response == {"result": []}


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html>", "not_a_picture"),
        (b"", "not_a_picture"),
        (picture("china.jpg")[:9000], "not_a_picture"),
        (animated(), "moving"),
        (encoded(Image.new("1", (16_400, 10))), "too_large"),
        (encoded(Image.new("1", (9_000, 9_000))), "too_large"),
    ],
    ids=["text", "nothing", "cut short", "animation", "long", "large"],
)
def test_what_is_no_picture_to_judge_is_left_to_people(
    judge: Nudity, faces: Demographic, data: bytes, reason: str
) -> None:
    good = picture("flower.jpg")
    broken, fine = judge.answer([case(data, "standard"), case(good, "standard")])
    assert broken == Abstention(reason)
    assert isinstance(fine, Verdict)
    assert faces.answer([case(data, "demographic")]) == [Abstention(reason)]


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_every_sort_of_picture_is_read(judge: Nudity, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    (opinion,) = judge.answer([case(encoded(Image.new(mode, (60, 30)), kind), "nudity")])
    assert isinstance(opinion, Verdict)


def test_a_question_without_its_one_picture_is_left_to_people(judge: Nudity) -> None:
    asked = Case(Item(closed(), "standard"), ())
    assert judge.answer([asked]) == [Abstention("not_one_picture")]
