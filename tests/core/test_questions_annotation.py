"""Annotations: which marks are valid, which are the same, and where their mean lies."""

import pytest
from tests.core.question_strategies import AUDIO, IMAGE, VIDEO, WEBSITE

from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import (
    Annotation,
    Attachment,
    Choice,
    Given,
    Rating,
    Shape,
    Size,
    Text,
)
from humanwire.core.questions.annotation import MARKS_MAX

HELLO = Attachment("text", "hello world")
SIZE = (Size(1600, 1200),)  # a diagonal of 2000: points up to 40 pixels apart agree


def marking(
    *attachments: Attachment, shape: Shape = "point", inner: Choice | Text | Rating | None = None
) -> Annotation:
    return Annotation(
        instruction="Mark the cats", attachments=attachments, shape=shape, inner=inner
    )


def point(x: int, y: int, **more: Json) -> Json:
    return {"x": x, "y": y, **more}


def box(x: int, y: int, x2: int, y2: int, **more: Json) -> Json:
    return {"x": x, "y": y, "x2": x2, "y2": y2, **more}


def span(start: int, end: int) -> Json:
    return {"start": start, "end": end}


def given(*marks: Json, by: int = 1, media: tuple[Size, ...] = ()) -> Given:
    return Given(WorkerId(by), list(marks), media)


POINTS = marking(IMAGE)
BOXES = marking(IMAGE, shape="rectangle")
RANGES = marking(HELLO)
RATED = marking(IMAGE, inner=Rating(instruction="How cute?", max=10))


@pytest.mark.parametrize(
    ("question", "response", "field"),
    [
        (POINTS, point(1, 2), "response"),
        (POINTS, [], "response"),
        (POINTS, [[1, 2]], "response[0]"),
        (POINTS, [point(1, 2), {"x": 1}], "response[1].y"),
        (POINTS, [point(-1, 2)], "response[0].x"),
        (POINTS, [{"x": 1.5, "y": 2}], "response[0].x"),
        (POINTS, [{"x": "1", "y": 2}], "response[0].x"),
        (POINTS, [{"x": True, "y": 2}], "response[0].x"),
        (POINTS, [{"x": 10**400, "y": 2}], "response[0].x"),
        (POINTS, [point(1, 2, z=3)], "response[0].z"),
        (POINTS, [point(1, 2, t=3)], "response[0].t"),
        (POINTS, [point(1, 2, response="cute")], "response[0].response"),
        (POINTS, [point(1, 2, attachment_index=1)], "response[0].attachment_index"),
        (POINTS, [point(1, 2, attachment_index=None)], "response[0].attachment_index"),
        (BOXES, [point(1, 2)], "response[0].x2"),
        (BOXES, [box(5, 5, 5, 9)], "response[0].x2"),
        (BOXES, [box(5, 5, 9, 4)], "response[0].y2"),
        (marking(VIDEO), [point(1, 2)], "response[0].t"),
        (marking(VIDEO), [point(1, 2, t=-0.5)], "response[0].t"),
        (marking(VIDEO), [point(1, 2, t=float("nan"))], "response[0].t"),
        (marking(AUDIO), [point(1, 2, t=3)], "response[0].x"),
        (marking(AUDIO), [{}], "response[0].t"),
        (RANGES, [point(1, 2)], "response[0].x"),
        (RANGES, [span(3, 3)], "response[0].end"),
        (RANGES, [span(3, 12)], "response[0].end"),
        (marking(IMAGE, IMAGE), [point(1, 2)], "response[0].attachment_index"),
        (marking(IMAGE, IMAGE), [point(1, 2, attachment_index=2)], "response[0].attachment_index"),
        (RATED, [point(1, 2)], "response[0].response"),
        (RATED, [point(1, 2, response=3), point(1, 2, response=11)], "response[1].response"),
        (
            marking(IMAGE, inner=Choice(instruction="Which?", choices=("tabby", "ginger"))),
            [point(1, 2, response=["tabby", "pink"])],
            "response[0].response[1]",
        ),
    ],
)
def test_a_fault_is_named_by_its_path(question: Annotation, response: Json, field: str):
    with pytest.raises(InvalidAnswer) as refusal:
        question.check(response)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("question", "mark"),
    [
        (POINTS, point(0, 0)),
        (marking(WEBSITE), point(1280, 9000)),
        (BOXES, box(0, 0, 1, 1)),
        (marking(VIDEO), point(1, 2, t=3.25)),
        (marking(VIDEO, shape="rectangle"), box(1, 2, 3, 4, t=0)),
        (marking(AUDIO, shape="rectangle"), {"t": 3}),
        (RANGES, span(6, 11)),
        (marking(IMAGE, IMAGE), point(1, 2, attachment_index=1)),
        (marking(IMAGE, HELLO), {"start": 0, "end": 5, "attachment_index": 1}),
        (RATED, point(1, 2, response=7)),
    ],
)
def test_marks_are_made_of_what_their_attachment_needs(question: Annotation, mark: Json):
    assert question.check([mark]) == [mark]


