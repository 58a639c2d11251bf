"""Makes questions that can be answered, and answers to them, for the property tests."""

from hypothesis import strategies as st
from tests.core import tracking_strategies as tracked

from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import (
    Annotation,
    AnyQuestion,
    Attachment,
    Choice,
    Field,
    Form,
    Given,
    Media,
    PhotoTag,
    Prediction,
    Rating,
    Size,
    Text,
    Tracking,
)
from humanwire.core.questions.form import CORNERS

IMAGE = Attachment("image", "https://pictures.example/cat.jpg")
VIDEO = Attachment("video", "https://films.example/cat.mp4")
AUDIO = Attachment("audio", "https://sounds.example/meow.mp3")
WEBSITE = Attachment("website", "https://example.com/")

labels = st.text(min_size=1, max_size=5)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    given = draw(st.lists(labels, min_size=1, max_size=6, unique=True))
    least = draw(st.integers(0, len(given)))
    most = draw(st.just(0) | st.integers(max(1, least), len(given) + 1))
    return Choice(instruction="", choices=tuple(given), min=least, max=most)


@st.composite
def ratings(draw: st.DrawFn) -> Rating:
    step = draw(st.sampled_from([1, 5, 0.1, 0.25, 1e-6, 3.0, 0.7]))
    low = draw(st.integers(-1000, 1000) | st.sampled_from([0.1, -0.3, 1e6, 5.0, 2**40]))
    span = draw(st.integers(1, 40) | st.sampled_from([0.1, 0.35, 7.5]))
    rating = Rating(instruction="", min=low, max=low + span, step=max(step, abs(low) * 1e-13))
    return Rating(
        instruction="",
        min=rating.min,
        max=rating.max,
        step=rating.step,
        tolerance=draw(st.sampled_from([0, 1, 0.2, 10])),
    )


texts = st.sampled_from(
    [
        Text(instruction=""),
        Text(instruction="", validation="number"),
        Text(instruction="", validation="url"),
    ]
)
media = st.builds(
    Media,
    instruction=st.just(""),
    attachments=st.lists(st.sampled_from([IMAGE, VIDEO, AUDIO]), max_size=2).map(tuple),
    media=st.sampled_from(["image", "video", "audio"]),
)


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    pages = st.text(min_size=1, max_size=30).map(lambda value: Attachment("text", value))
    attachment = st.sampled_from([IMAGE, VIDEO, AUDIO, WEBSITE]) | pages
    least = draw(st.integers(0, 4))
    return Annotation(
        instruction="",
        attachments=tuple(draw(st.lists(attachment, min_size=1, max_size=2))),
        shape=draw(st.sampled_from(["point", "rectangle"])),
        min=least,
        max=draw(st.just(0) | st.integers(max(1, least), 6)),
        inner=draw(st.none() | choices() | ratings() | texts),
    )


photo_tags = st.sampled_from(
    [
        PhotoTag(instruction="", attachments=(IMAGE,)),
        PhotoTag(instruction="", attachments=(IMAGE,), tags=("cat", "dog")),
    ]
)

forms = st.sampled_from(
    [
        Form(
            instruction="",
            attachments=(VIDEO, IMAGE),
            fields=(
                Field(name="word", type="STRING"),
                Field(name="count", type="NUMBER"),
                Field(name="sure", type="BOOLEAN"),
                Field(name="nose", type="POINT"),
                Field(name="size", type="ENUM", choices=("S", "M")),
            ),
        ),
        Form(
            instruction="",
            attachments=(IMAGE,),
            fields=(
                *(Field(name=corner, type="STRING") for corner in CORNERS),
                Field(name="word", type="STRING"),
            ),
        ),
    ]
)

predictions = st.sampled_from(
    [
        Prediction(instruction="", attachments=(IMAGE,), flavour="nudity"),
        Prediction(instruction="", attachments=(IMAGE,), flavour="demographic"),
    ]
)

questions = (
    predictions
    | choices()
    | ratings()
    | texts
    | media
    | annotations()
    | photo_tags
    | forms
    | tracked.trackings()
)
sizes = st.builds(Size, st.floats(0, 4000), st.floats(0, 4000))
reports = st.just(()) | st.tuples(sizes, sizes)


def _sexual(share: float) -> Json:
    return {"sexual": share}


