"""The bodies of Heat's requests, one struct for each type, with a decoder made once.

A field that is null counts as not given. Numbers are `int | float`, since callers write whole
numbers as 1 and as 1.0; what they must be besides is checked where they are put to use.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Raw, Struct

from humanwire.core.questions import Flavour, ResourceType, Shape, TrackerType
from humanwire.dialects.heat.wire_tracking import TrackingLabel
from humanwire.wire.bodies import LARGE_LIMIT, OBJECT_LIMIT
from humanwire.wire.tracking import MakerResponse, VideoData

Number: TypeAlias = int | float

Instruction = Annotated[
    str, Meta(description="What exactly is requested, as a sentence in natural language.")
]
Attachments = Annotated[
    list[str], Meta(description="What people need to see: texts, or URLs. At most 100.")
]


class Confidence(Struct, kw_only=True):
    """When a response counts: the first one, one that enough people agree on, or all of them."""

    strategy: Literal["majority", "single", "collect"]
    min_agreements: Annotated[
        Number | None, Meta(description="Agreements that make a response true (majority).")
    ] = None
    max_crunchers: Annotated[
        Number | None, Meta(description="People asked at most (majority).")
    ] = None
    answers: Annotated[Number | None, Meta(description="People asked (collect).")] = None


class Body(Struct, kw_only=True):
    """What every type of request may carry."""

    instruction: Instruction
    attachments_type: ResourceType | None = None
    attachments: Attachments | None = None
    hook_url: Annotated[
        str | None, Meta(description="The Request object is POSTed there when it ends.")
    ] = None
    exclude_crunchers: Annotated[
        list[str] | None, Meta(description="Ids of crunchers who shall not see the request.")
    ] = None
    confidence: Confidence | None = None
    metadata: Annotated[
        dict[str, Raw] | None, Meta(description="Yours: kept, echoed, and listed by.")
    ] = None
    priority: Annotated[
        Number | None, Meta(description="1 to 10; 10 is served first. Defaults to 5.")
    ] = None
    deadline: Annotated[
        str | None, Meta(description="ISO 8601; a request not ended by then is aborted.")
    ] = None


class MultipleChoice(Body, kw_only=True):
    """Pick among given choices."""

    choices: Annotated[list[str], Meta(description="What can be picked: texts, or URLs.")]
    choices_type: ResourceType | None = None
    min_answers: Annotated[Number | None, Meta(description="Defaults to 1.")] = None
    max_answers: Annotated[Number | None, Meta(description="0, the default, is no limit.")] = None


class FreeText(Body, kw_only=True):
    """Answer in words."""

    validation: Literal["number", "url"] | None = None


class RatingRequest(Body, kw_only=True):
    """Give a number on a scale."""

    rating_min: Annotated[Number | None, Meta(description="Defaults to 0.")] = None
    rating_max: Annotated[Number | None, Meta(description="Defaults to 100.")] = None
    rating_step: Annotated[Number | None, Meta(description="Defaults to 1.")] = None
    label_min: str | None = None
    label_max: str | None = None


class Image(Body, kw_only=True):
    """Find or make a picture."""


class Video(Body, kw_only=True):
    """Find or make a film."""


class Audio(Body, kw_only=True):
    """Find or make a recording."""


class Annotations(Body, kw_only=True):
    """Mark places on attachments."""

    annotations_type: Shape | None = None
    min_annotations: Annotated[Number | None, Meta(description="Defaults to 1.")] = None
    max_annotations: Annotated[Number | None, Meta(description="0 is no limit.")] = None


class AnnotationsWithChoice(Annotations, kw_only=True):
    """Mark places, and pick among choices for each."""

    per_annotation: MultipleChoice


class AnnotationsWithText(Annotations, kw_only=True):
    """Mark places, and say something about each."""

    per_annotation: FreeText


class AnnotationsWithRating(Annotations, kw_only=True):
    """Mark places, and rate each."""

    per_annotation: RatingRequest


class PhotoTags(Body, kw_only=True):
    """Draw a box around each thing on a picture, and tag it."""

    tags: Annotated[
        list[str] | None, Meta(description="To choose from; without any, people write their own.")
    ] = None


class ClosedQuestion(Body, kw_only=True):
    """Approve, decline or ban what is shown."""


class PredictionRequest(Body, kw_only=True):
    """Judge a picture by a model, and by people where models are not sure enough."""

    prediction: Annotated[
        Flavour | None, Meta(description="The flavour; defaults to the project's setting.")
    ] = None


class TrackingRequest(Body, kw_only=True):
    """Follow objects through frames."""

    video_data: Annotated[VideoData, Meta(description="Frames, or a film.")]
    labels: Annotated[
        list[str | TrackingLabel] | None,
        Meta(description="What objects can be; without them a label is any text."),
    ] = None
    shapes: Annotated[
        list[TrackerType] | None, Meta(description="What may be drawn; all by default.")
    ] = None
    maker_response: Annotated[
        MakerResponse | None, Meta(description="Trackers to be corrected.")
    ] = None


class FormRequest(Body, kw_only=True):
    """Fill in named fields."""

    result_structure: Annotated[
        dict[str, Raw],
        Meta(
            extra_json_schema={"additionalProperties": {"type": "string"}},
            description="Fields with their types: STRING, NUMBER, BOOLEAN, POINT or ENUM[a,b,c]. "
            "top-left, top-right, bottom-right and bottom-left together are answered by a box.",
        ),
    ]
    context: Annotated[
        dict[str, Raw] | None, Meta(description="Whatever people should read, by name.")
    ] = None


BODIES: Mapping[str, type[Body]] = {
    "multiple-choice": MultipleChoice,
    "free-text": FreeText,
    "rating": RatingRequest,
    "image": Image,
    "video": Video,
    "audio": Audio,
    "annotations": Annotations,
    "annotations-with-multiple-choice": AnnotationsWithChoice,
    "annotations-with-free-text": AnnotationsWithText,
    "annotations-with-rating": AnnotationsWithRating,
    "photo-tag": PhotoTags,
    "closed-question": ClosedQuestion,
    "prediction": PredictionRequest,
    "tracking": TrackingRequest,
    "form": FormRequest,
}
"""The types of requests, each with its body."""

DECODERS: Mapping[str, msgspec.json.Decoder[Body]] = {
    name: msgspec.json.Decoder(body) for name, body in BODIES.items()
}

LIMITS: Mapping[str, int] = {
    name: LARGE_LIMIT if name == "tracking" else OBJECT_LIMIT for name in BODIES
}
"""How many bytes a body of each type may have."""

OWNED = frozenset(
    {"id", "status", "type", "response", "raw_responses", "cruncher_feedback", "aborted_reason"}
)
"""Names that the server answers with: in a body they mean nothing, and are not kept."""
