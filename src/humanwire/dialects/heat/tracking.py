"""The tracking question in a body: its frames, labels and pre-labels, put into the core's words."""

from humanwire.core.errors import Invalid
from humanwire.core.questions import Attachment, Tracking
from humanwire.core.questions.tracking_setting import Attribute, Label
from humanwire.dialects.heat.wire import TrackingRequest
from humanwire.dialects.heat.wire_tracking import TrackingLabel
from humanwire.wire.tracking import sequence_of


def tracking_of(
    given: TrackingRequest, instruction: str, shown: tuple[Attachment, ...]
) -> Tracking:
    """Make the question. Raises Invalid, with the path in the body."""
    sequence = sequence_of(given.video_data, given.maker_response)
    question = Tracking(
        instruction=instruction,
        attachments=shown,
        frames=sequence.frames,
        video=sequence.video,
        shapes=tuple(dict.fromkeys(given.shapes or ())),
        labels=tuple(map(_label, given.labels or ())),
        annotations=sequence.annotations,
    )
    try:
        return question.checked()
    except Invalid as fault:
        raise sequence.fault(fault) from None


def _label(given: str | TrackingLabel) -> Label:
    if isinstance(given, str):
        return Label(given)
    return Label(
        name=given.name,
        shape=given.shape,
        color=given.color,
        attributes=tuple(
            Attribute(
                each.name, each.type or "text", tuple(each.choices or ()), each.per or "frame"
            )
            for each in given.attributes or ()
        ),
        points=tuple(given.points or ()),
        edges=tuple(given.edges or ()),
    )
