"""The figures of an evaluation, by examples and by what always holds."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as some

from humanwire.models.evaluation import Judged, evaluate, share
from humanwire.models.evaluation_plot import calibration_svg

judgements = some.lists(
    some.builds(
        Judged,
        label=some.sampled_from(["cat", "dog"]),
        said=some.sampled_from(["cat", "dog", None]),
        confidence=some.floats(0, 1),
        reason=some.just("unsure"),
    )
)


def test_an_example_by_hand() -> None:
    found = evaluate(
        [
            Judged("cat", "cat", 0.95),
            Judged("cat", "cat", 0.91),
            Judged("dog", "cat", 0.93),
            Judged("dog", "dog", 0.55),
            Judged("dog", None, reason="unsure"),
        ],
        price=2,
    )
    assert (found.pictures, found.answered, found.abstained) == (5, 4, {"unsure": 1})
    assert found.accuracy.share == 0.75
    assert found.confusion == {"cat": {"cat": 2}, "dog": {"cat": 1, "dog": 1, "(abstained)": 1}}
    low, high = found.calibration
    assert (low.low, low.right.of, low.right.share) == (0.5, 1, 1.0)
    assert (high.low, high.right.of) == (0.9, 3)
    assert high.claimed == pytest.approx(0.93)
    assert found.calibration_error == pytest.approx((0.45 + 3 * abs(0.93 - 2 / 3)) / 4)
    at = {each.confidence: each for each in found.hand_over}
    assert at[0.0].to_people == pytest.approx(0.2)
    assert at[0.9].to_people == pytest.approx(0.4)
    assert at[0.9].errors.share == pytest.approx(1 / 3)
    assert at[0.9].people_cost == 4
    assert at[0.99].errors.share is None


def test_few_pictures_say_little() -> None:
    right = share(3, 3)
    assert (right.share, right.high) == (1.0, 1.0)
    assert right.low == pytest.approx(0.4385, abs=0.001)  # Wilson's interval for 3 of 3
    assert share(0, 0).share is None


@given(judgements)
def test_nothing_is_lost_and_higher_thresholds_ask_more_people(judged: list[Judged]) -> None:
    found = evaluate(judged)
    assert found.answered + sum(found.abstained.values()) == len(judged)
    assert sum(each.right.of for each in found.calibration) == found.answered
    assert sum(sum(row.values()) for row in found.confusion.values()) == len(judged)
    handed = [each.to_people for each in found.hand_over]
    assert handed == sorted(handed)
    for each in (found.accuracy, *(each.errors for each in found.hand_over)):
        assert 0 <= each.low <= each.high <= 1
        assert each.share is None or each.low <= each.share <= each.high


@given(judgements)
def test_the_plot_has_a_point_for_each_bin(judged: list[Judged]) -> None:
    bins = evaluate(judged).calibration
    plot = ET.fromstring(calibration_svg(bins, "cats & <dogs>"))  # noqa: S314 - our own
    names = [each.tag.partition("}")[2] for each in plot.iter()]
    assert names.count("circle") == len(bins)
