"""From tasks to images: those made as such by their own fields, all others by their question."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from humanwire.core.consensus import Collect
from humanwire.core.credit import credit
from humanwire.core.questions import AnyQuestion, Choice
from humanwire.core.times import iso
from humanwire.dialects.datawow.body import CUSTOM_ID, choices_in, given_in
from humanwire.dialects.datawow.classes import CHOICE, OF_TYPE, Class
from humanwire.dialects.datawow.fields import label
from humanwire.dialects.datawow.wire import Image, MessageImage
from humanwire.store.records import Task

NAME = "datawow"
"""Marks the tasks that were made through this dialect."""

_fields = msgspec.json.Decoder(dict[str, Raw])
_list = msgspec.json.Decoder(list[Raw])


class About(Struct, frozen=True, kw_only=True):
    """What an image is about, whoever asked it and how."""

    data: str
    instruction: str
    postback_url: str
    custom_id: str | None
    categories: tuple[str, ...] = ()
    multiple: bool = False
    allow_empty: bool = False


def about_own(task: Task) -> About:
    """Read what was asked in DataWow's words."""
    fields = _fields.decode(task.body_json)
    given = given_in(fields)
    about = About(
        data=given.data,
        instruction=given.instruction or "",
        postback_url=given.postback_url or "",
        custom_id=given.custom_id,
    )
    if task.type != CHOICE.kind:
        return about
    choices = choices_in(fields)
    return msgspec.structs.replace(
        about,
        categories=choices.categories,
        multiple=choices.multiple,
        allow_empty=choices.allow_empty,
    )


def about_other(task: Task, question: AnyQuestion) -> About:
    """Read what was asked in another protocol's words."""
    about = About(
        data=question.attachments[0].value if question.attachments else "",
        instruction=question.instruction,
        postback_url=task.hook_url or "",
        custom_id=_custom_id(task),
    )
    if not isinstance(question, Choice):
        return about
    return msgspec.structs.replace(
        about,
        categories=question.choices,
        multiple=question.max != 1,
        allow_empty=question.min == 0,
    )


def image_of(task: Task, about: About, *, processing: bool = False) -> Image:
    """Put a task into the words of its class; models alone have one that is `processing`."""
    begun = "processing" if processing else "unprocess"
    sort = OF_TYPE.get(task.type)
    fields: dict[str, Any] = {
        "answer": _answer(task, sort),
        "credit_charged": credit(task.charged),
        "custom_id": about.custom_id,
        "data": about.data,
        "id": task.id,
        "postback_url": about.postback_url,
        "processed_at": None if task.ended_at is None else _time(task.ended_at),
        "project_id": task.project,
        "status": begun if task.status == "pending" else "processed",
    }
    more: dict[str, Any] = {
        "instruction": about.instruction,
        "allow_empty": about.allow_empty,
        "categories": about.categories,
        "multiple": about.multiple,
    }
    image = MessageImage if sort is None else sort.image
    named = {name: more[name] for name in image.__struct_fields__ if name in more}
    return image(**fields, **named)


def _answer(task: Task, sort: Class | None) -> Raw:
    """Return the answer as its class shows it; the class's nothing where there is none."""
    response = (task.response_json or "null").encode()
    if response == b"null":
        return Raw(b"null" if sort is None else sort.nothing)
    if sort is None or not sort.single:
        return Raw(response)
    if isinstance(task.policy, Collect):
        return Raw(msgspec.json.encode([_one(bytes(each)) for each in _list.decode(response)]))
    return _one(response)


def _one(answer: bytes) -> Raw:
    return _list.decode(answer)[0] if answer[:1] == b"[" else Raw(answer)


def _custom_id(task: Task) -> str | None:
    """Return what the task is called in another protocol."""
    if task.filing is not None and task.filing.reference is not None:
        return task.filing.reference
    metadata = _fields.decode(task.body_json).get("metadata", Raw(b"null"))
    if bytes(metadata)[:1] != b"{":
        return None
    named: Mapping[str, Raw] = _fields.decode(metadata)
    return None if bytes(named.get(CUSTOM_ID, b"null"))[:1] in b"[{tfn" else label(named, CUSTOM_ID)


def _time(milliseconds: int) -> str:
    return f"{iso(milliseconds).removesuffix('Z')}+00:00"