def responses(question: AnyQuestion) -> st.SearchStrategy[Json]:
    """Return a strategy of valid answers, many of them near each other."""
    match question:
        case Prediction(flavour="nudity"):
            return st.builds(_sexual, st.sampled_from([0, 0.25, 1]))
        case Prediction():
            return st.just({"result": []})
        case Choice():
            most = question.max or None
            known = st.sampled_from(question.choices)
            return st.lists(known, min_size=question.min, max_size=most, unique=True).map(
                list[Json]
            )
        case Text(validation="number"):
            return st.from_regex(r"[+-]?[0-9]{1,3}(\.0{0,2})?(e[0-9])?", fullmatch=True)
        case Text(validation="url"):
            ends = st.from_regex(r"[a-z%2f]{0,5}", fullmatch=True)
            starts = st.sampled_from(["http://a.example", "HTTPS://A.example:443", "http://[::1]"])
            return st.builds(lambda start, end: f"{start}/{end}", starts, ends)
        case Text():
            writable = st.characters(codec="utf-8", exclude_characters="\0")
            word = st.text(writable, min_size=1, max_size=8).filter(str.strip)
            return word | st.sampled_from(["Cat", "cat ", "\uff23\uff21\uff34"])
        case Rating():
            steps = int((question.max - question.min) / question.step)
            grid = st.integers(0, steps).map(lambda step: question.min + step * question.step)
            return grid | st.just(question.max)
        case Tracking():
            return tracked.answers(question)
        case Media():
            return st.sampled_from(["https://a.example/1", "https://a.example/2"])
        case Form():
            return filled(question)
        case PhotoTag():
            near, large = st.integers(0, 12), st.integers(60, 72)
            tag = st.sampled_from(question.tags or ("Cat", "cat ", "dog"))
            parts = {"tag": tag, "x": near, "y": near, "w": large, "h": large}
            return st.lists(st.fixed_dictionaries(parts), max_size=4).map(list[Json])
        case Annotation():
            mark = st.integers(0, len(question.attachments) - 1).flatmap(
                lambda index: marks(question, index)
            )
            return st.lists(mark, min_size=question.min, max_size=question.max or 6)


@st.composite
def filled(draw: st.DrawFn, question: Form) -> Json:
    """Draw an answer to a form, its places near those of others."""
    near, far = st.integers(0, 90), st.integers(700, 790)
    values: dict[str, Json] = {}
    for field in question.fields:
        match field.type:
            case "STRING":
                values[field.name] = draw(st.sampled_from(["Cat", " cat", "dog"]))
            case "NUMBER":
                values[field.name] = draw(st.sampled_from([1, 1.0, -2.5, 1e300]))
            case "BOOLEAN":
                values[field.name] = draw(st.booleans())
            case "POINT":
                values[field.name] = f"( 0.{draw(near):03d}, .{draw(far)}123456)"
            case "ENUM":
                values[field.name] = draw(st.sampled_from(field.choices))
    if CORNERS[0] in values:
        x, y, x2, y2 = (f"0.{draw(side):03d}" for side in (near, near, far, far))
        places = (f"({x},{y})", f"({x2},{y})", f"({x2},{y2})", f"({x},{y2})")
        values |= dict(zip(CORNERS, places, strict=True))
    return values


def marks(question: Annotation, index: int) -> st.SearchStrategy[Json]:
    """Return a strategy of marks on one attachment, many of them near each other."""
    attachment = question.attachments[index]
    near, further = st.integers(0, 12), st.integers(100, 112)
    area = {"x": near, "y": near}
    if question.shape == "rectangle":
        area |= {"x2": further, "y2": further}
    moment = {"t": st.sampled_from([0, 0.3, 0.5, 1, 1.4])}
    length = len(attachment.value)
    parts = {
        "image": area,
        "website": area,
        "video": area | moment,
        "audio": moment,
        "text": {"start": st.integers(0, (length - 1) // 2), "end": st.just(length)},
    }[attachment.type]
    if len(question.attachments) > 1:
        parts = parts | {"attachment_index": st.just(index)}
    if question.inner is not None:
        parts = parts | {"response": responses(question.inner)}
    return st.fixed_dictionaries(parts)


@st.composite
def answered(draw: st.DrawFn, *, least: int = 1, most: int = 4) -> tuple[AnyQuestion, list[Given]]:
    """Draw a question with checked answers of several workers."""
    question = draw(questions)
    drawn = draw(st.lists(responses(question), min_size=least, max_size=most))
    return question, [
        Given(WorkerId(number), question.check(response), draw(reports))
        for number, response in enumerate(drawn)
    ]
