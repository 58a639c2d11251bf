"""The tracking question in a body: its frames, labels and pre-labels, put into the core's words."""

import msgspec
from msgspec import Raw

from humanwire.core.errors import Invalid
from humanwire.core.questions import Attachment, Tracking
from humanwire.core.questions.tracking_setting import Attribute, Frame, Label, Video
from humanwire.dialects.heat.wire import TrackingRequest
from humanwire.dialects.heat.wire_tracking import MakerResponse, TrackingLabel, VideoData

_PLACES = (("frames", "video_data.frames"), ("video.", "video_data."))


def tracking_of(
    given: TrackingRequest, instruction: str, shown: tuple[Attachment, ...]
) -> Tracking:
    """Make the question. Raises Invalid, with the path in the body."""
    name, annotations = _annotations(given.maker_response)
    question = Tracking(
        instruction=instruction,
        attachments=shown,
        frames=tuple(Frame(each.frame_id, each.src) for each in given.video_data.frames or ()),
        video=_video(given.video_data),
        shapes=tuple(dict.fromkeys(given.shapes or ())),
        labels=tuple(map(_label, given.labels or ())),
        annotations=annotations,
    )
    try:
        return question.checked()
    except Invalid as fault:
        field = fault.field or ""
        for place, here in (*_PLACES, ("annotations", f"maker_response.{name}.data.annotations")):
            if field.startswith(place):
                field = here + field.removeprefix(place)
                break
        raise Invalid(fault.message, field=field) from None


def _video(given: VideoData) -> Video | None:
    if given.src is None:
        return None
    if given.fps is None:
        raise Invalid("This field is required.", field="video_data.fps")
    count = given.frame_count
    if count is None:
        raise Invalid("This field is required.", field="video_data.frame_count")
    if count != int(count):
        raise Invalid("It must be a whole number.", field="video_data.frame_count")
    return Video(given.src, given.fps, int(count))


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


def _annotations(given: MakerResponse | None) -> tuple[str, Raw]:
    """Return the trackers in their author's words, and the name under which they came."""
    named = {} if given is None else {"video2d": given.video2d, "video_2d": given.video_2d}
    for name, video in named.items():
        if video is not None:
            sent = b"null" if video.data is None else bytes(video.data.annotations)
            return name, Raw(b"[]" if sent == b"null" else msgspec.json.format(sent, indent=-1))
    return "video2d", Raw(b"[]")
