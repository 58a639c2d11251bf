"""Tracking: what an answer may hold, when two say the same, and what is made of several."""

import copy
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from humanwire.core.consensus import Majority, Single
from humanwire.core.errors import Invalid, InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Given, Tracking
from humanwire.core.questions.tracking import counts
from humanwire.core.questions.tracking_setting import Frame, Label, Video

FRAMES = tuple(Frame(f"frame00{n}", f"https://a.example/{n}.jpg") for n in range(1, 6))
CATS = Tracking(instruction="Follow the cats.", frames=FRAMES)

RECTANGLE = {
    "_id": "0e6d895e-2484-439a-b62b-d8a0afb3d190",
    "label": "",
    "attributes": {"pose": {"value": "standing"}, "breed": {"value": "Persian"}},
    "coordinates": [
        {"x": 0.00398, "y": 0.00558},
        {"x": 0.05404, "y": 0.00558},
        {"x": 0.05404, "y": 0.09096},
        {"x": 0.00398, "y": 0.09096},
    ],
}
POLYGON = {
    "label": "face_mask",
    "points": {
        "p1": {"x": 0.286774, "y": 0.892502},
        "p2": {"x": 0.385849, "y": 0.576888},
        "p3": {"x": 0.426721, "y": 0.469081},
        "p4": {"x": 0.288623, "y": 0.253878},
        "p5": {"x": 0.148623, "y": 0.353878},
    },
    "edges": {
        "e1": ["p1", "p2"],
        "e2": ["p2", "p3"],
        "e3": ["p3", "p4"],
        "e4": ["p4", "p4"],
        "e5": ["p5", "p1"],
    },
}
LINE = {"points": {"p1": {"x": 0.28, "y": 0.89}, "p2": {"x": 0.29, "y": 0.85}}}
CUBOID = {
    "attributes": {"faces_visible": {"value": ["right", "back"]}},
    "points": {
        f"p{n}": {"x": x, "y": y}
        for n, (x, y) in enumerate(
            [
                (0.17, 0.58),
                (0.26, 0.58),
                (0.26, 0.49),
                (0.17, 0.49),
                (0.24, 0.51),
                (0.35, 0.52),
                (0.35, 0.36),
                (0.25, 0.37),
            ],
            1,
        )
    },
    "front": {"coordinates": ["p1", "p2", "p3", "p4"]},
    "side": {"coordinates": ["p2", "p3", "p5", "p6"]},
    "back": {"coordinates": ["p7", "p8", "p5", "p6"]},
}
LANDMARK = {
    "attributes": {"visible": {"value": "Partially"}},
    "points": {"p1": {"x": 0.17, "y": 0.58, "label": 1}, "p2": {"x": 0.26, "y": 0.63, "label": 2}},
}
SHAPES = {
    "rectangle": RECTANGLE,
    "polygon": POLYGON,
    "line": LINE,
    "cuboid": CUBOID,
    "landmark": LANDMARK,
}


def tracker(kind: str = "rectangle", annotation: Any = None, **besides: Any) -> dict[str, Any]:
    annotation = SHAPES[kind] if annotation is None else annotation
    return {"type": kind, "label": "Cat", "frames": {"frame001": annotation}} | besides


def said(*trackers: Any, by: int = 1) -> Given:
    return Given(WorkerId(by), {"annotations": list(trackers)})


def box(left: float, top: float, right: float, bottom: float) -> Json:
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return {"coordinates": [{"x": x, "y": y} for x, y in corners]}


def fault(response: Json, question: Tracking = CATS) -> str | None:
    with pytest.raises(InvalidAnswer) as refusal:
        question.check(response)
    return refusal.value.field


@pytest.mark.parametrize("kind", SHAPES)
def test_every_shape_of_the_protocol_is_taken_and_kept_as_it_came(kind: str):
    response: Json = {"annotations": [tracker(kind, _id="")], "took": "long"}
    before = copy.deepcopy(response)
    assert CATS.check(response) == before
    assert msgspec.json.encode(CATS.check(response)) == msgspec.json.encode(before)


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """Put a value at a dotted path of a sound tracker; `...` takes away what is there."""
    made = copy.deepcopy(tracker(kind))
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = made
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


