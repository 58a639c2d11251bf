"""What holds for every kind of question, whatever is asked and answered."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.question_strategies import answered, questions

from humanwire.core.errors import InvalidAnswer
from humanwire.core.questions import AnyQuestion, Given, decode_question, encode_question

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["x", "y", "x2", "y2", "t", "start", "end", "response", "z"]), inner
        )
    ),
    max_leaves=8,
)


@given(questions)
def test_the_staged_answer_is_valid_normal_and_always_the_same(question: AnyQuestion):
    assert question.checked() is question
    assert question.check(question.staged()) == question.staged()


@given(questions)
def test_a_question_survives_storage(question: AnyQuestion):
    assert decode_question(encode_question(question)) == question


@given(answered(least=1, most=1))
def test_checking_again_changes_nothing(asked: tuple[AnyQuestion, list[Given]]):
    question, (answer,) = asked
    assert question.check(answer.response) == answer.response


@given(questions, anything)
def test_what_does_not_fit_is_refused_by_name(question: AnyQuestion, response):
    try:
        checked = question.check(response)
    except InvalidAnswer as refusal:
        field = refusal.field or ""
    else:
        assert question.check(checked) == checked
        return
    assert field.startswith("response")


@given(answered(least=2, most=2))
def test_agreement_is_mutual_and_everyone_agrees_with_oneself(
    asked: tuple[AnyQuestion, list[Given]],
):
    question, (one, other) = asked
    assert question.agree(one, one)
    assert question.agree(one, other) == question.agree(other, one)


@settings(max_examples=200)
@given(answered())
def test_the_merge_of_a_group_that_agrees_is_a_valid_answer(
    asked: tuple[AnyQuestion, list[Given]],
):
    question, answers = asked
    group = answers[:1]
    for answer in answers[1:]:
        if all(question.agree(answer, member) for member in group):
            group.append(answer)
    merged = question.merge(group)
    assert question.check(merged) == merged


@given(answered(least=1, most=1), st.integers(1, 4))
def test_the_merge_of_equal_answers_is_that_answer(
    asked: tuple[AnyQuestion, list[Given]], copies: int
):
    question, (answer,) = asked
    assert question.merge([answer] * copies) == answer.response
