"""Photo tags: which boxes are valid, which are the same, and where their mean lies."""

import pytest
from tests.core.question_strategies import IMAGE, VIDEO

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Given, PhotoTag
from humanwire.core.questions.photo_tag import BOXES_MAX, TAGS_MAX

FREE = PhotoTag(instruction="", attachments=(IMAGE,))
PETS = PhotoTag(instruction="", attachments=(IMAGE,), tags=("cat", "dog"))


def box(tag: str, x: int, y: int, w: int, h: int, **more: Json) -> Json:
    return {"tag": tag, "x": x, "y": y, "w": w, "h": h, **more}


def given(*boxes: Json, by: int = 1) -> Given:
    return Given(WorkerId(by), list(boxes))


@pytest.mark.parametrize(
    ("question", "response", "field"),
    [
        (FREE, box("cat", 1, 2, 3, 4), "response"),
        (FREE, [5], "response[0]"),
        (FREE, [box("cat", 1, 2, 3, 4), {"tag": "cat", "x": 1, "y": 2, "w": 3}], "response[1].h"),
        (FREE, [{"x": 1, "y": 2, "w": 3, "h": 4}], "response[0].tag"),
        (FREE, [box(" ", 1, 2, 3, 4)], "response[0].tag"),
        (FREE, [box("cat", 1, 2, 0, 4)], "response[0].w"),
        (FREE, [box("cat", 1, 2, 3, 0)], "response[0].h"),
        (FREE, [box("cat", -1, 2, 3, 4)], "response[0].x"),
        (FREE, [{"tag": "cat", "x": 1, "y": 2.5, "w": 3, "h": 4}], "response[0].y"),
        (FREE, [{"tag": "cat", "x": 1, "y": True, "w": 3, "h": 4}], "response[0].y"),
        (FREE, [box("cat", 1, 2, 3, 4, x2=9)], "response[0].x2"),
        (FREE, [box("cat", 1, 2, 3, 4)] * (BOXES_MAX + 1), "response"),
        (PETS, [box("dog", 1, 2, 3, 4), box("fox", 1, 2, 3, 4)], "response[1].tag"),
    ],
)
def test_a_fault_is_named_by_its_path(question: PhotoTag, response: Json, field: str):
    with pytest.raises(InvalidAnswer) as refusal:
        question.check(response)
    assert refusal.value.field == field


def test_boxes_come_back_in_normal_form():
    assert FREE.check([{"h": 4, "w": 3.0, "y": 2, "x": 1, "tag": " cat "}]) == [
        box("cat", 1, 2, 3, 4)
    ]
    assert PETS.check([]) == []


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (PhotoTag(instruction=""), "attachments"),
        (PhotoTag(instruction="", attachments=(IMAGE, IMAGE)), "attachments"),
        (PhotoTag(instruction="", attachments=(VIDEO,)), "attachments"),
        (PhotoTag(instruction="", attachments=(IMAGE,), tags=("cat", " ")), "tags[1]"),
        (PhotoTag(instruction="", attachments=(IMAGE,), tags=(" cat",)), "tags[0]"),
        (PhotoTag(instruction="", attachments=(IMAGE,), tags=("cat", "cat")), "tags"),
        (
            PhotoTag(
                instruction="", attachments=(IMAGE,), tags=tuple(map(str, range(TAGS_MAX + 1)))
            ),
            "tags",
        ),
        (PhotoTag(instruction="", attachments=(IMAGE,), iou=1.5), "iou"),
    ],
)
def test_a_question_that_cannot_be_answered_names_the_setting(question: PhotoTag, field: str):
    with pytest.raises(Invalid) as refusal:
        question.checked()
    assert refusal.value.field == field


def test_boxes_agree_by_overlap_and_tag():
    one = given(box("Cat", 0, 0, 100, 100), box("dog", 500, 0, 50, 50))
    same = given(box("dog", 500, 0, 50, 52), box("cat", 10, 0, 100, 100))
    assert FREE.agree(one, same)
    assert not FREE.agree(one, given(box("cat", 0, 0, 100, 100)))
    assert not FREE.agree(given(box("cat", 0, 0, 100, 100)), given(box("dog", 0, 0, 100, 100)))
    assert not FREE.agree(given(box("cat", 0, 0, 100, 100)), given(box("cat", 40, 0, 100, 100)))


def test_the_merge_is_the_mean_of_what_was_paired():
    one = given(box("Cat", 0, 0, 100, 100), box("dog", 500, 0, 50, 50))
    other = given(box("dog", 500, 0, 50, 52), box("cat", 10, 0, 100, 100), by=2)
    assert FREE.merge([one, other]) == [box("Cat", 5, 0, 100, 100), box("dog", 500, 0, 50, 51)]