@pytest.mark.parametrize(
    ("kind", "path", "value", "field"),
    [
        ("rectangle", "type", "circle", "type"),
        ("rectangle", "type", ..., "type"),
        ("rectangle", "type", 5, "type"),
        ("rectangle", "label", None, "label"),
        ("rectangle", "_id", 5, "_id"),
        ("rectangle", "frames", [], "frames"),
        ("rectangle", "frames.frame009", RECTANGLE, "frames.frame009"),
        ("rectangle", "frames.frame001", [], "frames.frame001"),
        ("rectangle", "frames.frame001._id", 5, "frames.frame001._id"),
        ("rectangle", "frames.frame001.label", 5, "frames.frame001.label"),
        ("rectangle", "frames.frame001.interpolated", 1, "frames.frame001.interpolated"),
        ("rectangle", "frames.frame001.coordinates", ..., "frames.frame001.coordinates"),
        ("rectangle", "frames.frame001.coordinates.3", ..., "frames.frame001.coordinates"),
        ("rectangle", "frames.frame001.coordinates.2", 5, "frames.frame001.coordinates[2]"),
        ("rectangle", "frames.frame001.coordinates.2.x", 1.01, "frames.frame001.coordinates[2].x"),
        ("rectangle", "frames.frame001.coordinates.2.y", ..., "frames.frame001.coordinates[2].y"),
        ("rectangle", "frames.frame001.coordinates.0.y", True, "frames.frame001.coordinates[0].y"),
        (
            "rectangle",
            "frames.frame001.coordinates.0.y",
            float("nan"),
            "frames.frame001.coordinates[0].y",
        ),
        ("rectangle", "frames.frame001.attributes", [], "frames.frame001.attributes"),
        ("rectangle", "frames.frame001.attributes.pose", "up", "frames.frame001.attributes.pose"),
        (
            "rectangle",
            "frames.frame001.attributes.pose.value",
            5,
            "frames.frame001.attributes.pose.value",
        ),
        (
            "rectangle",
            "frames.frame001.attributes.pose.value",
            ["a", 5],
            "frames.frame001.attributes.pose.value",
        ),
        ("polygon", "attributes", {"pose": {}}, "attributes.pose"),
        ("polygon", "frames.frame001.points", ..., "frames.frame001.points"),
        ("polygon", "frames.frame001.points", {}, "frames.frame001.points"),
        ("polygon", "frames.frame001.points.p2.x", -0.1, "frames.frame001.points.p2.x"),
        ("polygon", "frames.frame001.points.p2", [0, 0], "frames.frame001.points.p2"),
        ("polygon", "frames.frame001.edges", [], "frames.frame001.edges"),
        ("polygon", "frames.frame001.edges.e1", ["p1"], "frames.frame001.edges.e1"),
        ("polygon", "frames.frame001.edges.e1.1", "p9", "frames.frame001.edges.e1[1]"),
        ("line", "frames.frame001.points.p2", ..., "frames.frame001.points"),
        ("cuboid", "frames.frame001.points.p8", ..., "frames.frame001.points"),
        ("cuboid", "frames.frame001.front", ..., "frames.frame001.front"),
        (
            "cuboid",
            "frames.frame001.side.coordinates.0",
            "p9",
            "frames.frame001.side.coordinates[0]",
        ),
        ("cuboid", "frames.frame001.back.coordinates", ["p1"], "frames.frame001.back.coordinates"),
        ("landmark", "frames.frame001.points.p1.label", "1", "frames.frame001.points.p1.label"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_by_its_path(kind: str, path: str, value: Any, field: str):
    response: Json = {"annotations": [tracker(), changed(kind, path, value)]}
    assert fault(response) == f"response.annotations[1].{field}"


@pytest.mark.parametrize(
    ("response", "field"),
    [
        (None, "response"),
        ([], "response"),
        ({}, "response"),
        ({"annotations": {}}, "response.annotations"),
        ({"annotations": ["cat"]}, "response.annotations[0]"),
    ],
)
def test_what_is_no_answer(response: Json, field: str):
    assert fault(response) == field


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("polygon", "frames.frame001.edges.e1", ["p1", "p1"]),
        ("polygon", "frames.frame001.edges", ...),
        ("polygon", "frames.frame001.edges.e5", ...),
        ("cuboid", "frames.frame001.side", ...),
        ("rectangle", "label", ""),
        ("rectangle", "frames.frame001.attributes.pose.value", ["a", "b"]),
        ("rectangle", "frames.frame001.interpolated", True),
        ("rectangle", "colour", {"any": ["thing"]}),
        ("rectangle", "frames", {}),
        ("rectangle", "frames.frame001.coordinates.0", {"x": 0, "y": 1, "z": 2}),
        ("landmark", "frames.frame001.points.p1", {"x": 0, "y": 1}),
    ],
)
def test_what_is_allowed(kind: str, path: str, value: Any):
    response: Json = {"annotations": [changed(kind, path, value)]}
    assert CATS.check(response) == response


def test_only_an_id_that_is_set_can_be_a_second_one():
    assert CATS.check({"annotations": [tracker(_id=""), tracker(_id=""), tracker()]})
    twice: Json = {"annotations": [tracker(_id="a"), tracker(_id="a")]}
    assert fault(twice) == "response.annotations[1]._id"


def test_labels_outside_the_set_are_refused():
    question = Tracking(instruction="", frames=FRAMES, labels=(Label("Cat"), Label("Dog", "line")))
    assert question.check({"annotations": [tracker(), tracker("line", label="Dog")]})
    for bad, field in [
        (tracker(label="Cow"), "label"),
        (tracker(label=""), "label"),
        (tracker(label="Dog"), "type"),
        (tracker(annotation=RECTANGLE | {"label": "Cow"}), "frames.frame001.label"),
    ]:
        assert fault({"annotations": [bad]}, question) == f"response.annotations[0].{field}"


def test_only_shapes_that_are_wanted():
    question = Tracking(instruction="", frames=FRAMES, shapes=("line",))
    assert fault({"annotations": [tracker()]}, question) == "response.annotations[0].type"


def test_too_many_in_one_frame():
    most: list[Json] = [tracker() for _ in range(500)]
    assert CATS.check({"annotations": most})
    crowd: Json = {"annotations": [*most, tracker()]}
    assert fault(crowd) == "response.annotations[500].frames.frame001"


def test_frames_of_a_film_have_numbers():
    film = Tracking(instruction="", video=Video("https://a.example/f.mp4", 29.97, 3))
    assert film.checked().check({"annotations": [tracker(frames={"frame3": RECTANGLE})]})
    late: Json = {"annotations": [tracker(frames={"frame4": RECTANGLE})]}
    assert fault(late, film) == "response.annotations[0].frames.frame4"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"frames": ()}, "frames"),
        ({"video": Video("https://a.example/f.mp4", 25, 3)}, "frames"),
        ({"frames": (Frame("a", "ftp://a.example/"),)}, "frames[0].src"),
        ({"frames": (Frame("", "https://a.example/"),)}, "frames[0].frame_id"),
        ({"frames": (FRAMES[0], FRAMES[0])}, "frames[1].frame_id"),
        ({"frames": (), "video": Video("a.mp4", 25, 3)}, "video.src"),
        ({"frames": (), "video": Video("https://a.example/f.mp4", 0, 3)}, "video.fps"),
        ({"frames": (), "video": Video("https://a.example/f.mp4", 25, 0)}, "video.frame_count"),
        ({"labels": (Label(" "),)}, "labels[0].name"),
        ({"labels": (Label("a"), Label("a"))}, "labels[1].name"),
        ({"labels": (Label("a", color="red"),)}, "labels[0].color"),
        ({"shapes": ("line",), "labels": (Label("a", "cuboid"),)}, "labels[0].shape"),
        ({"labels": (Label("a", edges=(("p", "q"),), points=("p",)),)}, "labels[0].edges[0][1]"),
        ({"iou": 2}, "iou"),
        ({"annotations": Raw(b'[{"type": "line"}]')}, "annotations[0].label"),
    ],
)
def test_what_cannot_be_asked(settings: dict[str, Any], field: str):
    with pytest.raises(Invalid) as refusal:
        msgspec.structs.replace(CATS, **settings).checked()
    assert refusal.value.field == field


