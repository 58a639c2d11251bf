"""Makes tracking questions and answers to them, for the property tests."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import Raw

from humanwire.core.json import Json
from humanwire.core.questions import Tracking
from humanwire.core.questions.tracking_setting import Attribute, Frame, Label, Video

SHAPES = ("rectangle", "polygon", "line", "cuboid", "landmark")

fractions = st.sampled_from([0, 0.1, 0.11, 0.4, 0.45, 0.8, 1]) | st.floats(0, 1)
said = st.sampled_from(["yes", "no", ["left", "right"], []])
attributes = st.dictionaries(
    st.sampled_from(["pose", "covered"]), st.fixed_dictionaries({"value": said}), max_size=2
)


@st.composite
def trackings(draw: st.DrawFn) -> Tracking:
    count = draw(st.integers(1, 4))
    film = draw(st.booleans())
    labels = draw(st.lists(st.sampled_from(["car", "nose"]), unique=True))
    question = Tracking(
        instruction="",
        frames=()
        if film
        else tuple(Frame(f"f{n}", f"https://a.example/{n}") for n in range(count)),
        video=Video("https://a.example/film.mp4", 25, count) if film else None,
        shapes=tuple(draw(st.lists(st.sampled_from(SHAPES), unique=True))),
        labels=tuple(Label(name, attributes=(Attribute("pose"),)) for name in labels),
    )
    sent = draw(st.none() | trackers(question))
    return question if sent is None else with_annotations(question, sent)


def with_annotations(question: Tracking, sent: Json) -> Tracking:
    return msgspec.structs.replace(question, annotations=Raw(msgspec.json.encode(sent)))


def annotations(kind: str) -> st.SearchStrategy[Any]:
    """Return a strategy of annotations of one shape."""
    point = st.fixed_dictionaries({"x": fractions, "y": fractions})
    besides = {
        "_id": st.sampled_from(["", "one"]),
        "label": st.just(""),
        "attributes": attributes,
        "interpolated": st.booleans(),
        "note": st.text(max_size=3),
    }
    if kind == "rectangle":
        corners = st.lists(point, min_size=4, max_size=4)
        return st.fixed_dictionaries({"coordinates": corners}, optional=besides)
    least, most = {"polygon": (3, 6), "line": (2, 5), "cuboid": (8, 8), "landmark": (1, 3)}[kind]
    if kind == "landmark":
        point = st.fixed_dictionaries({"x": fractions, "y": fractions, "label": st.integers(0, 9)})
    points = st.lists(point, min_size=least, max_size=most).map(
        lambda drawn: {f"p{number}": each for number, each in enumerate(drawn, 1)}
    )
    parts: dict[str, st.SearchStrategy[Any]] = {"points": points}
    if kind == "cuboid":
        parts |= {
            "front": st.just({"coordinates": ["p1", "p2", "p3", "p4"]}),
            "back": st.just({"coordinates": ["p5", "p6", "p7", "p8"]}),
        }
    elif kind == "polygon":
        besides |= {"edges": st.just({"e1": ["p1", "p2"], "e2": ["p2", "p2"]})}
    return st.fixed_dictionaries(parts, optional=besides)


@st.composite
def trackers(draw: st.DrawFn, question: Tracking) -> Json:
    """Draw trackers that fit a question."""
    found: list[Any] = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(question.shapes or SHAPES))
        names = [label.name for label in question.labels] or ["car", "", "anything"]
        seen = st.dictionaries(
            st.sampled_from(list(question.frame_ids())), annotations(kind), max_size=4
        )
        found.append(
            {
                "_id": draw(st.sampled_from(["", f"t{number}"])),
                "type": kind,
                "label": draw(st.sampled_from(names)),
                "attributes": draw(attributes),
                "frames": draw(seen),
            }
        )
    return found


def answers(question: Tracking) -> st.SearchStrategy[Json]:
    return trackers(question).map(lambda drawn: {"annotations": drawn})
