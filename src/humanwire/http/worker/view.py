"""A lease as the worker API shows it: the question, its attachments, where to load them from."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from humanwire.core.json import Json
from humanwire.core.questions import AnyQuestion, Choice, ResourceType, Tracking
from humanwire.core.times import iso
from humanwire.store.records import Granted

_NOT_LOADED = frozenset({"text", "website"})


def show(
    granted: Granted, origin: str, sealed: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Put a lease into the worker API's JSON. `origin` is this server's own address.

    The question is shown as it is in `granted`; `sealed` has the addresses that its media are at,
    where their own must not be shown.
    """
    question = granted.question
    own = msgspec.structs.asdict(question)
    for shared in ("instruction", "attachments"):
        own.pop(shared, None)
    draft = granted.draft
    return {
        "id": granted.id,
        "expires_at": iso(granted.expires_at),
        "lease_seconds": granted.lease_ms / 1000,
        "draft": draft and {"version": draft.version, "body": Raw(draft.body_json.encode())},
        "task": {
            "id": granted.task,
            "project": granted.project.name,
            "guidelines": granted.project.settings.guidelines,
            "type": granted.type,
            "kind": question.__struct_config__.tag,
            "instruction": question.instruction,
            "question": own,
            "attachments": question.attachments,
            "sources": _sources(granted, origin) if sealed is None else _at(sealed, origin),
            "created_at": iso(granted.created_at),
        },
    }


def is_loaded(kind: ResourceType) -> bool:
    """Tell whether resources of this type are media, which this server fetches for workers."""
    return kind not in _NOT_LOADED


def media_urls(question: AnyQuestion) -> list[str]:
    """The addresses of pictures, videos and sounds in a question, each once, in order."""
    urls = [a.value for a in question.attachments if is_loaded(a.type)]
    choices = question if isinstance(question, Choice) else getattr(question, "inner", None)
    if isinstance(choices, Choice) and is_loaded(choices.choices_type):
        urls.extend(choices.choices)
    if isinstance(question, Tracking):
        urls.extend(question.media_urls())
    return list(dict.fromkeys(urls))


def _at(sealed: Mapping[str, str], origin: str) -> Json:
    return {address: address.removeprefix(origin) for address in sealed.values()}


def _sources(granted: Granted, origin: str) -> Json:
    """Map each address to the path on this server that shows the same."""
    own = f"{origin}/media/"
    sources: dict[str, Json] = {}
    for number, url in enumerate(media_urls(granted.question)):
        path = f"/worker/v1/assignments/{granted.id}/media/{number}"
        sources[url] = url.removeprefix(origin) if url.startswith(own) else path
    return sources
