"""The outbox on PostgreSQL."""

from collections.abc import Sequence
from functools import cached_property, partial
from operator import attrgetter, itemgetter

from humanwire.core.ids import DeliveryId, ProjectId, TaskId
from humanwire.core.task import Mode
from humanwire.store import rows
from humanwire.store.deliveries import (
    AttemptResult,
    Delivery,
    DeliveryClaim,
    DeliveryState,
    DueDelivery,
)
from humanwire.store.postgres.batches import Batches
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.gather import Apart, Gather
from humanwire.store.rows import PROJECT_COLUMNS
from humanwire.store.statements import load

SQL = load("postgres", "deliveries.sql")
_ATTEMPTS = """
SELECT json_agg(
  json_build_object('time', time, 'status', status, 'error', error, 'ms', ms) ORDER BY number
)
FROM attempt WHERE attempt.project_id = delivery.project_id AND delivery_id = delivery.id
"""

_Key = tuple[ProjectId, DeliveryId]


class Deliveries(Batches):
    """Callbacks to requesters, and what came of them."""

    @cached_property
    def _claimed(self) -> Apart[_Key, DueDelivery | None]:
        return Apart(itemgetter(0), partial(Gather, self._claimed_all))

    @cached_property
    def _tried(self) -> Apart[AttemptResult, None]:
        make = partial(Gather, self._attempted_all, figures=self._figures)
        return Apart(attrgetter("project"), make)

    async def due_deliveries(
        self, now: int, claimed_until: int, limit: int, busy: Sequence[str]
    ) -> list[DueDelivery]:
        first = await self._one(SQL["next_delivery_at"])
        if first is None or first[0] is None or first[0] > now:
            return []
        claimed = await self._write(SQL["due"], now, claimed_until, busy, limit)
        read = await self._claimed_all([(row[0], row[1]) for row in claimed])
        return [delivery for delivery in read if delivery is not None]

    async def claimed_delivery(
        self, project: ProjectId, delivery: DeliveryId
    ) -> DueDelivery | None:
        return await self._claimed((project, delivery))

    async def renew_claims(self, claims: Sequence[DeliveryClaim], until: int) -> list[bool]:
        keys = [(claim.project, claim.delivery, claim.until) for claim in claims]
        renewed = set(await self._write(SQL["renew_claims"], *columns(keys, 3), until))
        return [(claim.project, claim.delivery) in renewed for claim in claims]

    async def attempted(self, result: AttemptResult) -> None:
        await self._tried(result)

    async def list_deliveries(
        self,
        project: ProjectId,
        mode: Mode,
        task: TaskId | None,
        state: DeliveryState | None,
        before: DeliveryId | None,
        limit: int,
    ) -> list[Delivery]:
        filters = {"task_id = ": task, "state = ": state, "id < ": before}
        given = {clause: value for clause, value in filters.items() if value is not None}
        clauses = "".join(f" AND {clause}${n}" for n, clause in enumerate(given, 4))
        statement = (
            f"SELECT id, task_id, about, mode, url, state, next_attempt, reason, ({_ATTEMPTS})"  # noqa: S608
            " FROM delivery"
            f" WHERE project_id = $1 AND mode = $2{clauses} ORDER BY id DESC LIMIT $3"
        )
        found = await self._read(statement, project, mode, limit, *given.values())
        return [rows.delivery(project, tuple(row)) for row in found]

    async def resend(self, project: ProjectId, mode: Mode, delivery: DeliveryId, now: int) -> bool:
        (row,) = await self._write(SQL["resend"], now, project, mode, delivery)
        return row[0] > 0

    async def resend_failed(self, project: ProjectId, mode: Mode, since: int, now: int) -> int:
        (row,) = await self._write(SQL["resend_failed"], now, project, mode, since)
        return row[0]

    async def _claimed_all(self, keys: Sequence[_Key]) -> list[DueDelivery | None]:
        if not keys:
            return []
        read = await self._read(SQL["claimed"], *columns(keys, 2))
        tasks = await self._find_all([(row[0], row[PROJECT_COLUMNS + 3]) for row in read])
        found: dict[tuple[int, str], DueDelivery] = {}
        for row, task in zip(read, tasks, strict=True):
            delivery, url, origin, subject, about, mode, *tried = row[PROJECT_COLUMNS:]
            tries, failing_since, disabled = tried
            told = task or (
                await self.batch_progress(row[0], mode, subject) if about == "batch" else None
            )
            if told is not None:
                found[row[0], delivery] = DueDelivery(
                    id=DeliveryId(delivery),
                    url=url,
                    origin=origin,
                    tries=tries,
                    about=told,
                    project=rows.project(row[:PROJECT_COLUMNS]),
                    failing_since=failing_since,
                    disabled=bool(disabled),
                )
        return [found.get(key) for key in keys]

    async def _attempted_all(self, results: Sequence[AttemptResult]) -> list[None]:
        given = [_attempt_row(result) for result in results]
        await self._write(SQL["attempted"], *columns(given, 11))
        return [None] * len(results)


def _attempt_row(result: AttemptResult) -> rows.Row:
    tried = result.attempt
    attempt = (tried.time, tried.status, tried.error, tried.ms) if tried else (None,) * 4
    return (
        *(result.project, result.delivery, result.now, result.state),
        *(result.next_attempt, result.reason, *attempt, int(result.disables)),
    )
