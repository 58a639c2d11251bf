"""What became of a task, in Playment's words: its status and its result."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from humanwire.core.consensus import Collect
from humanwire.core.task import Status
from humanwire.core.workflow import RESULT_KEY
from humanwire.store.records import Filing, Task
from humanwire.wire.tracking import MakerResponse

STATUS: Mapping[Status, str] = {
    "pending": "PENDING",
    "complete": "COMPLETED",
    "flagged": "FLAGGED",
    "aborted": "ABORTED",
}
NOTHING = Raw(b"null")
VIDEOS = frozenset(MakerResponse.__struct_fields__)
"""What trackers are called in a job and in its result; whose names these are."""
_NOT_FILED = Filing()
_answers = msgspec.json.Decoder(list[Raw])


def result_of(task: Task) -> Raw:
    """Return the answer under its name; null where there is none, or no agreement."""
    if task.status != "complete" or task.response_json is None:
        return NOTHING
    response = task.response_json.encode()
    if isinstance(task.policy, Collect):
        return Raw(
            msgspec.json.encode([_named(task, bytes(each)) for each in _answers.decode(response)])
        )
    return _named(task, response)


def _named(task: Task, answer: bytes) -> Raw:
    filing = task.filing or _NOT_FILED
    name = filing.result_key
    if task.type == "form" and filing != _NOT_FILED:
        return Raw(answer)
    if task.type == "tracking" and name in VIDEOS:
        answer = b'{"data":%b}' % answer
    if filing.single:
        chosen = _answers.decode(answer)
        answer = bytes(chosen[0]) if chosen else b"null"
    return Raw(b"{%b:%b}" % (msgspec.json.encode(name or RESULT_KEY), answer))
