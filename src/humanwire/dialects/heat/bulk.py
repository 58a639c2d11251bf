"""Many requests in one call: a JSON array or a stream of lines, each item with its own outcome."""

from collections.abc import AsyncIterator, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from humanwire.core.errors import Invalid, Refused, Unavailable
from humanwire.dialects.heat.auth import caller_of
from humanwire.dialects.heat.desk import Desk
from humanwire.dialects.heat.dialect import NAME
from humanwire.dialects.heat.errors import error_object
from humanwire.dialects.heat.from_core import summary
from humanwire.dialects.heat.ndjson import Intake, Outlet
from humanwire.dialects.heat.to_core import wish_of
from humanwire.dialects.heat.wire import LIMITS
from humanwire.flows.ask import Wish, answerable, ask
from humanwire.flows.limit import spend
from humanwire.flows.ports import Ports
from humanwire.store.records import Key, Task
from humanwire.wire.bodies import LARGE_LIMIT, MIB, OBJECT_LIMIT, json_fields, json_items
from humanwire.wire.errors import TooLarge
from humanwire.wire.idempotency import checked_idempotency
from humanwire.wire.surface import Json

ARRAY_LIMIT = 64 * MIB
ARRAY_MOST = 10_000
AT_ONCE = 500
"""Items stored in one transaction."""
_LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
_text = msgspec.json.Decoder(str)


class Bulk:
    """Creates many requests."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, request: Request) -> Response:
        """Ask all; good items are stored even when others are refused."""
        caller = caller_of(request.scope)
        key = await self._desk.keys.find(caller.key, caller.host)
        await spend(self._desk.ports, key, NAME, None)
        asking = Asking(self._desk.ports, key, checked_idempotency(caller.idempotency))
        parts = request.stream()
        head = await _opening(parts)
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type in _LINES or head.lstrip()[:1] not in (b"[", b""):
            return Lines(asking, head, parts)
        items = _items(await _rest(head, parts))
        outcomes: list[bytes] = []
        for start in range(0, len(items), AT_ONCE):
            some = [bytes(item) for item in items[start : start + AT_ONCE]]
            outcomes += await asking.store(start, some)
        return Json(b"[%s]" % b",".join(outcomes))


class Asking:
    """The items of one call, stored some at a time for its key."""

    def __init__(self, ports: Ports, key: Key, idempotency: str | None) -> None:
        self._ports = ports
        self._key = key
        self._idempotency = idempotency

    async def store(self, start: int, items: Sequence[bytes | Refused]) -> list[bytes]:
        """Store items, the first of which has this index; return what became of each."""
        wishes, outcomes = self._checked(start, items)
        try:
            stored: Sequence[Task | Refused] = await ask(self._ports, self._key, NAME, wishes)
        except Unavailable as error:
            stored = [error] * len(wishes)
        merged = _merged(outcomes, stored)
        return [outcome_line(index, outcome) for index, outcome in enumerate(merged, start)]

    async def store_or_fail(
        self, start: int, items: Sequence[bytes | Refused]
    ) -> list[Task | Refused]:
        """Do the same, but raise Unavailable when nothing can be stored now."""
        wishes, outcomes = self._checked(start, items)
        return _merged(outcomes, await ask(self._ports, self._key, NAME, wishes))

    def _checked(
        self, start: int, items: Sequence[bytes | Refused]
    ) -> tuple[list[Wish], list[Refused | None]]:
        """Take items apart; beside the wishes, None for each of them and a refusal for the rest."""
        wishes: list[Wish] = []
        outcomes: list[Refused | None] = []
        for index, item in enumerate(items, start):
            try:
                wishes.append(self._wish(index, item))
                outcomes.append(None)
            except Refused as error:
                outcomes.append(error)
        return wishes, outcomes

    def _wish(self, index: int, item: bytes | Refused) -> Wish:
        if isinstance(item, Refused):
            raise item
        if len(item) > LARGE_LIMIT:
            raise TooLarge(f"An item is larger than {LARGE_LIMIT} bytes.")
        fields = json_fields(item)
        kind = fields.get("type")
        if kind is None:
            raise Invalid("This field is required.", field="type")
        try:
            name = _text.decode(kind)
        except msgspec.DecodeError:
            raise Invalid("It must be a string.", field="type") from None
        limit = LIMITS.get(name, OBJECT_LIMIT)
        if len(item) > limit:
            raise TooLarge(f"An item of this type is larger than {limit} bytes.")
        own = None if self._idempotency is None else f"{self._idempotency}/{index}"
        key, ports = self._key, self._ports
        flavour = key.project.settings.prediction
        wish = wish_of(name, item, fields, key.mode, ports.clock(), own, flavour)
        return answerable(ports, key, wish)


class Lines(Response):
    """Answers a stream of lines with one of outcomes, as long and as slow as it is."""

    def __init__(self, asking: Asking, head: bytes, parts: AsyncIterator[bytes]) -> None:
        super().__init__(media_type="application/x-ndjson")
        del self.headers["content-length"]
        self._asking = asking
        self._intake = Intake(head, parts, OBJECT_LIMIT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        index = 0
        async with self._intake, Outlet(send, start) as outlet:
            while items := await self._intake.take(AT_ONCE):
                outcomes = await self._asking.store(index, items)
                index += len(items)
                outlet.write(b"".join(outcome + b"\n" for outcome in outcomes))


def _merged(
    outcomes: Sequence[Refused | None], stored: Sequence[Task | Refused]
) -> list[Task | Refused]:
    following = iter(stored)
    return [next(following) if outcome is None else outcome for outcome in outcomes]


def outcome_line(index: int, outcome: Task | Refused) -> bytes:
    """Say what became of one item."""
    if isinstance(outcome, Refused):
        return msgspec.json.encode({"index": index, "error": error_object(outcome)})
    return summary(index, outcome.id, outcome.status)


def _items(body: bytes) -> list[msgspec.Raw]:
    items = json_items(body)
    if len(items) > ARRAY_MOST:
        raise Invalid(f"An array has {ARRAY_MOST} items at most; send more as NDJSON.")
    return items


async def _opening(parts: AsyncIterator[bytes]) -> bytes:
    """Read until something that is not white space has come."""
    head = b""
    async for part in parts:
        head = (head + part).lstrip()
        if head:
            break
    return head


async def _rest(head: bytes, parts: AsyncIterator[bytes]) -> bytes:
    read = [head]
    size = len(head)
    async for part in parts:
        size += len(part)
        if size > ARRAY_LIMIT:
            raise TooLarge(f"An array is larger than {ARRAY_LIMIT} bytes.")
        read.append(part)
    return b"".join(read)
