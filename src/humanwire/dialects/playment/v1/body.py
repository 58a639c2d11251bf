"""From a job's body to a question: every field checked, in v0's order."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from humanwire.core.errors import Invalid
from humanwire.core.questions import AnyQuestion, Tracking
from humanwire.core.questions.web_address import is_web_address
from humanwire.core.workflow import Material, Workflow
from humanwire.dialects.playment.errors import (
    BadImages,
    MissingData,
    MissingParameter,
    MissingReference,
    WrongData,
)
from humanwire.dialects.playment.material import beside, images, is_missing
from humanwire.dialects.playment.v1.wire import ImageData, Job, JobData
from humanwire.wire.bodies import field_of, json_fields
from humanwire.wire.metadata import filterable
from humanwire.wire.tracking import Sequence, VideoData, sequence_of

_job = msgspec.json.Decoder(Job)
_data = msgspec.json.Decoder(JobData)
_NAMED = frozenset({*JobData.__struct_fields__, "metadata"})
"""What has a meaning in a job's data: the rest is shown."""


class CheckedJob(Struct, frozen=True, kw_only=True):
    """A job's body, checked for itself. What it is asked as is its workflow's to say.

    `metadata` has the entries that lists go by.
    """

    job: Job
    data: JobData
    sequence: Sequence
    metadata: Mapping[str, str]
    body_json: str

    def question(self, workflow: Workflow) -> AnyQuestion:
        """Ask the workflow's question of the job. Raises WrongData, naming the place at fault."""
        sequence = self.sequence
        tracking = isinstance(workflow.question, Tracking)
        if self.data.maker_response is not None and not tracking:
            raise WrongData("maker_response", why="This workflow has no use for trackers.")
        more, context = beside(self.job.data, _NAMED)
        singles = [one for each in _singles(self.data).values() for one in each]
        material = Material(
            instruction=self.data.instruction,
            attachments=(*images(singles), *more),
            context=context,
            frames=sequence.frames,
            video=sequence.video,
            annotations=sequence.annotations,
        )
        try:
            return workflow.asked(material)
        except Invalid as fault:
            named = sequence.fault(fault)
            raise WrongData(named.field or "data", why=named.message) from None

    def result_key(self, workflow: Workflow) -> str:
        """What the answer is called in the result: for tracking, what the trackers were called."""
        tracking = isinstance(workflow.question, Tracking)
        return self.sequence.name if tracking else workflow.result_key


def checked_job(body: bytes) -> CheckedJob:
    """Check all that can be checked without the project's workflows and batches."""
    fields = json_fields(body)
    if is_missing(fields.get("reference_id")):
        raise MissingReference
    if is_missing(fields.get("work_flow_id")) and is_missing(fields.get("tag")):
        raise MissingParameter(field="work_flow_id")
    if is_missing(fields.get("data")):
        raise MissingData
    try:
        job = _job.decode(body)
        data = _data.decode(fields["data"])
        sequence = sequence_of(data.video_data or VideoData(), data.maker_response)
        metadata = filterable(job.metadata, len(bytes(fields["metadata"]))) if job.metadata else {}
    except msgspec.ValidationError as error:
        fault = field_of(error)
        raise WrongData(fault.field or "data", why=fault.message) from None
    except Invalid as fault:
        raise WrongData(fault.field or "data", why=fault.message) from None
    _check_addresses(data, sequence)
    return CheckedJob(
        job=job, data=data, sequence=sequence, metadata=metadata, body_json=body.decode().strip()
    )


def _check_addresses(data: JobData, sequence: Sequence) -> None:
    wrong = [
        f"video_data.frames[{index}].src"
        for index, frame in enumerate(sequence.frames)
        if not is_web_address(frame.src)
    ]
    if sequence.video is not None and not is_web_address(sequence.video.src):
        wrong.append("video_data.src")
    for name, addresses in _singles(data).items():
        if not all(map(is_web_address, addresses)):
            wrong.append(name)
    if wrong:
        raise BadImages(*wrong)


def _singles(data: JobData) -> dict[str, list[str]]:
    """The single images, under the names by which they came."""
    image = data.image_data
    given = {
        "image_url": data.image_url,
        "image_data": image.image_url if isinstance(image, ImageData) else image,
    }
    return {
        name: [value] if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
