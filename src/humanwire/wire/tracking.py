"""What a body says of frames and of trackers to be corrected, the same on every surface."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions.tracking_setting import Frame, Video


class VideoFrame(Struct, frozen=True):
    """One picture of the sequence."""

    frame_id: Annotated[str, Meta(description="What annotations call it; unique.")]
    src: Annotated[str, Meta(description="An http or https URL.")]


class VideoData(Struct, frozen=True):
    """Pictures in order; or a film, whose frames are called `frame1`, `frame2` and so on."""

    frames: list[VideoFrame] | None = None
    src: Annotated[str | None, Meta(description="Of a film: its URL.")] = None
    fps: Annotated[int | float | None, Meta(description="Of a film: frames a second.")] = None
    frame_count: Annotated[int | float | None, Meta(description="Of a film.")] = None


class LabelledData(Struct, frozen=True):
    """Trackers, kept in the caller's own words."""

    annotations: Raw = msgspec.field(default_factory=lambda: Raw(b"null"))


class LabelledVideo(Struct, frozen=True):
    """Where trackers lie in a response."""

    data: LabelledData | None = None


class MakerResponse(Struct, frozen=True):
    """A response like that of an earlier job, under either name."""

    video2d: LabelledVideo | None = None
    video_2d: LabelledVideo | None = None


class Sequence(Struct, frozen=True):
    """What a tracking question is about, and the trackers that it begins with.

    `name` is the one under which the trackers came.
    """

    frames: tuple[Frame, ...]
    video: Video | None
    annotations: Raw
    name: str

    def fault(self, fault: Invalid) -> Invalid:
        """Name the place in the body that the core found at fault in the question."""
        places: Mapping[str, str] = {
            "frames": "video_data.frames",
            "video.": "video_data.",
            "annotations": f"maker_response.{self.name}.data.annotations",
        }
        field = fault.field or ""
        for place, here in places.items():
            if field.startswith(place):
                field = here + field.removeprefix(place)
                break
        return Invalid(fault.message, field=field)


def sequence_of(video: VideoData, given: MakerResponse | None) -> Sequence:
    """Put both into the core's words. Raises Invalid for a film that is not whole."""
    frames = tuple(Frame(each.frame_id, each.src) for each in video.frames or ())
    name, annotations = _annotations(given)
    return Sequence(frames, _film(video), annotations, name)


def _film(given: VideoData) -> Video | None:
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


def _annotations(given: MakerResponse | None) -> tuple[str, Raw]:
    """Return the trackers in their author's words, and the name under which they came."""
    named = {} if given is None else {"video2d": given.video2d, "video_2d": given.video_2d}
    for name, video in named.items():
        if video is not None:
            sent = b"null" if video.data is None else bytes(video.data.annotations)
            return name, Raw(b"[]" if sent == b"null" else msgspec.json.format(sent, indent=-1))
    return "video2d", Raw(b"[]")
