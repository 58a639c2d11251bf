"""Forms: which answers are valid, which are the same, and where the mean of places lies."""

import pytest
from msgspec import Raw
from tests.core.question_strategies import IMAGE, VIDEO

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import (
    Attachment,
    Context,
    Field,
    FieldType,
    Form,
    Given,
    Size,
    decode_question,
    encode_question,
)
from humanwire.core.questions.form import CORNERS, FIELDS_MAX, fields_of


def form(structure: dict[str, str], *attachments: Attachment) -> Form:
    return Form(instruction="", attachments=attachments, fields=fields_of(structure))


def given(response: Json, media: tuple[Size, ...] = ()) -> Given:
    return Given(WorkerId(1), response, media)


def corners(left: str, top: str, right: str, bottom: str) -> dict[str, Json]:
    places = (f"({left},{top})", f"({right},{top})", f"({right},{bottom})", f"({left},{bottom})")
    return dict(zip(CORNERS, places, strict=True))


BOX = form(dict.fromkeys(CORNERS, "STRING"), IMAGE)
ALL = form(
    {"word": "STRING", "count": "NUMBER", "sure": "BOOLEAN", "nose": "POINT", "size": "ENUM[S, M]"},
    VIDEO,
    IMAGE,
)
FILLED: dict[str, Json] = {
    "word": "Cat",
    "count": 3,
    "sure": True,
    "nose": "(0.5,0.5)",
    "size": "M",
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"extra": 1}, "response.extra"),
        ({"word": " "}, "response.word"),
        ({"word": 5}, "response.word"),
        ({"count": "3"}, "response.count"),
        ({"count": True}, "response.count"),
        ({"count": float("inf")}, "response.count"),
        ({"sure": 1}, "response.sure"),
        ({"nose": "0.5,0.5"}, "response.nose"),
        ({"nose": "(0.5,1.1)"}, "response.nose"),
        ({"nose": "(-0.5,0.5)"}, "response.nose"),
        ({"nose": {"x": 0.5, "y": 0.5}}, "response.nose"),
        ({"size": "L"}, "response.size"),
        ({"size": ["S"]}, "response.size"),
    ],
)
def test_a_fault_is_named_by_its_path(change: dict[str, Json], field: str):
    with pytest.raises(InvalidAnswer) as refusal:
        ALL.check(FILLED | change)
    assert refusal.value.field == field


def test_every_field_is_needed():
    for name in FILLED:
        with pytest.raises(InvalidAnswer) as refusal:
            ALL.check({other: value for other, value in FILLED.items() if other != name})
        assert refusal.value.field == f"response.{name}"
    with pytest.raises(InvalidAnswer) as refusal:
        ALL.check([FILLED])
    assert refusal.value.field == "response"


def test_fields_come_back_in_order_and_places_with_six_decimals_at_most():
    unsorted: dict[str, Json] = {
        **dict(reversed(FILLED.items())),
        "word": " Cat ",
        "nose": "( .1234567 , 1.0 )",
    }
    checked = ALL.check(unsorted)
    assert isinstance(checked, dict)
    assert list(checked) == list(FILLED)
    assert checked["word"] == "Cat"
    assert checked["nose"] == "(0.123457,1)"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bottom-right": "(0.1,0.44)"}, "response.bottom-right"),
        ({"bottom-right": "(0.71,0.01)"}, "response.bottom-right"),
        ({"top-right": "(0.7,0.06)"}, "response.top-right"),
        ({"bottom-left": "(0.45,0.4)"}, "response.bottom-left"),
        ({"top-left": "left"}, "response.top-left"),
    ],
)
def test_corners_are_those_of_an_upright_box(change: dict[str, Json], field: str):
    box = corners("0.45", "0.06", "0.71", "0.44")
    assert BOX.check(box) == box
    with pytest.raises(InvalidAnswer) as refusal:
        BOX.check(box | change)
    assert refusal.value.field == field


def test_some_corners_alone_are_texts():
    chair: Json = {"top-left": "a chair"}
    assert form({"top-left": "STRING"}).check(chair) == chair


@pytest.mark.parametrize(
    ("structure", "attachments", "field"),
    [
        ({}, (), "fields"),
        ({str(n): "STRING" for n in range(FIELDS_MAX + 1)}, (), "fields"),
        ({" ": "STRING"}, (), "fields. "),
        ({"size": "ENUM[]"}, (), "fields.size"),
        ({"size": "ENUM[S,,M]"}, (), "fields.size"),
        ({"size": "ENUM[S, S]"}, (), "fields.size"),
        ({"nose": "POINT"}, (VIDEO,), "attachments"),
        (dict.fromkeys(CORNERS, "STRING"), (), "attachments"),
    ],
)
def test_a_form_that_cannot_be_filled_in_names_the_setting(
    structure: dict[str, str], attachments: tuple[Attachment, ...], field: str
):
    with pytest.raises(Invalid) as refusal:
        form(structure, *attachments).checked()
    assert refusal.value.field == field


@pytest.mark.parametrize("text", ["string", "ENUM", "ENUM[a", "DATE", ""])
def test_an_unknown_type_is_refused_by_the_fields_name(text: str):
    with pytest.raises(Invalid) as refusal:
        fields_of({"word": "STRING", "when": text})
    assert refusal.value.field == "when"


def test_an_enum_lists_its_choices():
    (size,) = fields_of({"size": "ENUM[small, very large]"})
    assert size == Field(name="size", type="ENUM", choices=("small", "very large"))


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("STRING", "Cat", "cat ", True),
        ("STRING", "cat", "dog", False),
        ("NUMBER", 1, 1.0, True),
        ("NUMBER", 1, 1.01, False),
        ("BOOLEAN", True, False, False),
        ("POINT", "(0.5,0.5)", "(0.515,0.515)", True),
        ("POINT", "(0.5,0.5)", "(0.53,0.53)", False),
    ],
)
def test_answers_agree_field_by_field(kind: FieldType, one: Json, other: Json, *, same: bool):
    asked = Form(instruction="", attachments=(IMAGE,), fields=(Field(name="it", type=kind),))
    answers = [given(asked.check({"it": value})) for value in (one, other)]
    assert asked.agree(*answers) is same


def test_the_distance_of_points_is_measured_on_the_picture():
    asked = form({"nose": "POINT"}, IMAGE)
    one: Json = {"nose": "(0.5,0.5)"}
    other: Json = {"nose": "(0.5,0.56)"}
    assert not asked.agree(given(one), given(other))
    wide = (Size(3000, 100),)
    assert asked.agree(given(one, wide), given(other, wide))


def test_boxes_agree_by_overlap_and_merge_to_their_mean():
    one, other = corners("0.1", "0.1", "0.5", "0.5"), corners("0.11", "0.1", "0.5", "0.520001")
    assert BOX.agree(given(one), given(other))
    assert not BOX.agree(given(one), given(corners("0.3", "0.3", "0.7", "0.7")))
    assert BOX.merge([given(one), given(other)]) == corners("0.105", "0.1", "0.5", "0.510001")


def test_context_stays_in_the_askers_words():
    review = Context("price", Raw(b'{"net": 1.50}'))
    asked = Form(instruction="", fields=fields_of({"class": "STRING"}), context=(review,))
    read = decode_question(encode_question(asked))
    assert isinstance(read, Form)
    assert bytes(read.context[0].value) == b'{"net": 1.50}'