def test_pre_labels_are_kept_in_their_words_and_are_the_staged_answer():
    sent = b'[{"_id":"","type":"line","label":"x","frames":{},"b":1.50,"a":2e-3}]'
    question = msgspec.structs.replace(CATS, annotations=Raw(sent)).checked()
    assert b"1.50" in msgspec.json.encode(question)
    assert question.staged() == {"annotations": msgspec.json.decode(sent)}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_staged_answer_has_every_shape(kind: Any):
    question = Tracking(instruction="", frames=FRAMES, shapes=(kind,))
    staged: Any = question.check(question.staged())
    assert [each["type"] for each in staged["annotations"]] == [kind]
    assert list(staged["annotations"][0]["frames"]) == ["frame001", "frame005"]
    assert counts(staged) == (2, 2)


@pytest.mark.parametrize(
    ("left", "same"), [(0.2, True), (0.215, True), (0.235, True), (0.24, False), (0.8, False)]
)
def test_boxes_agree_from_an_overlap_of_seven_tenths(left: float, same: bool):  # noqa: FBT001
    one = said(tracker(annotation=box(0.2, 0.2, 0.4, 0.4)))
    other = said(tracker(annotation=box(left, 0.2, left + 0.2, 0.4)))
    assert CATS.agree(one, other) is same


