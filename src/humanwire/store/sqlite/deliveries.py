"""The outbox on SQLite."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from humanwire.core.ids import BatchId, DeliveryId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import rows
from humanwire.store.deliveries import (
    AttemptResult,
    Delivery,
    DeliveryClaim,
    DeliveryState,
    DueDelivery,
)
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.sqlite.accounts import Accounts
from humanwire.store.sqlite.batches import Batches
from humanwire.store.statements import load

SQL = load("sqlite", "deliveries.sql")
_PORTION = 500
"""Deliveries looked at before others have their turn: a millisecond's work."""
_LAST = "~"
"""Sorts after every identifier."""


class Deliveries(Batches, Accounts):
    """Callbacks to requesters, and what came of them."""

    async def due_deliveries(
        self, now: int, claimed_until: int, limit: int, busy: Sequence[str]
    ) -> list[DueDelivery]:
        values = {"now": now, "busy": msgspec.json.encode(busy).decode(), "limit": limit}

        def operation(tx: sqlite3.Connection) -> list[tuple[int, str]]:
            due = tx.execute(SQL["due"], values).fetchall()
            tx.executemany(SQL["claim_delivery"], [(claimed_until, *key) for key in due])
            return due

        claimed = await self._write(operation) if self._due(now) else []
        read = [await self.claimed_delivery(ProjectId(p), DeliveryId(d)) for p, d in claimed]
        return [delivery for delivery in read if delivery]

    async def claimed_delivery(
        self, project: ProjectId, delivery: DeliveryId
    ) -> DueDelivery | None:
        row = self._one(SQL["claimed"], project, delivery)
        if row is None:
            return None
        url, origin, subject, about, mode, tries, failing_since, disabled = row[PROJECT_COLUMNS:]
        if about == "task":
            told = await self.find_task(project, mode, TaskId(subject))
        else:
            told = await self.batch_progress(project, mode, BatchId(subject))
        if told is None:
            return None
        return DueDelivery(
            id=delivery,
            url=url,
            origin=origin,
            tries=tries,
            about=told,
            project=rows.project(row[:PROJECT_COLUMNS]),
            failing_since=failing_since,
            disabled=bool(disabled),
        )

    async def renew_claims(self, claims: Sequence[DeliveryClaim], until: int) -> list[bool]:
        values = [(until, claim.project, claim.delivery, claim.until) for claim in claims]

        def operation(tx: sqlite3.Connection) -> list[bool]:
            return [tx.execute(SQL["renew_claim"], each).rowcount == 1 for each in values]

        return await self._write(operation)

    async def attempted(self, result: AttemptResult) -> None:
        await self._write(lambda tx: _attempted(tx, result))

    async def list_deliveries(
        self,
        project: ProjectId,
        mode: Mode,
        task: TaskId | None,
        state: DeliveryState | None,
        before: DeliveryId | None,
        limit: int,
    ) -> list[Delivery]:
        name = "deliveries_of" if task else "deliveries"
        if state == "failed" and not task:
            name = "failed_deliveries"
        found: list[str] = []
        start: str = before or _LAST
        while True:
            values = {"project": project, "mode": mode, "task": task, "before": start}
            some = self._all(SQL[name], most=_PORTION, **values)
            found += [key for key, of, now in some if of == mode and state in {None, now}]
            if len(found) >= limit or len(some) < _PORTION:
                return list(self._deliveries(project, found[:limit]))
            start = some[-1][0]
            await asyncio.sleep(0)

    async def resend(self, project: ProjectId, mode: Mode, delivery: DeliveryId, now: int) -> bool:
        values = (now, project, mode, delivery)
        return await self._write(lambda tx: _due_again(tx, "resend", project, values)) > 0

    async def resend_failed(self, project: ProjectId, mode: Mode, since: int, now: int) -> int:
        resent, before = 0, _LAST
        while before:
            values = {"project": project, "mode": mode, "since": since, "before": before}
            more, before = await self._write(partial(_resend_some, values | {"now": now}))
            resent += more
        return resent

    def _due(self, now: int) -> bool:
        row = self._one(SQL["next_delivery_at"])
        return bool(row and row[0] is not None and row[0] <= now)

    def _deliveries(self, project: ProjectId, keys: Sequence[str]) -> Iterator[Delivery]:
        for key in keys:
            row = self._one(SQL["delivery"], project=project, delivery=key)
            if row:
                yield rows.delivery(project, row)


def _resend_some(values: dict[str, str | int], tx: sqlite3.Connection) -> tuple[int, str]:
    """Resend what failed last, and return how many and where to go on; empty at the end."""
    some = tx.execute(SQL["failed_deliveries"], values | {"most": _PORTION}).fetchall()
    resent = _due_again(tx, "resend_failed", int(values["project"]), values | {"most": _PORTION})
    return resent, some[-1][0] if len(some) == _PORTION else ""


def _due_again(
    tx: sqlite3.Connection,
    name: str,
    project: int,
    values: dict[str, str | int] | tuple[str | int, ...],
) -> int:
    urls = tx.execute(SQL[name], values).fetchall()
    tx.executemany(SQL["endpoint_enabled"], {(project, url) for (url,) in urls})
    return len(urls)


def _attempted(tx: sqlite3.Connection, result: AttemptResult) -> None:
    key = {"project": result.project, "delivery": result.delivery}
    tried = result.attempt
    if tried is not None:
        attempt = {"time": tried.time, "status": tried.status, "error": tried.error, "ms": tried.ms}
        tx.execute(SQL["add_attempt"], key | attempt)
    moved = {
        "state": result.state,
        "next": result.next_attempt,
        "ended": None if result.state == "pending" else result.now,
        "reason": result.reason,
    }
    tx.execute(SQL["move_delivery"], key | moved)
    if result.state == "delivered":
        tx.execute(SQL["endpoint_works"], key)
        return
    tx.execute(SQL["endpoint_fails"], key | {"now": result.now})
    if result.disables:
        tx.execute(SQL["endpoint_disabled"], key)
