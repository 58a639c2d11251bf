"""The bodies of feed lines, and what is said of their units; the schemas are made of these."""

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType


class FeedLine(Struct, frozen=True, kw_only=True):
    """A piece of work; what it is about is in `data`."""

    reference_id: Annotated[str, Meta(description="Yours; unique in the project for ever.")]
    tag: Annotated[str, Meta(description="What is to be done: a workflow's tag.")]
    data: dict[str, Raw]
    metadata: Annotated[dict[str, Raw] | None, Meta(description="Yours: kept.")] = None


class FeedData(Struct, frozen=True, kw_only=True):
    """What is shown; fields that are not named here, too.

    With an instruction and a result structure it needs no workflow.
    """

    instruction: Annotated[
        str | None, Meta(description="In place of the workflow's instruction.")
    ] = None
    image_url: Annotated[
        str | list[str] | None, Meta(description="Pictures: http or https URLs.")
    ] = None
    result_structure: Annotated[
        dict[str, Raw] | None,
        Meta(
            extra_json_schema={"additionalProperties": {"type": "string"}},
            description="The result's fields with their types: STRING, NUMBER, BOOLEAN, POINT or "
            "ENUM[a,b,c]. top-left, top-right, bottom-right and bottom-left together are a box.",
        ),
    ] = None


class UnitMade(Struct, frozen=True):
    """A unit that was taken."""

    flu_id: str
    reference_id: str | None
    tag: str | None


class Unit(Struct, frozen=True, kw_only=True):
    """A unit as it stands: `result` once it has ended, `feedback` if it was flagged."""

    reference_id: str | None
    flu_id: str
    status: str
    tag: str | None
    result: Raw | UnsetType = UNSET
    feedback: str | UnsetType | None = UNSET


class UnitReply(Struct, frozen=True):
    """The reply to a feed line."""

    feed_line_unit: UnitMade
    success: bool = True


class UnitsShown(Struct, frozen=True):
    """The reply to whoever asks for a unit."""

    feed_line_units: list[Unit]
    success: bool = True


class UnitsEnded(Struct, frozen=True):
    """The body of a callback."""

    feed_line_units: list[Unit]
