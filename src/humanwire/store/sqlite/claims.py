"""Finds a worker's next task on SQLite: near the head of the queue, or from where they had looked.

Most workers find it at the head. One who has had all of the head goes on from a place remembered
for each kind and priority (`seen`), so that nobody walks past the same tasks again. Tasks that come
back before that place are told by their number of return (docs/decisions/0007).
"""

import sqlite3
from typing import Any

from msgspec import Struct

from humanwire.core.ids import ProjectId, WorkerId
from humanwire.store.records import ClaimRequest
from humanwire.store.statements import load

SQL = load("sqlite", "claims.sql")

HEAD = 16
"""Tasks that are looked at each time, before anything is remembered."""
STEP = 1000
"""Tasks looked at in one transaction: two milliseconds' work."""
PRIORITIES = 10


class More(Struct, frozen=True):
    """There may be a task further on: look in another transaction, so that others have a turn."""


Held = tuple[str, int, int, int, str]
"""An assignment's id, end, length, project and task."""


class Lane(Struct, kw_only=True):
    """The queue of one priority, of one kind or all (''), and how far the worker has looked."""

    project: ProjectId
    worker: WorkerId
    kind: str
    priority: int
    upto: str
    returned: int

    def statement(self, name: str) -> str:
        """The statement for one kind or for all."""
        return SQL[f"{name}_of_kind" if self.kind else name]

    def values(self, most: int = 0) -> dict[str, Any]:
        """What the statements about a lane need."""
        return {name: getattr(self, name) for name in self.__struct_fields__} | {"most": most}


def claim(tx: sqlite3.Connection, request: ClaimRequest) -> tuple[Held, bool] | More | None:
    """Lease the next task, or give the oldest lease (True: held already) to one at the limit."""
    held = tx.execute(SQL["held"], (request.worker, request.now)).fetchall()
    if len(held) >= request.most:
        return held[0], True
    members = tx.execute(SQL["memberships"], (request.worker,)).fetchall()
    for project, seconds in members:
        if request.projects is not None and project not in request.projects:
            continue
        task = _find(tx, project, request)
        if task is None:
            continue
        if isinstance(task, More):
            return task
        assignment = f"{project}-{request.assignment}"
        lease_ms = request.lease_ms if seconds is None else round(seconds * 1000)
        expires_at = request.now + lease_ms
        lease = (project, assignment, task, request.worker, expires_at, lease_ms)
        tx.execute(SQL["add_assignment"], lease)
        if len(members) > 1:
            tx.execute(SQL["count_turn"], (project, request.worker))
        return (assignment, expires_at, lease_ms, project, task), False
    return None


def next_return(tx: sqlite3.Connection, project: int) -> int:
    """Give the number of a task that comes back into the queue."""
    return tx.execute(SQL["next_return"], (project,)).fetchone()[0]


def farthest_seen(tx: sqlite3.Connection, project: ProjectId) -> str:
    """The place that no worker has looked beyond: what is stored before it comes late."""
    return tx.execute(SQL["farthest_seen"], (project,)).fetchone()[0] or ""


def _find(tx: sqlite3.Connection, project: ProjectId, request: ClaimRequest) -> str | More | None:
    """Take a vacancy and return its task."""
    kinds = ("",) if request.kinds is None else tuple(dict.fromkeys(request.kinds))
    if request.kinds is None:
        values = {"project": project, "worker": request.worker, "most": HEAD}
        row = tx.execute(SQL["claim_first"], values).fetchone()
        if row is not None:
            return row[0]
    row = tx.execute(SQL["last_return"], (project,)).fetchone()
    newest = row[0] if row else 0
    known = {
        (kind, priority): (upto, returned)
        for kind, priority, upto, returned in tx.execute(SQL["seen"], (project, request.worker))
    }
    priority = PRIORITIES
    while priority > 0:
        tops = {kind: _top(tx, project, kind, priority) for kind in kinds}
        priority = max(tops.values(), default=0)
        found: list[str] = []
        for kind in (kind for kind in kinds if priority and tops[kind] == priority):
            upto, returned = known.get((kind, priority), ("", newest))
            lane = Lane(
                project=project,
                worker=request.worker,
                kind=kind,
                priority=priority,
                upto=upto,
                returned=returned,
            )
            task = _look(tx, lane, newest)
            if isinstance(task, More):
                return task
            found += [task] if task is not None else []
        if found:
            tx.execute(SQL["take"], (project, min(found)))
            return min(found)
        priority -= 1
    return None


def _top(tx: sqlite3.Connection, project: ProjectId, kind: str, priority: int) -> int:
    """The highest priority, up to one, of which anything waits; 0 when nothing does."""
    name = "next_priority_of_kind" if kind else "next_priority"
    values = {"project": project, "kind": kind, "priority": priority}
    row = tx.execute(SQL[name], values).fetchone()
    return row[0] if row else 0


def _look(tx: sqlite3.Connection, lane: Lane, newest: int) -> str | More | None:
    """Return the first task in a lane that the worker may have."""
    back = _came_back(tx, lane, newest) if lane.upto else None
    if back is not None:
        return back
    row = tx.execute(lane.statement("vacancy"), lane.values(HEAD)).fetchone()
    if row is not None:
        return row[0]
    row = tx.execute(lane.statement("vacancy"), lane.values(STEP)).fetchone()
    if row is not None:
        lane.upto = row[0]
        _remember(tx, lane)
        return row[0]
    count, last = tx.execute(lane.statement("looked"), lane.values(STEP)).fetchone()
    if count > HEAD:
        lane.upto = last
        _remember(tx, lane)
    return More() if count == STEP else None


def _came_back(tx: sqlite3.Connection, lane: Lane, newest: int) -> str | More | None:
    """Return the first task before the lane's place that came back for this worker.

    Few are looked through each time. Of many, the place is moved before those for this worker.
    """
    back = tx.execute(SQL["returned"], lane.values(HEAD + 1)).fetchall()
    if not back:
        return None
    many = len(back) > HEAD
    if many:
        back = tx.execute(SQL["returned"], lane.values(STEP)).fetchall()
    mine = [
        (task, number)
        for task, number, kind, free in back
        if free and task < lane.upto and lane.kind in {"", kind}
    ]
    if many:
        lane.upto = min([lane.upto, *(task for task, _ in mine)])
        lane.returned = back[-1][1]
        _remember(tx, lane)
        return More()
    before = min([newest, *(number - 1 for _, number in mine)])
    if before > lane.returned:
        lane.returned = before
        _remember(tx, lane)
    return min((task for task, _ in mine), default=None)


def _remember(tx: sqlite3.Connection, lane: Lane) -> None:
    tx.execute(SQL["remember_seen"], lane.values())