def test_frames_that_one_alone_saw_count_against_the_overlap():
    seen = {frame.frame_id: box(0.2, 0.2, 0.4, 0.4) for frame in FRAMES}
    most = {name: seen[name] for name in list(seen)[:4]}
    half = {name: seen[name] for name in list(seen)[:3]}
    assert CATS.agree(said(tracker(frames=seen)), said(tracker(frames=most)))
    assert not CATS.agree(said(tracker(frames=seen)), said(tracker(frames=half)))


def test_every_object_needs_one_of_its_own_with_its_label():
    near, far = box(0.1, 0.1, 0.3, 0.3), box(0.6, 0.6, 0.9, 0.9)
    one = said(tracker(annotation=near), tracker(annotation=far))
    assert CATS.agree(one, said(tracker(annotation=far), tracker(annotation=near)))
    assert not CATS.agree(one, said(tracker(annotation=far), tracker(annotation=far)))
    assert not CATS.agree(one, said(tracker(annotation=far)))
    assert not CATS.agree(one, said(tracker(annotation=far), tracker(annotation=near, label="Dog")))


def ring(*places: tuple[float, float]) -> Json:
    return {"points": {f"p{n}": {"x": x, "y": y} for n, (x, y) in enumerate(places, 1)}}


def test_a_polygon_is_the_same_wherever_it_was_begun():
    square = [(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)]
    turned = [*square[2:], *square[:2]][::-1]
    one = said(tracker("polygon", ring(*square)))
    assert CATS.agree(one, said(tracker("polygon", ring(*turned))))
    notched = [*square[:2], (0.4, 0.4), *square[2:]]
    assert CATS.agree(one, said(tracker("polygon", ring(*notched))))
    bow = [square[0], square[2], square[1], square[3]]
    assert not CATS.agree(one, said(tracker("polygon", ring(*bow))))


@pytest.mark.parametrize("kind", ["line", "landmark"])
@pytest.mark.parametrize(("shift", "same"), [(0.02, True), (0.03, False)])
def test_points_agree_within_two_hundredths_of_the_diagonal(kind: str, shift: float, same: bool):  # noqa: FBT001
    one = said(tracker(kind, ring((0.1, 0.1), (0.5, 0.5))))
    other = said(tracker(kind, ring((0.1 + shift, 0.1 + shift), (0.5 + shift, 0.5 + shift))))
    assert CATS.agree(one, other) is same


