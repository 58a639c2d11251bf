"""Choices: what may be picked, and when two people picked the same."""

import pytest

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Choice, Given

ANIMALS = Choice(instruction="Which animals?", choices=("cat", "dog", "fox"), max=2)


def picked(*choices: str, by: int = 1) -> Given:
    return Given(WorkerId(by), list(choices))


@pytest.mark.parametrize(
    ("response", "field"),
    [
        ("cat", "response"),
        (None, "response"),
        ({"cat": True}, "response"),
        ([], "response"),
        (["cat", "dog", "fox"], "response"),
        (["cat", "cow"], "response[1]"),
        (["cat", "cat"], "response[1]"),
        ([["cat"]], "response[0]"),
        ([1], "response[0]"),
    ],
)
def test_what_is_no_choice_is_refused_where_it_stands(response: Json, field: str):
    with pytest.raises(InvalidAnswer) as refusal:
        ANIMALS.check(response)
    assert refusal.value.field == field


def test_the_order_of_the_worker_is_kept():
    assert ANIMALS.check(["fox", "cat"]) == ["fox", "cat"]


def test_order_does_not_matter_for_agreement_but_number_does():
    assert ANIMALS.agree(picked("fox", "cat"), picked("cat", "fox"))
    assert not ANIMALS.agree(picked("fox", "cat"), picked("cat"))


def test_the_merge_is_the_earliest_answer():
    assert ANIMALS.merge([picked("fox", "cat"), picked("cat", "fox", by=2)]) == ["fox", "cat"]


def test_nothing_may_be_picked_when_the_minimum_is_0():
    assert Choice(instruction="", choices=("a",), min=0).check([]) == []


def test_without_a_maximum_all_may_be_picked():
    everything: Json = ["c", "b", "a"]
    assert Choice(instruction="", choices=("a", "b", "c")).check(everything) == everything


def test_a_staged_answer_picks_as_few_as_allowed():
    assert ANIMALS.staged() == ["cat"]
    assert Choice(instruction="", choices=("a", "b", "c"), min=2).staged() == ["a", "b"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Choice(instruction="", choices=()), "choices"),
        (Choice(instruction="", choices=("a", "b", "a")), "choices"),
        (Choice(instruction="", choices=("a",), min=2), "min"),
        (Choice(instruction="", choices=("a",), min=-1), "min"),
        (Choice(instruction="", choices=("a", "b"), min=2, max=1), "min"),
        (Choice(instruction="", choices=("a",), max=-1), "max"),
    ],
)
def test_a_choice_that_nobody_can_answer_is_refused(question: Choice, field: str):
    with pytest.raises(Invalid) as refusal:
        question.checked()
    assert refusal.value.field == field
