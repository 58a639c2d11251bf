"""What a tracking request holds besides: frames or a film, labels, and trackers to be corrected."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from humanwire.core.questions import TrackerType


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


class TrackingAttribute(Struct, frozen=True):
    """What is asked about an object."""

    name: str
    type: Annotated[
        Literal["text", "single", "multiple"] | None, Meta(description="Defaults to text.")
    ] = None
    choices: list[str] | None = None
    per: Annotated[
        Literal["frame", "tracker"] | None,
        Meta(description="Whether it may change from frame to frame, as by default."),
    ] = None


class TrackingLabel(Struct, frozen=True):
    """What an object can be, and how it is drawn."""

    name: str
    shape: TrackerType | None = None
    color: Annotated[str | None, Meta(description="As #rrggbb.")] = None
    attributes: list[TrackingAttribute] | None = None
    points: Annotated[
        list[str] | None, Meta(description="Of a landmark: its points, in order.")
    ] = None
    edges: Annotated[
        list[tuple[str, str]] | None, Meta(description="Of a landmark: pairs of its points.")
    ] = None


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
