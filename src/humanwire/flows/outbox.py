"""The outbox's loop: keeps many deliveries on their way at once, a few to each server.

A delivery made in this process comes here directly, for a first attempt without delay. All others
(retries, what a dead process left) are claimed from the store when they fall due.
"""

import asyncio
import logging
from collections import Counter, deque

from msgspec import Struct

from humanwire.core.errors import Refused
from humanwire.core.ids import DeliveryId, ProjectId
from humanwire.flows.callback import CLAIM_MS
from humanwire.flows.deliver import DISABLED, deliver
from humanwire.flows.ports import Ports, Sender
from humanwire.store.records import NewDelivery

log = logging.getLogger(__name__)

PER_SERVER = 8
AT_ONCE = 256
_POLL_SECONDS = 0.5
_PARTING_SECONDS = 3.0
_QUEUE = 1_000
"""Deliveries kept in memory for a busy server; more of them wait in the store."""
_MARGIN_MS = 16_000
"""Less of a claim left than an attempt may take: it is renewed before the delivery is sent."""


class _Waiting(Struct, frozen=True):
    project: ProjectId
    id: DeliveryId
    origin: str
    claimed_until: int


class Outbox:
    """Sends what is due. Call `run` in a task of its own; cancel it to stop."""

    def __init__(self, ports: Ports, sender: Sender) -> None:
        self._ports = ports
        self._sender = sender
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._busy: Counter[str] = Counter()
        self._sending: set[asyncio.Task[None]] = set()

    def put(self, project: ProjectId, delivery: NewDelivery) -> None:
        """Take a claimed delivery; it is sent at once unless its server is busy."""
        self._take(_Waiting(project, delivery.id, delivery.origin, delivery.claimed_until))

    async def run(self) -> None:
        """Claim what falls due, until cancelled; attempts under way then get a little time."""
        try:
            while True:
                try:
                    await self._claim_due()
                except Refused as error:
                    log.warning("outbox_waits", extra={"error": error.message})
                except Exception:
                    log.exception("outbox_broken")
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            # What does not get through in time is sent again, under the same id.
            self._waiting.clear()
            if self._sending:
                _, late = await asyncio.wait(self._sending, timeout=_PARTING_SECONDS)
                for sending in late:
                    sending.cancel()

    async def _claim_due(self) -> None:
        room = AT_ONCE - len(self._sending)
        if room <= 0:
            return
        now = self._ports.clock()
        busy = [origin for origin, count in self._busy.items() if count >= PER_SERVER]
        claimed_until = now + CLAIM_MS
        due = await self._ports.store.due_deliveries(now, claimed_until, room, busy)
        for each in due:
            self._take(_Waiting(each.project.number, each.id, each.origin, claimed_until))

    def _take(self, waiting: _Waiting) -> None:
        if self._busy[waiting.origin] >= PER_SERVER or len(self._sending) >= AT_ONCE:
            queue = self._waiting.setdefault(waiting.origin, deque())
            if len(queue) < _QUEUE:
                queue.append(waiting)
            return
        self._busy[waiting.origin] += 1
        sending = asyncio.create_task(self._send_from(waiting))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send_from(self, waiting: _Waiting) -> None:
        """Send a delivery, then whatever else waits for the same server."""
        origin = waiting.origin
        try:
            following: _Waiting | None = waiting
            while following is not None:
                await self._send(following)
                following = await self._next(origin)
        except Refused as error:
            # The claims of those that wait run out, and they are claimed again.
            log.warning("outbox_waits", extra={"error": error.message})
        finally:
            self._busy[origin] -= 1
            if not self._busy[origin]:
                del self._busy[origin]

    async def _next(self, origin: str) -> _Waiting | None:
        """The next delivery for a server; one whose claim runs short is claimed anew first."""
        queue = self._waiting.get(origin)
        while queue:
            waiting = queue.popleft()
            now = self._ports.clock()
            if waiting.claimed_until - now > _MARGIN_MS:
                return waiting
            renew = self._ports.store.renew_claim
            if await renew(waiting.project, waiting.id, waiting.claimed_until, now + CLAIM_MS):
                return waiting
        self._waiting.pop(origin, None)
        return None

    async def _send(self, waiting: _Waiting) -> None:
        try:
            due = await self._ports.store.claimed_delivery(waiting.project, waiting.id)
            if due is None:
                return
            result = await deliver(self._ports, self._sender, due)
        except Refused as error:
            # Nothing is on record, so the claim runs out and the delivery is sent again.
            log.warning(
                "delivery_unrecorded", extra={"delivery": waiting.id, "error": error.message}
            )
            return
        except Exception:
            log.exception("delivery_broken", extra={"delivery": waiting.id})
            return
        if result.reason == DISABLED:
            log.warning("endpoint_disabled", extra={"url": due.url, "project": due.project.name})
        elif result.state == "failed":
            log.warning("delivery_failed", extra={"delivery": due.id, "reason": result.reason})
