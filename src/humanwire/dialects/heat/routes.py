"""Heat's routes: one request at a time, asked, read, waited for and aborted."""

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from humanwire.core.errors import Conflict, NotFound
from humanwire.core.ids import TaskId, is_uuid
from humanwire.dialects.heat.auth import caller_of
from humanwire.dialects.heat.bulk import Bulk
from humanwire.dialects.heat.deliveries import DeliveryLog
from humanwire.dialects.heat.desk import Desk
from humanwire.dialects.heat.dialect import NAME
from humanwire.dialects.heat.errors import NoResponse, Pending, heat_shape, status_of
from humanwire.dialects.heat.export import Export
from humanwire.dialects.heat.feed import Feed
from humanwire.dialects.heat.from_core import request_object
from humanwire.dialects.heat.listing import Listing
from humanwire.dialects.heat.to_core import decoder_of, wish_of
from humanwire.dialects.heat.wire import LIMITS
from humanwire.flows.abort import abort
from humanwire.flows.ask import Wish, answerable, ask
from humanwire.flows.limit import spend
from humanwire.flows.ports import Ports
from humanwire.store.records import Key, Task
from humanwire.wire.bodies import KIB, json_fields, read_body
from humanwire.wire.idempotency import checked_idempotency
from humanwire.wire.keys import Keys
from humanwire.wire.surface import Json, Surface

_QUICK = 64 * KIB
_SUCCESS = b'{"success":true}'


def heat_surface(
    ports: Ports,
    keys: Keys,
    closing: asyncio.Event,
    longest_block: float = 300,
    keep_alive: float = 15,
) -> Surface:
    """Make the application that speaks Heat.

    Once `closing` is set, blocked callers are answered at once and streams end. `longest_block`
    and `keep_alive` (between two comments on a silent stream) are seconds.
    """
    desk = Desk(ports, keys, closing, longest_block, keep_alive)
    one, bulk, listing = Requests(desk), Bulk(desk), Listing(desk)
    feed, log = Feed(desk), DeliveryLog(desk)
    routes = [
        Route("/v1/requests/{type}", one.create, methods=["POST"]),
        Route("/v1/requests/{id}", one.read, methods=["GET"]),
        Route("/v1/requests/{id}", one.abort, methods=["DELETE"]),
        Route("/v1/responses/{id}", one.response, methods=["GET"]),
        Route("/v1/tasks/abort/{id}", one.abort, methods=["POST"]),
        Route("/v1/requests", bulk.create, methods=["POST"]),
        Route("/v1/requests", listing.read, methods=["GET"]),
        Route("/v1/export", Export(desk).read, methods=["GET"]),
        Route("/v1/events", feed.read, methods=["GET"]),
        Route("/v1/deliveries", log.read, methods=["GET"]),
        Route("/v1/deliveries/resend", log.resend_failed, methods=["POST"]),
        Route("/v1/deliveries/{id}/resend", log.resend, methods=["POST"]),
    ]
    return Surface(routes, heat_shape, status_of)


class Requests:
    """One request at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        """Ask, and give the Request object as it stands: at once, or when it has ended."""
        desk, scope = self._desk, request.scope
        caller = caller_of(scope)
        key = await desk.keys.find(caller.key, caller.host)
        await spend(desk.ports, key, NAME, None)
        name: str = scope["path_params"]["type"]
        _ = decoder_of(name)
        seconds = desk.block(scope)
        own = checked_idempotency(caller.idempotency)
        body = await read_body(request, LIMITS[name])

        checked = partial(_wish, desk.ports, name, body, key, own)
        # A body with many annotations takes longer than others should wait for.
        wish = checked() if len(body) <= _QUICK else await asyncio.to_thread(checked)
        (task,) = await ask(desk.ports, key, NAME, [wish])
        if isinstance(task, Conflict):
            raise task
        if not seconds or task.status != "pending":
            return Json(request_object(task))
        waiting = desk.wait(request, key, task.id, seconds)
        del body, checked, wish, task  # They may be large, and many may wait.
        return Json(request_object(await waiting))

    async def read(self, request: Request) -> Response:
        """Give the Request object, when it has ended if the caller waits for that."""
        return Json(request_object(await self._find(request)))

    async def response(self, request: Request) -> Response:
        """Give the response alone. Raises Pending or NoResponse when there is none."""
        task = await self._find(request)
        if task.status == "pending":
            raise Pending
        if task.status != "complete":
            raise NoResponse(f"The request was {task.status}: it has no response.")
        return Json((task.response_json or "null").encode())

    async def abort(self, request: Request) -> Response:
        """End a pending request without a response."""
        key = await self._desk.key(request)
        await abort(self._desk.ports, key, _task_id(request))
        return Json(_SUCCESS)

    async def _find(self, request: Request) -> Task:
        key = await self._desk.key(request)
        seconds = self._desk.block(request.scope)
        return await self._desk.wait(request, key, _task_id(request), seconds)


def _wish(ports: Ports, name: str, body: bytes, key: Key, own: str | None) -> Wish:
    flavour = key.project.settings.prediction
    wish = wish_of(name, body, json_fields(body), key.mode, ports.clock(), own, flavour)
    return answerable(ports, key, wish)


def _task_id(request: Request) -> TaskId:
    identifier: str = request.scope["path_params"]["id"]
    if not is_uuid(identifier):
        raise NotFound
    return TaskId(identifier)