def test_marks_come_back_in_normal_form():
    assert POINTS.check([{"y": 2.0, "attachment_index": 0, "x": 1}]) == [point(1, 2)]
    texted = marking(IMAGE, inner=Text(instruction="Which?"))
    assert texted.check([point(1, 2, response=" Tom ")]) == [point(1, 2, response="Tom")]


def test_code_points_are_counted_not_bytes_or_units():
    cats = marking(Attachment("text", "\U0001f63a\U0001f63a"))
    assert cats.check([span(1, 2)]) == [span(1, 2)]
    with pytest.raises(InvalidAnswer):
        cats.check([span(1, 3)])


def test_the_number_of_marks_is_limited():
    two = Annotation(instruction="", attachments=(IMAGE,), min=2, max=2)
    for count in (1, 3):
        with pytest.raises(InvalidAnswer, match="2"):
            two.check([point(1, 2)] * count)
    assert two.check([point(1, 2)] * 2)
    with pytest.raises(InvalidAnswer):
        POINTS.check([point(1, 2)] * (MARKS_MAX + 1))


def test_points_agree_within_ten_pixels_when_no_size_is_known():
    assert POINTS.agree(given(point(100, 100)), given(point(106, 108)))
    assert not POINTS.agree(given(point(100, 100)), given(point(107, 108)))


@pytest.mark.parametrize(
    "reports", [(SIZE, ()), ((), SIZE), (SIZE, SIZE), (SIZE, (Size(9e9, 9e9),))]
)
def test_points_agree_within_two_percent_of_the_diagonal(
    reports: tuple[tuple[Size, ...], tuple[Size, ...]],
):
    one = given(point(100, 100), media=reports[0])
    assert POINTS.agree(one, given(point(124, 132), media=reports[1]))
    assert not POINTS.agree(one, given(point(125, 132), media=reports[1]))


@pytest.mark.parametrize("size", [Size(0, 0), Size(float("nan"), 5), Size(float("inf"), 5)])
def test_a_size_that_cannot_be_counts_as_unknown(size: Size):
    assert POINTS.agree(given(point(0, 0), media=(size,)), given(point(10, 0)))
    assert not POINTS.agree(given(point(0, 0), media=(size,)), given(point(11, 0)))


def test_rectangles_agree_by_intersection_over_union():
    one = given(box(0, 0, 10, 10))
    assert BOXES.agree(one, given(box(0, 0, 10, 7)))
    assert not BOXES.agree(one, given(box(0, 0, 10, 6)))
    assert not BOXES.agree(one, given(box(20, 20, 30, 30)))


def test_ranges_of_text_agree_by_intersection_over_union():
    assert RANGES.agree(given(span(0, 10)), given(span(0, 7)))
    assert not RANGES.agree(given(span(0, 10)), given(span(0, 6)))
    assert not RANGES.agree(given(span(0, 3)), given(span(5, 8)))


def test_moments_agree_within_half_a_second():
    sound = marking(AUDIO)
    assert sound.agree(given({"t": 1.1}), given({"t": 0.6}))
    assert not sound.agree(given({"t": 1.2}), given({"t": 0.6}))


def test_marks_on_a_film_must_agree_in_place_and_in_time():
    film = marking(VIDEO)
    one = given(point(5, 5, t=1))
    assert film.agree(one, given(point(6, 6, t=1.4)))
    assert not film.agree(one, given(point(5, 5, t=2)))
    assert not film.agree(one, given(point(50, 50, t=1)))


def test_marks_on_different_attachments_never_agree():
    album = marking(IMAGE, IMAGE)
    one, other = (given(point(5, 5, attachment_index=index)) for index in (0, 1))
    assert not album.agree(one, other)