def test_a_line_is_the_same_from_either_end_and_with_more_points():
    one = said(tracker("line", ring((0.1, 0.1), (0.5, 0.5))))
    assert CATS.agree(one, said(tracker("line", ring((0.5, 0.5), (0.1, 0.1)))))
    assert CATS.agree(one, said(tracker("line", ring((0.1, 0.1), (0.2, 0.2), (0.5, 0.5)))))


def merged(*answers: Given) -> list[dict[str, Any]]:
    result: Any = CATS.check(CATS.merge(answers))
    return result["annotations"]


def test_the_merge_has_the_mean_box_whatever_corner_came_first():
    one = tracker(annotation=box(0.2, 0.2, 0.4, 0.4), _id="first", colour="kept")
    drawn: Any = box(0.22, 0.2, 0.42, 0.4)
    other = tracker(annotation={"coordinates": drawn["coordinates"][::-1]})
    (result,) = merged(said(one), said(other, by=2))
    assert result == one | {"frames": {"frame001": box(0.21, 0.2, 0.41, 0.4)}}


def test_the_merge_pairs_objects_and_keeps_what_most_say():
    def cat(pose: str, left: float, *frames: str) -> dict[str, Any]:
        annotation: Any = box(left, 0.2, left + 0.2, 0.4)
        annotation["attributes"] = {"pose": {"value": pose}}
        return tracker(frames=dict.fromkeys(frames, annotation))

    three = ("frame001", "frame002", "frame003")
    group = [
        said(cat("sits", 0.1, *three, "frame004"), cat("lies", 0.7, "frame001")),
        said(cat("runs", 0.7, "frame001"), cat("lies", 0.1, *three), by=2),
        said(cat("lies", 0.1, *three), cat("runs", 0.7, "frame001"), by=3),
    ]
    poses = [
        {name: each["attributes"]["pose"]["value"] for name, each in tracker["frames"].items()}
        for tracker in merged(*group)
    ]
    assert poses == [dict.fromkeys(three, "lies"), {"frame001": "runs"}]


def test_the_merge_of_lines_and_cuboids_moves_each_point():
    one = tracker("line", ring((0.1, 0.1), (0.5, 0.5)))
    other = tracker("line", ring((0.5, 0.51), (0.3, 0.3), (0.1, 0.11)))
    (result,) = merged(said(one), said(other, by=2))
    points = result["frames"]["frame001"]["points"]
    assert list(points) == ["p1", "p2"]
    assert points["p1"]["y"] == pytest.approx(0.1025, abs=0.003)

    moved = copy.deepcopy(CUBOID)
    moved["points"]["p1"]["x"] = 0.19
    (result,) = merged(said(tracker("cuboid")), said(tracker("cuboid", moved), by=2))
    assert result["frames"]["frame001"] == CUBOID | {
        "points": CUBOID["points"] | {"p1": {"x": 0.18, "y": 0.58}}
    }


def test_each_merged_object_says_on_how_many_answers_it_rests():
    near, far = (tracker(annotation=box(at, at, at + 0.2, at + 0.2)) for at in (0.1, 0.6))
    answers = [said(near, far), said(far, by=2), said(far, near, by=3)]
    verdict: Any = Majority(min_agreements=2, max_crunchers=3).decide(CATS, answers)
    assert verdict.response == {"annotations": [near, far], "support": [2, 3]}
    # What is beside the trackers is no part of the next pre-labels, nor does it break an answer.
    assert CATS.check(verdict.response) == verdict.response


def test_a_tracker_of_the_others_bears_out_one_alone():
    same = tracker(annotation=box(0.1, 0.1, 0.3, 0.3))
    answers = [said(same, same), said(same, by=2), said(same, same, by=3)]
    verdict: Any = Majority(min_agreements=2, max_crunchers=3).decide(CATS, answers)
    assert sorted(verdict.response["support"]) == [2, 3]


@pytest.mark.parametrize("policy", [Single(), Majority(min_agreements=1, max_crunchers=1)])
def test_one_answer_alone_is_given_back_as_it_is(policy: Any):
    answer = said(tracker())
    assert policy.decide(CATS, [answer]).response == answer.response
