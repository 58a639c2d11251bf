"""The outbox's loop: keeps many deliveries on their way at once, a few to each server.

A delivery made in this process comes here directly, for a first attempt without delay. All others
(retries, what a dead process left) are claimed from the store when they fall due. A claim lasts a
few seconds and is renewed in time, so that another node takes over soon after this one dies.
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
from humanwire.store.deliveries import DeliveryClaim
from humanwire.store.records import NewDelivery

log = logging.getLogger(__name__)

PER_SERVER = 8
AT_ONCE = 1_000
_POLL_SECONDS = 0.5
_PARTING_SECONDS = 3.0
_QUEUE = 1_000
"""Deliveries kept in memory for a busy server; more of them wait in the store."""
_RENEW_MS = 3_000
"""A claim that ends sooner than this is renewed."""


class _Waiting(Struct, frozen=True):
    project: ProjectId
    id: DeliveryId
    origin: str


class Outbox:
    """Sends what is due. Call `run` in a task of its own; cancel it to stop."""

    def __init__(self, ports: Ports, sender: Sender) -> None:
        self._ports = ports
        self._sender = sender
        self._claims: dict[DeliveryId, DeliveryClaim] = {}
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._busy: Counter[str] = Counter()
        self._sending: set[asyncio.Task[None]] = set()

    def put(self, project: ProjectId, delivery: NewDelivery) -> None:
        """Take a claimed delivery; it is sent at once unless its server is busy."""
        claim = DeliveryClaim(project, delivery.id, delivery.claimed_until)
        self._take(claim, delivery.origin)

    async def run(self) -> None:
        """Claim what falls due, until cancelled; attempts under way then get a little time."""
        try:
            while True:
                try:
                    await self._renew()
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

    async def _renew(self) -> None:
        """Keep what is ours; what is another's by now is no longer sent from here."""
        now = self._ports.clock()
        short = [claim for claim in self._claims.values() if claim.until - now < _RENEW_MS]
        if not short:
            return
        until = now + CLAIM_MS
        kept = await self._ports.store.renew_claims(short, until)
        for claim, is_kept in zip(short, kept, strict=True):
            if self._claims.pop(claim.delivery, None) is not None and is_kept:
                self._claims[claim.delivery] = DeliveryClaim(claim.project, claim.delivery, until)

    async def _claim_due(self) -> None:
        room = AT_ONCE - len(self._sending)
        if room <= 0:
            return
        now = self._ports.clock()
        busy = [origin for origin, count in self._busy.items() if count >= PER_SERVER]
        until = now + CLAIM_MS
        for due in await self._ports.store.due_deliveries(now, until, room, busy):
            self._take(DeliveryClaim(due.project.number, due.id, until), due.origin)

    def _take(self, claim: DeliveryClaim, origin: str) -> None:
        waiting = _Waiting(claim.project, claim.delivery, origin)
        if self._busy[origin] >= PER_SERVER or len(self._sending) >= AT_ONCE:
            queue = self._waiting.setdefault(origin, deque())
            if len(queue) < _QUEUE:
                queue.append(waiting)
                self._claims[claim.delivery] = claim
            return
        self._claims[claim.delivery] = claim
        self._busy[origin] += 1
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
                following = self._next(origin)
        finally:
            self._busy[origin] -= 1
            if not self._busy[origin]:
                del self._busy[origin]

    def _next(self, origin: str) -> _Waiting | None:
        """The next delivery for a server whose claim is still ours."""
        queue = self._waiting.get(origin)
        while queue:
            waiting = queue.popleft()
            claim = self._claims.get(waiting.id)
            if claim is not None and claim.until > self._ports.clock():
                return waiting
            self._claims.pop(waiting.id, None)
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
        finally:
            self._claims.pop(waiting.id, None)
        if result.reason == DISABLED:
            log.warning("endpoint_disabled", extra={"url": due.url, "project": due.project.name})
        elif result.state == "failed":
            log.warning("delivery_failed", extra={"delivery": due.id, "reason": result.reason})