def test_the_size_of_each_attachment_counts_for_its_own_marks():
    album = marking(IMAGE, IMAGE)
    media = (Size(30, 40), Size(3000, 4000))  # 1 and 100 pixels
    for index, agrees in ((0, False), (1, True)):
        one = given(point(5, 5, attachment_index=index), media=media)
        assert album.agree(one, given(point(55, 5, attachment_index=index))) is agrees


def test_the_answers_about_a_mark_must_agree_too():
    assert RATED.agree(given(point(1, 2, response=3)), given(point(2, 2, response=3)))
    assert not RATED.agree(given(point(1, 2, response=3)), given(point(1, 2, response=4)))


def test_the_number_of_marks_must_be_equal():
    assert not POINTS.agree(given(point(1, 1), point(2, 2)), given(point(1, 1)))


def test_two_marks_cannot_share_a_partner():
    assert not POINTS.agree(given(point(0, 0), point(1, 1)), given(point(0, 0), point(500, 500)))


def test_the_order_of_marks_does_not_matter():
    assert POINTS.agree(given(point(0, 0), point(99, 99)), given(point(99, 98), point(1, 0)))


def test_marks_are_paired_so_that_all_find_a_partner():
    # 8 is nearest to 7, yet must go with 16: 0 has nobody else.
    one, other = given(point(0, 0), point(8, 0)), given(point(7, 0), point(16, 0))
    assert POINTS.agree(one, other)
    assert POINTS.merge([one, other]) == [point(4, 0), point(12, 0)]


def test_a_long_row_of_marks_can_move_up_together():
    one = given(*(point(15 * place, 0) for place in range(60)))
    other = given(*(point(15 * place + 8, 0) for place in reversed(range(60))))
    assert POINTS.agree(one, other)


def test_the_merge_pairs_the_closest_and_keeps_the_order_of_the_earliest():
    one, other = given(point(0, 0), point(8, 0)), given(point(9, 1), point(1, 1))
    assert POINTS.merge([one, other]) == [point(1, 1), point(9, 1)]


def test_the_merge_is_the_mean_of_places_moments_and_answers():
    film = marking(VIDEO, shape="rectangle", inner=Rating(instruction="How cute?", tolerance=100))
    group = [
        given(box(0, 0, 100, 100, t=1, response=10)),
        given(box(2, 2, 102, 102, t=1.2, response=30)),
        given(box(2, 3, 101, 102, t=1.4, response=20)),
    ]
    assert film.merge(group) == [box(1, 2, 101, 101, t=1.2, response=20)]


def test_the_merge_of_the_thinnest_boxes_is_a_valid_box():
    lenient = Annotation(instruction="", attachments=(IMAGE,), shape="rectangle", iou=0)
    group = [given(box(0, 0, 1, 9)), given(box(1, 0, 2, 9))]
    assert lenient.check(lenient.merge(group)) == [box(1, 0, 2, 9)]


def test_staged_marks_lie_side_by_side():
    many = Annotation(instruction="", attachments=(IMAGE,), shape="rectangle", min=MARKS_MAX)
    marks = many.staged()
    assert many.check(marks) == marks
    assert isinstance(marks, list)
    assert not any(BOXES.agree(given(marks[0]), given(other)) for other in marks[1:])
    assert marking(Attachment("text", "abcd")).staged() == [span(0, 4)]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Annotation(instruction=""), "attachments"),
        (marking(HELLO, Attachment("text", "")), "attachments[1]"),
        (Annotation(instruction="", attachments=(IMAGE,), min=3, max=2), "min"),
        (Annotation(instruction="", attachments=(IMAGE,), min=-1), "min"),
        (Annotation(instruction="", attachments=(IMAGE,), max=MARKS_MAX + 1), "max"),
        (Annotation(instruction="", attachments=(IMAGE,), iou=1.1), "iou"),
        (Annotation(instruction="", attachments=(IMAGE,), seconds=-1), "seconds"),
        (marking(IMAGE, inner=Choice(instruction="", choices=())), "inner.choices"),
    ],
)
def test_an_annotation_that_nobody_can_make_is_refused(question: Annotation, field: str):
    with pytest.raises(Invalid) as refusal:
        question.checked()
    assert refusal.value.field == field
