"""Leases and answers on PostgreSQL."""

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

import msgspec

from humanwire.core.assignment import Holding, NewAnswer, Recorded, Step, TaskNow
from humanwire.core.ids import AssignmentId, ProjectId, TaskId, WorkerId, project_of
from humanwire.store import rows
from humanwire.store.postgres.claims import Claims
from humanwire.store.postgres.columns import columns
from humanwire.store.postgres.engine import Connection
from humanwire.store.postgres.filing import complete_batches, count_ends
from humanwire.store.postgres.gather import Apart, Gather
from humanwire.store.postgres.tasks import SLOTS, ended_row
from humanwire.store.records import Lapsed, Settlement, WorkCounts
from humanwire.store.statements import load

SQL = load("postgres", "work.sql")
_ACTS = {"answered", "skipped", "flagged"}


class Work(Claims):
    """Leases, and what workers do with them."""

    @cached_property
    def _held(self) -> Apart[tuple[ProjectId, AssignmentId, WorkerId], Holding | None]:
        return Apart(itemgetter(0), partial(Gather, self._hold_all))

    @cached_property
    def _settled(self) -> Apart[Settlement, bool]:
        make = partial(Gather, self._settle_all, figures=self._figures)
        return Apart(lambda settlement: settlement.step.task.project, make)

    async def holding(self, worker: WorkerId, assignment: AssignmentId) -> Holding | None:
        return await self._held((project_of(assignment), assignment, worker))

    async def settle(self, settlement: Settlement) -> bool:
        return await self._settled(settlement)

    async def keep_late(self, task: TaskNow, answer: NewAnswer, now: int) -> None:
        await self._write(SQL["keep_late"], *_answer_row(task, answer, now))

    async def extend(
        self, worker: WorkerId, assignment: AssignmentId, now: int, lease_ms: int
    ) -> int | None:
        values = (project_of(assignment), assignment, worker, now, lease_ms)
        found = await self._write(SQL["extend"], *values)
        return found[0][0] if found else None

    async def lapse(self, now: int, limit: int) -> list[Lapsed]:
        return await self._transact(
            lambda connection: self._vacate(connection, "lapse", now, limit)
        )

    async def release(self, worker: WorkerId, assignment: AssignmentId) -> list[Lapsed]:
        values = (worker, project_of(assignment), assignment)
        return await self._transact(lambda connection: self._vacate(connection, "release", *values))

    async def revoke_worker(self, worker: WorkerId, now: int) -> None:
        async def operation(connection: Connection) -> None:
            # The worker's row is locked first, so that no claim is under way.
            await self._bar(connection, worker, now)
            await self._vacate(connection, "release", worker, None, None)

        await self._transact(operation)

    async def work_counts(self, worker: WorkerId) -> WorkCounts:
        (row,) = await self._read(SQL["work_counts"], worker)
        return WorkCounts(*row)

    async def _hold_all(
        self, asked: Sequence[tuple[ProjectId, AssignmentId, WorkerId]]
    ) -> list[Holding | None]:
        found: dict[tuple[str, int], Holding] = {}
        for row in await self._read(SQL["holding"], *columns(asked, 3)):
            found[row[0], row[1]] = _holding(row)
        return [found.get((assignment, worker)) for _, assignment, worker in asked]

    async def _vacate(
        self, connection: Connection, statement: str, *values: int | str | None
    ) -> list[Lapsed]:
        """End leases, and give their tasks back to the queue."""
        found = await connection.fetch(SQL[statement], *values)
        await self._come_back(connection, {(row[0], row[3]) for row in found})
        return [
            Lapsed(ProjectId(project), AssignmentId(assignment), WorkerId(worker))
            for project, assignment, worker, _ in found
        ]

    async def _settle_all(self, group: Sequence[Settlement]) -> list[bool]:
        places = range(len(group))
        apart = [place for place in places if _takes_more(group[place].step)]
        moved: set[int] = set()
        if apart:
            # Apart from the rest, so that a transaction takes feeds' rows in one statement only.
            moved = await self._transact(
                lambda connection: self._settle_apart(connection, group, apart)
            )
        if rest := [place for place in places if place not in apart]:
            values = _settle_values(group, rest, self._slot + SLOTS)
            found = await self._write(SQL["settle"], *values)
            moved |= {place for (place,) in found}
        return [place in moved for place in places]

    async def _settle_apart(
        self, connection: Connection, group: Sequence[Settlement], apart: Sequence[int]
    ) -> set[int]:
        """Settle tasks that come back into the queue, or that end in a batch."""
        values = _settle_values(group, apart, self._slot + SLOTS)
        found = await connection.fetch(SQL["settle"], *values)
        moved: set[int] = {place for (place,) in found}
        steps = [group[place].step for place in sorted(moved)]
        back = {(step.task.project, step.task.id) for step in steps if _comes_back(step)}
        await self._come_back(connection, back)
        await count_ends(connection, steps, self._slot + SLOTS)
        await complete_batches(connection, [group[place] for place in sorted(moved)])
        return moved


