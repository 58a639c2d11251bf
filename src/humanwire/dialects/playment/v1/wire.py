"""The bodies of jobs and batches, and what is said of them; the schemas are made of these."""

from typing import Annotated

from msgspec import Meta, Raw, Struct

from humanwire.wire.tracking import MakerResponse, VideoData

PRIORITY = Annotated[int, Meta(ge=1, le=10, description="10 is served first. Defaults to 5.")]


class Job(Struct, frozen=True, kw_only=True):
    """A job to be made; what it is about is in `data`."""

    reference_id: Annotated[str, Meta(description="Yours; unique in the project for ever.")]
    data: dict[str, Raw]
    work_flow_id: Annotated[str | None, Meta(description="The workflow, or else its `tag`.")] = None
    tag: str | None = None
    batch_id: Annotated[str | None, Meta(description="Empty: the default batch.")] = None
    priority_weight: PRIORITY | None = None
    metadata: Annotated[dict[str, Raw] | None, Meta(description="Yours: kept.")] = None


class ImageData(Struct, frozen=True):
    """A single image."""

    image_url: str | list[str]


class JobData(Struct, frozen=True, kw_only=True):
    """Frames for tracking, or images; every other field is shown beside them."""

    video_data: VideoData | None = None
    image_url: str | list[str] | None = None
    image_data: str | list[str] | ImageData | None = None
    maker_response: Annotated[
        MakerResponse | None, Meta(description="Trackers to be corrected, as in a result.")
    ] = None
    instruction: Annotated[
        str | None, Meta(description="In place of the workflow's instruction.")
    ] = None


class JobMade(Struct, frozen=True, kw_only=True):
    """A job that was taken."""

    job_id: str
    reference_id: str | None
    tag: str | None
    work_flow_id: str | None
    batch_id: str | None
    project_id: str
    status: str
    priority_weight: int


class JobShown(Struct, frozen=True, kw_only=True):
    """A job as it stands. `result` is null as long as there is none."""

    job_id: str
    batch_id: str | None
    project_id: str
    reference_id: str | None
    status: str
    tag: str | None
    priority_weight: int
    result: Raw


class JobEnded(Struct, frozen=True, kw_only=True):
    """A job as its callback tells of it."""

    job_id: str
    reference_id: str | None
    batch_id: str | None
    status: str
    tag: str | None
    work_flow_id: str | None
    result: Raw


class JobsEnded(Struct, frozen=True):
    """The body of a callback."""

    jobs: list[JobEnded]


class BatchMade(Struct, frozen=True):
    """A batch that was made."""

    batch_id: str


class JobLine(Struct, frozen=True, kw_only=True):
    """A job in its batch."""

    job_id: str
    reference_id: str | None
    status: str
    tag: str | None
    priority_weight: int


class BatchSummary(Struct, frozen=True, kw_only=True):
    """A batch and some of its jobs, the oldest first; `next_page_token` leads to more."""

    id: str
    project_id: str
    name: str
    status: str
    completed_at: str | None
    jobs: list[JobLine]
    next_page_token: str | None


class ProjectStats(Struct, frozen=True, kw_only=True):
    """How a project's jobs stand. Frames and annotations are those of its tracking and images."""

    name: str
    base: str
    total_batches: int
    completed_batches: int
    total_jobs: int
    completed_jobs: int
    total_frames: int
    completed_frames: int
    annotations: int


class BatchDetails(Struct, frozen=True, kw_only=True):
    """How a batch's jobs stand. It is complete once it is closed with none of them pending."""

    batch_id: str
    name: str
    label: str | None
    description: str | None
    status: str
    completed_at: str | None
    total_jobs: int
    completed_jobs: int
    total_frames: int
    completed_frames: int
    annotations: int


class BatchesEnded(Struct, frozen=True):
    """The body of the callback when a batch is complete."""

    batches: list[BatchDetails]


class ProjectDetails(Struct, frozen=True):
    """A project's batches, the oldest first."""

    name: str
    base: str
    batches: list[BatchDetails]
