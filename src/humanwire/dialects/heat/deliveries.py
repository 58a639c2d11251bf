"""The delivery log: what was sent to the caller's addresses, and sending it again."""

from typing import get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import DeliveryId, TaskId, is_uuid
from humanwire.core.json import Json as Value
from humanwire.core.times import iso
from humanwire.dialects.heat import query
from humanwire.dialects.heat.desk import Desk
from humanwire.store.deliveries import Attempt, Delivery, DeliveryState
from humanwire.wire.surface import Json

PAGE, PAGE_MOST = 100, 1000


class DeliveryLog:
    """Shows deliveries, and makes them due again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, request: Request) -> Response:
        """Give a page of deliveries, newest first, and the cursor of the next one."""
        key = await self._desk.key(request)
        given = query.parameters(request.scope)
        about = query.identifier(given, "request")
        cursor = query.identifier(given, "cursor")
        most = query.limit(given, PAGE, PAGE_MOST)
        found = await self._desk.ports.store.list_deliveries(
            key.project.number,
            key.mode,
            None if about is None else TaskId(about),
            _state(given.get("state")),
            None if cursor is None else DeliveryId(cursor),
            most + 1,
        )
        page = found[:most]
        return Json(
            msgspec.json.encode(
                {
                    "deliveries": [_delivery(each) for each in page],
                    "next_cursor": page[-1].id if len(found) > most else None,
                }
            )
        )

    async def resend(self, request: Request) -> Response:
        """Send a delivery at once, whatever came of it so far. Raises NotFound."""
        key = await self._desk.key(request)
        identifier: str = request.scope["path_params"]["id"]
        ports = self._desk.ports
        if not is_uuid(identifier) or not await ports.store.resend(
            key.project.number, key.mode, DeliveryId(identifier), ports.clock()
        ):
            raise NotFound("There is no such delivery.")
        return Json(b'{"success":true}')

    async def resend_failed(self, request: Request) -> Response:
        """Send once more what failed since a time, and give the number of deliveries."""
        key = await self._desk.key(request)
        since = query.time(query.parameters(request.scope), "failed_since")
        if since is None:
            raise Invalid("This parameter is required.", field="failed_since")
        ports = self._desk.ports
        count = await ports.store.resend_failed(key.project.number, key.mode, since, ports.clock())
        return Json(b'{"success":true,"deliveries":%d}' % count)


def _delivery(delivery: Delivery) -> dict[str, Value]:
    shown: dict[str, Value] = {
        "id": delivery.id,
        "request": delivery.task,
        **({} if delivery.batch is None else {"batch": delivery.batch}),
        "url": delivery.url,
        "state": delivery.state,
    }
    if delivery.reason is not None:
        shown["reason"] = delivery.reason
    shown["attempts"] = [_attempt(attempt) for attempt in delivery.attempts]
    if delivery.next_attempt is not None:
        shown["next_attempt"] = iso(delivery.next_attempt)
    return shown


def _attempt(attempt: Attempt) -> dict[str, Value]:
    shown: dict[str, Value] = {"time": iso(attempt.time)}
    if attempt.status is not None:
        shown["status"] = attempt.status
    if attempt.error is not None:
        shown["error"] = attempt.error
    shown["ms"] = attempt.ms
    return shown


def _state(text: str | None) -> DeliveryState | None:
    if not text:
        return None
    for state in get_args(DeliveryState):
        if text == state:
            return state
    raise Invalid(f"It is one of {', '.join(get_args(DeliveryState))}.", field="state")
