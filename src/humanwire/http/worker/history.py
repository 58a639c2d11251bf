"""A worker's own past: what they said, with what is needed to correct it, and how far they are."""

from datetime import datetime

import msgspec
from msgspec import Raw
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import ProjectId, TaskId
from humanwire.core.times import iso
from humanwire.http.context import Context
from humanwire.http.worker.bodies import assignment_of
from humanwire.http.worker.sealed import veil_of
from humanwire.http.worker.session import signed_in
from humanwire.store.history import PastAnswer, PastPlace
from humanwire.wire.surface import Json

_LIMIT = 20
_LIMIT_MOST = 100
_HOUR_MS = 3_600_000
_LONGEST_MS = 7 * 24 * _HOUR_MS
"""Further back nothing is counted: what is counted is read."""


class HistoryApi:
    """The endpoints about what is done."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ports = context.ports

    async def answers(self, request: Request) -> Response:
        worker = await signed_in(self._context, request)
        before = _place(request.query_params.get("cursor"))
        limit = _number(request.query_params.get("limit"))
        found = await self._ports.store.past_answers(worker.number, before, limit)
        cursor = _cursor(found[-1].place) if len(found) == limit else None
        veiled = {each.name for each in worker.projects if each.encrypts_media}
        told = [_told(each, veiled=each.project in veiled) for each in found]
        return _reply({"answers": told, "cursor": cursor})

    async def work(self, request: Request) -> Response:
        worker = await signed_in(self._context, request)
        found = await self._ports.store.past_work(worker.number, assignment_of(request))
        if found is None:
            raise NotFound("You have not answered this task.")
        granted = found.granted
        about = (granted.project, granted.id, granted.question)
        veil = veil_of(self._context, request, *about)
        shown = veil.show(granted, self._ports.origin())
        return _reply(
            {
                "assignment": shown["id"],
                "answered_at": iso(found.answered_at),
                "corrected_at": _time(found.corrected_at),
                "counted": found.counted,
                "correctable": found.status == "pending",
                "status": found.status,
                "response": Raw(veil.hide(found.response_json).encode()),
                "draft": shown["draft"],
                "task": shown["task"],
            }
        )

    async def progress(self, request: Request) -> Response:
        worker = await signed_in(self._context, request)
        now = self._ports.clock()
        since = _since(request.query_params.get("since"), now)
        store = self._ports.store
        answered, hour = await store.answers_since(worker.number, (since, now - _HOUR_MS))
        total = await store.work_counts(worker.number)
        told = {"since": iso(since), "answered": answered, "last_hour": hour, "total": total}
        return _reply(told)


def _told(answer: PastAnswer, *, veiled: bool) -> dict[str, object]:
    # Picked choices may be media, whose addresses only the answer by itself can hide.
    response = None if veiled else answer.response_json
    return {
        "assignment": answer.assignment,
        "answered_at": iso(answer.place.answered_at),
        "corrected_at": _time(answer.corrected_at),
        "counted": answer.counted,
        "correctable": answer.status == "pending",
        "status": answer.status,
        "response": None if response is None else Raw(response.encode()),
        "task": {
            "id": answer.place.task,
            "project": answer.project,
            "type": answer.type,
            "kind": answer.kind,
            "instruction": answer.instruction,
        },
    }


def _reply(body: object) -> Response:
    return Json(msgspec.json.encode(body))


def _time(time: int | None) -> str | None:
    return None if time is None else iso(time)


def _cursor(place: PastPlace) -> str:
    return f"{place.answered_at}-{place.project}-{place.task}"


def _place(cursor: str | None) -> PastPlace | None:
    if not cursor:
        return None
    time, _, rest = cursor.partition("-")
    project, _, task = rest.partition("-")
    if not (_is_number(time) and _is_number(project)):
        raise Invalid("That is no cursor of ours.", field="cursor")
    return PastPlace(int(time), ProjectId(int(project)), TaskId(task))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("9223372036854775")


def _number(text: str | None) -> int:
    if text is None:
        return _LIMIT
    if not _is_number(text) or not 1 <= int(text) <= _LIMIT_MOST:
        raise Invalid(f"`limit` is 1 to {_LIMIT_MOST}.", field="limit")
    return int(text)


def _since(text: str | None, now: int) -> int:
    """The time to count from; a day ago where none is named."""
    if text is None:
        return now - 24 * _HOUR_MS
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("`since` is a time, such as 2026-11-22T00:00:00Z.", field="since") from None
    since = round(time.timestamp() * 1000) if time.tzinfo else -1
    if since < now - _LONGEST_MS:
        raise Invalid("`since` has a time zone, and is 7 days ago at most.", field="since")
    return since