def _settle_values(group: Sequence[Settlement], places: Iterable[int], slot: int) -> list[Any]:
    """The statement's arrays: steps, leases that end, answers, acts, ends, corrections, charges."""
    steps: list[rows.Row] = []
    closes: list[rows.Row] = []
    answers: list[rows.Row] = []
    acts: list[rows.Row] = []
    ends: list[rows.Row] = []
    corrections: list[rows.Row] = []
    charges: list[rows.Row] = []
    for place in places:
        step, now = group[place].step, group[place].now
        task = step.task
        status = step.end.status if step.end else "pending"
        steps.append((place, task.project, task.id, task.version, step.vacant, status))
        for assignment, state in step.closes:
            note = step.note if state in _ACTS else None
            closes.append((place, task.project, assignment, state, note))
        if step.answer is not None:
            row = _answer_row(task, step.answer, now)
            if step.answer.replaces:
                corrections.append((place, *row[:3], *row[4:]))
            else:
                answers.append((place, *row))
        if step.by is not None:
            acts.append((place, task.project, step.by, step.closes[0][1]))
        if step.end is not None:
            delivery = group[place].delivery
            ends.append(ended_row(place, (task.project, task), step.end, now, delivery))
            charges.append((task.price, step.charge))
    order = sorted(steps, key=lambda step: step[1:3])  # so that two nodes lock in one order
    done = (*columns(closes, 5), *columns(answers, 9), *columns(acts, 4), *columns(ends, 13))
    return [*columns(order, 6), *done, slot, *columns(corrections, 8), *columns(charges, 2)]


def _comes_back(step: Step) -> bool:
    return step.vacant > step.task.vacant


def _takes_more(step: Step) -> bool:
    """Whether a step needs more than the one statement that most need."""
    return _comes_back(step) or (step.end is not None and step.task.batch is not None)


def _answer_row(task: TaskNow, answer: NewAnswer, now: int) -> rows.Row:
    media = msgspec.json.encode(answer.media).decode() if answer.media else None
    response = msgspec.json.encode(answer.response).decode()
    return (
        *(task.project, task.id, answer.worker, int(answer.counted)),
        *(now, answer.seconds, response, media),
    )


def _holding(row: rows.Row) -> Holding:
    assignment, worker, state, expires_at, project, task, *now, leases, answers = row
    own = next((answer for answer in answers if answer[0] == worker), None)
    return Holding(
        id=AssignmentId(assignment),
        worker=WorkerId(worker),
        state=state,
        expires_at=expires_at,
        task=rows.task_now(ProjectId(project), TaskId(task), tuple(now), leases, answers),
        own=Recorded(msgspec.json.decode(own[1]), bool(own[3])) if own else None,
    )
