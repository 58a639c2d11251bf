"""Predictions: which answers models may give, and who is asked in which flavour."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import (
    AnyQuestion,
    Attachment,
    Choice,
    Flavour,
    Given,
    Prediction,
    decode_question,
    encode_question,
    predicted,
)

PICTURE = (Attachment("image", "https://example.com/a.png"),)
FACE: dict[str, Json] = {
    "age": 31,
    "age_prob": 0.4,
    "gender": "female",
    "gender_prob": 0.9,
    "positions": {"x": 1, "y": 2, "w": 30, "h": 40},
}
NUDITY = predicted("nudity", "Look.", PICTURE)
FACES = predicted("demographic", "Look.", PICTURE)


@pytest.mark.parametrize("flavour", ["standard", "standard+human"])
def test_people_can_answer_a_closed_question(flavour: Flavour):
    question = predicted(flavour, "Look.", PICTURE)
    assert isinstance(question, Choice)
    assert question.by_people
    assert question.check(["declined"]) == ["declined"]


def test_models_alone_measure():
    for question in (NUDITY, FACES):
        assert isinstance(question, Prediction)
        assert not question.by_people
        assert decode_question(encode_question(question)) == question
        assert question.check(question.staged()) == question.staged()


def test_parts_come_in_order():
    turned: dict[str, Json] = {name: FACE[name] for name in reversed(FACE)}
    checked = FACES.check({"result": [turned]})
    assert msgspec.json.encode(checked) == msgspec.json.encode({"result": [FACE]})
    assert FACES.check({"result": []}) == {"result": []}
    assert NUDITY.check({"sexual": 1}) == {"sexual": 1}


@pytest.mark.parametrize(
    ("question", "response", "field"),
    [
        (NUDITY, None, "response"),
        (NUDITY, {}, "response.sexual"),
        (NUDITY, {"sexual": 1.01}, "response.sexual"),
        (NUDITY, {"sexual": float("nan")}, "response.sexual"),
        (NUDITY, {"sexual": True}, "response.sexual"),
        (NUDITY, {"sexual": 0.1, "safe": 0.9}, "response.safe"),
        (FACES, {"result": {}}, "response.result"),
        (FACES, {"result": [FACE] * 1_001}, "response.result"),
        (FACES, {"result": [FACE, 5]}, "response.result[1]"),
        (FACES, {"result": [FACE | {"age": -1}]}, "response.result[0].age"),
        (FACES, {"result": [FACE | {"gender": ""}]}, "response.result[0].gender"),
        (FACES, {"result": [FACE | {"positions": {"x": 1}}]}, "response.result[0].positions.y"),
    ],
)
def test_what_does_not_fit_is_refused(question: AnyQuestion, response: Json, field: str):
    with pytest.raises(InvalidAnswer) as refused:
        question.check(response)
    assert refused.value.field == field


@pytest.mark.parametrize("flavour", ["standard", "standard+human", "nudity", "demographic"])
@pytest.mark.parametrize("shown", [(), PICTURE * 2, (Attachment("text", "a"),)])
def test_there_is_one_picture(flavour: Flavour, shown: tuple[Attachment, ...]):
    with pytest.raises(Invalid) as refused:
        predicted(flavour, "Look.", shown)
    assert refused.value.field == "attachments"


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_same_is_agreed_on(one: float, other: float):
    pair = [Given(WorkerId(number), {"sexual": share}) for number, share in enumerate((one, other))]
    assert NUDITY.agree(*pair) == (one == other)
    assert NUDITY.merge(pair) == pair[0].response
