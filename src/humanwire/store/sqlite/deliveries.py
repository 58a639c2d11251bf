"""The outbox on SQLite."""

import sqlite3
from collections.abc import Sequence

import msgspec

from humanwire.core.ids import DeliveryId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import rows
from humanwire.store.records import Attempt, AttemptResult, Delivery, DeliveryState, DueDelivery
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.sqlite.accounts import Accounts
from humanwire.store.sqlite.tasks import Tasks
from humanwire.store.statements import load

SQL = load("sqlite", "deliveries.sql")


class Deliveries(Tasks, Accounts):
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
        url, origin, about, mode, tries, failing_since, disabled = row[PROJECT_COLUMNS:]
        task = await self.find_task(project, mode, TaskId(about))
        if task is None:
            return None
        return DueDelivery(
            id=delivery,
            url=url,
            origin=origin,
            tries=tries,
            task=task,
            project=rows.project(row[:PROJECT_COLUMNS]),
            failing_since=failing_since,
            disabled=bool(disabled),
        )

    async def renew_claim(
        self, project: ProjectId, delivery: DeliveryId, until: int, new_until: int
    ) -> bool:
        values = (new_until, project, delivery, until)
        return await self._write(lambda tx: tx.execute(SQL["renew_claim"], values).rowcount == 1)

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
        found = self._all(
            SQL["list_deliveries"],
            project=project,
            mode=mode,
            task=task,
            state=state,
            before=before,
            limit=limit,
        )
        return [
            msgspec.structs.replace(
                rows.delivery(project, row), attempts=self._attempts(project, row[0])
            )
            for row in found
        ]

    async def resend(self, project: ProjectId, mode: Mode, delivery: DeliveryId, now: int) -> bool:
        return await self._due_again("resend", project, (now, project, mode, delivery)) > 0

    async def resend_failed(self, project: ProjectId, mode: Mode, since: int, now: int) -> int:
        return await self._due_again("resend_failed", project, (now, project, mode, since))

    async def _due_again(self, name: str, project: ProjectId, values: tuple[str | int, ...]) -> int:
        def operation(tx: sqlite3.Connection) -> int:
            urls = tx.execute(SQL[name], values).fetchall()
            tx.executemany(SQL["endpoint_enabled"], {(project, url) for (url,) in urls})
            return len(urls)

        return await self._write(operation)

    def _due(self, now: int) -> bool:
        row = self._one(SQL["next_delivery_at"])
        return bool(row and row[0] is not None and row[0] <= now)

    def _attempts(self, project: ProjectId, delivery: str) -> tuple[Attempt, ...]:
        found = self._all(SQL["attempts"], project, delivery)
        return tuple(Attempt(time=t, status=s, error=e, ms=ms) for t, s, e, ms in found)


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
