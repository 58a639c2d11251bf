"""From a task to Heat's Request object: the caller's fields go out in the words they came in."""

import msgspec
from msgspec import Raw

from humanwire.core.ids import TaskId
from humanwire.core.times import iso
from humanwire.dialects.heat.wire import OWNED
from humanwire.flows.ask import staged_answers
from humanwire.store.filing import BatchProgress
from humanwire.store.records import Task

_encoder = msgspec.json.Encoder()
_fields = msgspec.json.Decoder(dict[str, Raw])


def request_object(task: Task) -> bytes:
    """Put a task into Heat's JSON: what the server says first, then the caller's fields."""
    parts = [f'{{"id":"{task.id}","status":"{task.status}"']
    if task.status != "pending":
        parts.append(_end(task))
    parts.append(f',"type":{_quoted(task.type)}')
    body = task.body_json
    if task.dialect != "heat":
        body = without_owned(_fields.decode(body)) or body
    parts.append("}" if body[1:].lstrip() == "}" else f",{body[1:]}")
    return "".join(parts).encode()


def batch_object(progress: BatchProgress) -> bytes:
    """Put a batch into JSON, with how its requests stand."""
    batch = progress.batch
    return _encoder.encode(
        {
            "id": batch.id,
            "name": batch.name,
            "label": batch.label,
            "description": batch.description,
            "created_at": iso(batch.created_at),
            "completed_at": None if batch.completed_at is None else iso(batch.completed_at),
            "requests": progress.counts,
        }
    )


def summary(index: int, task: TaskId, status: str) -> bytes:
    """Say what became of one item of many."""
    return f'{{"index":{index},"id":"{task}","status":"{status}"}}'.encode()


def without_owned(fields: dict[str, Raw]) -> str | None:
    """Return the object without the names that are the server's; None when it has none of them."""
    if OWNED.isdisjoint(fields):
        return None
    kept = {name: value for name, value in fields.items() if name not in OWNED}
    return _encoder.encode(kept).decode()


def _end(task: Task) -> str:
    said: list[str] = []
    if task.status == "complete":
        said.append(f',"response":{task.response_json or "null"}')
    answers = task.answers or staged_answers(task)
    each = (f"{_quoted(cruncher)}:{response}" for cruncher, response in answers.items())
    said.append(f',"raw_responses":{{{",".join(each)}}}')
    if task.status == "flagged":
        said.append(f',"cruncher_feedback":{_quoted(task.feedback)}')
    if task.status == "aborted" and task.reason is not None:
        said.append(f',"aborted_reason":{_quoted(task.reason)}')
    return "".join(said)


def _quoted(text: str | None) -> str:
    return _encoder.encode(text).decode()
