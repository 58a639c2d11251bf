"""What a tracking request says of its labels."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from humanwire.core.questions import TrackerType


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
