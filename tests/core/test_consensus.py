"""Consensus: how many people to ask, and what their answers amount to."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.core.question_strategies import answered

from humanwire.core.consensus import (
    AskMore,
    Collect,
    Done,
    GaveUp,
    Majority,
    Policy,
    Single,
    decide,
    decode_policy,
    encode_policy,
)
from humanwire.core.errors import Invalid
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion, Given, Rating, Text

WORDS = Text(instruction="What is it?")
NEAR = Rating(instruction="How sure?", tolerance=10)


def answers(*responses: Json) -> list[Given]:
    return [Given(WorkerId(worker), response) for worker, response in enumerate(responses)]


@st.composite
def majorities(draw: st.DrawFn) -> Majority:
    most = draw(st.integers(1, 6))
    return Majority(min_agreements=draw(st.integers(1, most)), max_crunchers=most)


def test_a_single_answer_decides():
    assert decide(Single(), WORDS, []) == AskMore(1)
    assert decide(Single(), WORDS, answers("cat")) == Done("cat")


def test_collected_answers_are_all_given_back_in_order_of_arrival():
    policy = Collect(answers=3)
    assert decide(policy, WORDS, []) == AskMore(3)
    assert decide(policy, WORDS, answers("b", "a")) == AskMore(1)
    assert decide(policy, WORDS, answers("b", "a", "b")) == Done(["b", "a", "b"])


@pytest.mark.parametrize(
    ("agreements", "people", "given_answers", "verdict"),
    [
        (2, 3, [], AskMore(2)),
        (2, 3, ["cat"], AskMore(1)),
        (2, 3, ["cat", "Cat"], Done("cat")),
        (2, 3, ["cat", "dog"], AskMore(1)),
        (2, 3, ["cat", "dog", "DOG"], Done("dog")),
        (2, 3, ["cat", "dog", "fox"], GaveUp()),
        (1, 1, [], AskMore(1)),
        (1, 5, ["cat"], Done("cat")),
        (3, 3, ["cat", "dog"], AskMore(1)),  # no early giving up
        (3, 7, ["cat", "dog", "cat"], AskMore(1)),
        (3, 5, ["cat", "dog", "fox"], AskMore(2)),
    ],
)
def test_a_majority_decides(
    agreements: int, people: int, given_answers: list[Json], verdict: object
):
    policy = Majority(min_agreements=agreements, max_crunchers=people)
    assert decide(policy, WORDS, answers(*given_answers)) == verdict


def test_an_answer_joins_a_group_only_if_it_agrees_with_every_member():
    policy = Majority(min_agreements=3, max_crunchers=4)
    assert decide(policy, NEAR, answers(40, 48, 56)) == AskMore(1)
    assert decide(policy, NEAR, answers(40, 48, 56, 44)) == Done(44)


def test_an_answer_that_fits_two_groups_joins_the_larger():
    policy = Majority(min_agreements=3, max_crunchers=9)
    assert decide(policy, NEAR, answers(30, 50, 50, 40)) == Done(50)
    assert decide(policy, NEAR, answers(30, 50, 51, 40)) == AskMore(1)  # 40 is too far from 51


def test_of_equal_groups_the_earliest_wins():
    policy = Majority(min_agreements=2, max_crunchers=4)
    assert decide(policy, WORDS, answers("cat", "dog", "dog", "cat")) == Done("cat")


@given(majorities(), answered(least=1, most=8))
def test_a_majority_always_ends_and_never_asks_too_many(
    policy: Majority, asked: tuple[AnyQuestion, list[Given]]
):
    question, arriving = asked
    for count in range(len(arriving) + 1):
        verdict = decide(policy, question, arriving[:count])
        match verdict:
            case AskMore(wanted):
                assert 1 <= wanted <= policy.max_crunchers - count
                assert wanted <= policy.min_agreements
            case GaveUp():
                assert count == policy.max_crunchers
                return
            case Done(response):
                assert policy.min_agreements <= count <= policy.max_crunchers
                assert question.check(response) == response
                return
    assert len(arriving) < policy.max_crunchers


@given(majorities(), st.data())
def test_the_order_of_arrival_of_plain_answers_changes_no_verdict(
    policy: Majority, data: st.DataObject
):
    words = data.draw(st.lists(st.sampled_from(["cat", "dog", "fox"]), max_size=6))
    sizes = sorted(map(words.count, set(words)))
    assume(len(sizes) < 2 or sizes[-1] > sizes[-2])  # a tie goes to the earliest
    shuffled = data.draw(st.permutations(words))
    assert decide(policy, WORDS, answers(*words)) == decide(policy, WORDS, answers(*shuffled))


@given(majorities())
def test_people_who_agree_are_all_asked_at_once(policy: Majority):
    first = decide(policy, WORDS, [])
    assert first == AskMore(policy.min_agreements)
    enough = answers(*["cat"] * policy.min_agreements)
    assert decide(policy, WORDS, enough) == Done("cat")


@pytest.mark.parametrize(
    "policy", [Single(), Majority(min_agreements=2, max_crunchers=3), Collect(answers=4)]
)
def test_a_policy_survives_storage(policy: Policy):
    assert policy.checked() is policy
    assert decode_policy(encode_policy(policy)) == policy


def test_a_stored_majority_reads_like_the_protocol():
    stored = '{"strategy":"majority","min_agreements":2,"max_crunchers":3}'
    assert decode_policy(stored) == Majority(min_agreements=2, max_crunchers=3)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (Majority(min_agreements=0, max_crunchers=3), "min_agreements"),
        (Majority(min_agreements=4, max_crunchers=3), "min_agreements"),
        (Majority(min_agreements=1, max_crunchers=0), "max_crunchers"),
        (Majority(min_agreements=1, max_crunchers=101), "max_crunchers"),
        (Collect(answers=0), "answers"),
        (Collect(answers=1001), "answers"),
    ],
)
def test_a_policy_that_cannot_be_carried_out_is_refused(policy: Policy, field: str):
    with pytest.raises(Invalid) as refusal:
        policy.checked()
    assert refusal.value.field == field
