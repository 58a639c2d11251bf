"""Templates: what a task brings takes its place in them, whatever the kind."""

import msgspec
import pytest
from msgspec import Raw

from humanwire.core.errors import Invalid
from humanwire.core.ids import WorkflowId
from humanwire.core.questions import (
    Annotation,
    AnyQuestion,
    Attachment,
    Choice,
    Context,
    Form,
    PhotoTag,
    Tracking,
)
from humanwire.core.questions.form import fields_of
from humanwire.core.questions.tracking_setting import Frame, Label, Video
from humanwire.core.workflow import Material, Workflow

PICTURE = Attachment("image", "https://e.org/a.jpg")
CONTEXT = (Context("price", Raw(b"1.50")), Context("shop", Raw(b'"caf\\u00e9"')))


def asked(question: AnyQuestion, **material: object) -> AnyQuestion:
    workflow = Workflow(id=WorkflowId("w"), tag="cars", version=1, created_at=0, question=question)
    return workflow.asked(Material(**material))  # type: ignore[arg-type]


CHOICE = Choice(instruction="Which?", choices=("a", "b"), max=1)


def test_the_tasks_instruction_comes_before_the_templates_and_the_tag_after_both() -> None:
    assert asked(CHOICE, instruction="This one?").instruction == "This one?"
    assert asked(CHOICE).instruction == "Which?"
    assert asked(msgspec.structs.replace(CHOICE, instruction="")).instruction == "cars"


def test_what_is_sent_beside_a_choice_is_shown_as_text() -> None:
    question = asked(CHOICE, attachments=(PICTURE,), context=CONTEXT)

    texts = (Attachment("text", "price: 1.50"), Attachment("text", "shop: café"))
    assert question == msgspec.structs.replace(CHOICE, attachments=(PICTURE, *texts))


@pytest.mark.parametrize("question", [PhotoTag(instruction="Tag."), Annotation(instruction="Tag.")])
def test_what_is_sent_beside_a_picture_to_mark_is_not_there_to_be_marked(
    question: AnyQuestion,
) -> None:
    made = asked(question, attachments=(PICTURE,), context=CONTEXT)

    assert made.attachments == (PICTURE,)
    assert made.instruction == "Tag.\n\nprice: 1.50\n\nshop: café"


def test_a_form_has_context_of_its_own() -> None:
    form = Form(instruction="Fill in.", fields=fields_of({"a": "STRING"}))

    assert asked(form, context=CONTEXT) == msgspec.structs.replace(form, context=CONTEXT)


def test_tracking_gets_frames_or_a_video_and_what_is_to_be_corrected() -> None:
    template = Tracking(instruction="Follow.", labels=(Label("car"),))
    frames, video = (Frame("1", PICTURE.value),), Video(PICTURE.value, 25, 2)
    point = {"x": 0, "y": 0}
    box = {
        "label": "",
        "coordinates": [point, {"x": 1, "y": 0}, {"x": 1, "y": 1}, {"x": 0, "y": 1}],
    }
    tracker = {"_id": "1", "type": "rectangle", "label": "car", "frames": {"1": box}}
    sent = Raw(msgspec.json.encode([tracker]))

    question = asked(template, frames=frames, annotations=sent)

    assert isinstance(question, Tracking)
    assert question == msgspec.structs.replace(template, frames=frames, annotations=sent)
    assert asked(template, video=video) == msgspec.structs.replace(template, video=video)


@pytest.mark.parametrize(
    ("question", "material", "field"),
    [
        (CHOICE, {"frames": (Frame("1", PICTURE.value),)}, "frames"),
        (CHOICE, {"video": Video(PICTURE.value, 25, 2)}, "frames"),
        (Tracking(instruction=""), {}, "frames"),
        (Tracking(instruction=""), {"frames": (Frame("", PICTURE.value),)}, "frames[0].frame_id"),
        (PhotoTag(instruction=""), {}, "attachments"),
        (Annotation(instruction=""), {}, "attachments"),
        (
            Tracking(instruction="", labels=(Label("car"),)),
            {
                "frames": (Frame("1", PICTURE.value),),
                "annotations": Raw(
                    b'[{"_id": "1", "type": "rectangle", "label": "x", "frames": {}}]'
                ),
            },
            "annotations[0].label",
        ),
    ],
)
def test_what_does_not_fit_the_template_is_named(
    question: AnyQuestion, material: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(question, **material)

    assert refused.value.field == field
