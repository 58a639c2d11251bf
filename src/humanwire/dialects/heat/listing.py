"""The list of requests: newest first, by status, type, time and the caller's own metadata."""

from collections.abc import Mapping
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import BatchId, TaskId, is_uuid
from humanwire.core.task import Status
from humanwire.dialects.heat import query
from humanwire.dialects.heat.desk import Desk
from humanwire.dialects.heat.from_core import request_object
from humanwire.store.filing import FilingStore
from humanwire.store.records import Key, Task, TaskFilter
from humanwire.wire.bodies import MIB
from humanwire.wire.surface import Json

PAGE, PAGE_MOST = 100, 1000
PAGE_BYTES = 16 * MIB
"""A page of large requests ends early, and the cursor goes on from there."""
_STEP = 50
_METADATA = "metadata."
_METADATA_MOST = 16
"""Entries of metadata to filter by; each makes the search one look-up longer."""


class Listing:
    """Lists requests."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, request: Request) -> Response:
        """Give a page, and the cursor of the next one (null at the end)."""
        key = await self._desk.key(request)
        given = query.parameters(request.scope)
        where = await filter_of(self._desk.ports.store, key, given)
        most = query.limit(given, PAGE, PAGE_MOST)
        found, more = await self._page(key, where, query.identifier(given, "cursor"), most)
        cursor = f'"{found[-1].id}"' if more else "null"
        requests = b",".join(request_object(task) for task in found)
        return Json(b'{"requests":[%s],"next_cursor":%s}' % (requests, cursor.encode()))

    async def _page(
        self, key: Key, where: TaskFilter, cursor: str | None, most: int
    ) -> tuple[list[Task], bool]:
        """Return the requests of a page, and whether older ones follow."""
        store, project = self._desk.ports.store, key.project.number
        before = None if cursor is None else TaskId(cursor)
        found: list[Task] = []
        size = 0
        while True:
            some = await store.list_tasks(project, key.mode, where, before, _STEP)
            for task in some:
                if len(found) == most or size > PAGE_BYTES:
                    return found, True
                found.append(task)
                size += len(task.body_json)
            if len(some) < _STEP:
                return found, False
            before = some[-1].id


async def filter_of(store: FilingStore, key: Key, given: Mapping[str, str]) -> TaskFilter:
    """Read the filters of a list. Raises Invalid, or NotFound for a batch that does not exist."""
    entries = {
        name.removeprefix(_METADATA): value
        for name, value in given.items()
        if name.startswith(_METADATA)
    }
    if len(entries) > _METADATA_MOST:
        raise Invalid(f"Filter by at most {_METADATA_MOST} entries.", field="metadata")
    return TaskFilter(
        status=_status(given.get("status")),
        type=given.get("type") or None,
        created_after=query.time(given, "created_after"),
        created_before=query.time(given, "created_before"),
        metadata=entries,
        batch=await _batch(store, key, given.get("batch")),
    )


async def _batch(store: FilingStore, key: Key, text: str | None) -> BatchId | None:
    if not text:
        return None
    batch = BatchId(text.lower())
    if not is_uuid(text) or await store.batch(key.project.number, key.mode, batch) is None:
        raise NotFound("There is no such batch.", field="batch")
    return batch


def _status(text: str | None) -> Status | None:
    if not text:
        return None
    for status in get_args(Status):
        if text == status:
            return status
    raise Invalid(f"It is one of {', '.join(get_args(Status))}.", field="status")
