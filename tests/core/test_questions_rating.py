"""Ratings: which numbers are on the scale, which are near enough, and what the median is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.question_strategies import ratings

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Given, Rating

PERCENT = Rating(instruction="How sure?")
TENTHS = Rating(instruction="How sure?", min=0, max=1, step=0.1)
FIVES = Rating(instruction="How old?", min=3, max=10, step=5)


def rated(*numbers: float) -> list[Given]:
    return [Given(WorkerId(worker), number) for worker, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("question", "response"),
    [
        (PERCENT, True),
        (PERCENT, "50"),
        (PERCENT, None),
        (PERCENT, [50]),
        (PERCENT, -1),
        (PERCENT, 101),
        (PERCENT, 10**400),
        (PERCENT, 50.5),
        (PERCENT, float("nan")),
        (PERCENT, float("inf")),
        (TENTHS, 0.35),
        (TENTHS, 1.1),
        (FIVES, 5),
    ],
)
def test_what_is_not_on_the_scale_is_refused(question: Rating, response: Json):
    with pytest.raises(InvalidAnswer) as refusal:
        question.check(response)
    assert refusal.value.field == "response"


def test_a_float_that_means_a_number_of_the_scale_becomes_it():
    assert TENTHS.check(0.1 + 0.2) == 0.3
    assert TENTHS.check(0.7000000000000001) == 0.7


def test_whole_numbers_of_a_whole_scale_are_integers():
    checked = PERCENT.check(5.0)
    assert checked == 5
    assert isinstance(checked, int)


def test_the_steps_start_at_the_minimum_and_the_maximum_is_always_allowed():
    assert [FIVES.check(number) for number in (3, 8, 10)] == [3, 8, 10]


@given(ratings(), st.integers(0, 10**9))
def test_every_step_of_a_scale_is_on_it(question: Rating, step: int):
    value = min(question.min + step * question.step, question.max)
    assert question.check(value) == pytest.approx(value)


def test_ratings_agree_within_the_tolerance_only():
    strict, lenient = TENTHS, Rating(instruction="", min=0, max=1, step=0.1, tolerance=0.2)
    assert strict.agree(*rated(0.3, 0.3))
    assert not strict.agree(*rated(0.3, 0.4))
    assert lenient.agree(*rated(0.8, 0.6))  # their difference is above 0.2 as floats go
    assert not lenient.agree(*rated(0.8, 0.5))


@pytest.mark.parametrize(
    ("question", "numbers", "median"),
    [
        (PERCENT, (10, 90, 20), 20),
        (PERCENT, (10, 20), 15),
        (PERCENT, (10, 11), 10),
        (PERCENT, (90, 11, 10, 0), 10),
        (TENTHS, (0.1, 0.3), 0.2),
        (TENTHS, (0.1, 0.4), 0.2),
        (FIVES, (8, 10), 8),
        (FIVES, (10, 10), 10),
    ],
)
def test_the_merge_is_the_median_on_the_scale_the_lower_of_two(
    question: Rating, numbers: tuple[float, ...], median: float
):
    assert question.merge(rated(*numbers)) == median


def test_the_staged_rating_is_the_middle_of_the_scale():
    assert PERCENT.staged() == 50
    assert FIVES.staged() == 8


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Rating(instruction="", min=5, max=5), "min"),
        (Rating(instruction="", min=float("nan")), "min"),
        (Rating(instruction="", max=10**400), "max"),
        (Rating(instruction="", step=0), "step"),
        (Rating(instruction="", step=-1), "step"),
        (Rating(instruction="", step=1e-15), "step"),
        (Rating(instruction="", tolerance=-1), "tolerance"),
    ],
)
def test_a_scale_that_cannot_be_is_refused(question: Rating, field: str):
    with pytest.raises(Invalid) as refusal:
        question.checked()
    assert refusal.value.field == field
