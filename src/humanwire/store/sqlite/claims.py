"""Finds a worker's next task on SQLite: at the head of the queue, or from where they had looked.

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


_WORN_MOST = 10_000
"""Workers who are known to be worn: some megabytes."""

Place = tuple[str, int]
"""How far a worker has looked: up to which task, and up to which number of return."""

Held = tuple[str, int, int, int, str]
"""An assignment's id, end, length, project and task."""


class Lane:
    """The queue of one priority, of one kind or all (''), and how far the worker has looked.

    `values` are what the statements about it need: `upto` and `returned` are the place.
    """

    __slots__ = ("known", "suffix", "values")

    def __init__(
        self, request: ClaimRequest, project: ProjectId, kind: str, priority: int, seen: Place
    ) -> None:
        self.known = seen[0] != ""
        self.suffix = "_of_kind" if kind else ""
        self.values: dict[str, Any] = {
            "project": project,
            "worker": request.worker,
            "kind": kind,
            "priority": priority,
            "upto": seen[0],
            "returned": seen[1],
            "most": STEP,
        }


class Worn:
    """Workers who had had all of a queue's head when they last looked: they skip it.

    What is found is the same without this, only later.
    """

    def __init__(self) -> None:
        self._known: set[tuple[ProjectId, WorkerId]] = set()

    def __contains__(self, who: tuple[ProjectId, WorkerId]) -> bool:
        return who in self._known

    def note(self, who: tuple[ProjectId, WorkerId], *, worn: bool) -> None:
        """Note how it stands; of very many, forget all and begin again."""
        if not worn:
            self._known.discard(who)
            return
        if len(self._known) >= _WORN_MOST:
            self._known.clear()
        self._known.add(who)


def claim(
    tx: sqlite3.Connection, request: ClaimRequest, worn: Worn
) -> tuple[Held, bool] | More | None:
    """Lease the next task, or give the oldest lease (True: held already) to one at the limit."""
    held = tx.execute(SQL["held"], (request.worker, request.now)).fetchall()
    if len(held) >= request.most:
        return held[0], True
    members = tx.execute(SQL["memberships"], (request.worker,)).fetchall()
    for project, seconds in members:
        if request.projects is not None and project not in request.projects:
            continue
        found = _find(tx, project, request, worn)
        if found is None:
            continue
        if isinstance(found, More):
            return found
        task, lease_ms = found
        assignment = f"{project}-{request.assignment}"
        if lease_ms is None:
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


def _find(
    tx: sqlite3.Connection, project: ProjectId, request: ClaimRequest, worn: Worn
) -> tuple[str, int | None] | More | None:
    """Take a vacancy and return its task, with the length of its own that a lease on it has."""
    kinds = ("",) if request.kinds is None else tuple(dict.fromkeys(request.kinds))
    who = (project, request.worker)
    if request.kinds is None and who not in worn:
        values = {"project": project, "worker": request.worker, "most": HEAD}
        row = tx.execute(SQL["claim_first"], values).fetchone()
        if row is not None:
            return row
    known: dict[tuple[str, int], Place] = {}
    newest = 0
    for kind, priority, upto, returned, last_return in tx.execute(SQL["seen"], who):
        known[kind, priority] = (upto, returned)
        newest = last_return
    if not known:
        row = tx.execute(SQL["last_return"], (project,)).fetchone()
        newest = row[0] if row else 0
    worn.note(who, worn=bool(known))
    priority = PRIORITIES
    while priority > 0:
        tops = {kind: _top(tx, project, kind, priority) for kind in kinds}
        priority = max(tops.values(), default=0)
        found: list[str] = []
        for kind in (kind for kind in kinds if priority and tops[kind] == priority):
            seen = known.get((kind, priority), ("", newest))
            task = _look(tx, Lane(request, project, kind, priority, seen), newest)
            if isinstance(task, More):
                return task
            found += [task] if task is not None else []
        if found:
            return tx.execute(SQL["take"], (project, min(found))).fetchone()
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
    values = lane.values
    if lane.known and values["returned"] < newest:
        back = _came_back(tx, lane, newest)
        if back is not None:
            return back
    if not lane.known:
        row = tx.execute(SQL["vacancy" + lane.suffix], values | {"most": HEAD}).fetchone()
        if row is not None:
            return row[0]
    row = tx.execute(SQL["vacancy" + lane.suffix], values).fetchone()
    if row is not None:
        _remember(tx, lane, row[0])
        return row[0]
    count, last = tx.execute(SQL["looked" + lane.suffix], values).fetchone()
    if count > HEAD:
        _remember(tx, lane, last)
    return More() if count == STEP else None


def _came_back(tx: sqlite3.Connection, lane: Lane, newest: int) -> str | More | None:
    """Return the first task before the lane's place that came back for this worker.

    Few are looked through each time. Of many, the place is moved before those for this worker.
    """
    values = lane.values
    back = tx.execute(SQL["returned"], values | {"most": HEAD + 1}).fetchall()
    many = len(back) > HEAD
    if many:
        back = tx.execute(SQL["returned"], values).fetchall()
    upto, kind = values["upto"], values["kind"]
    mine = [
        (task, number)
        for task, number, its_kind, free in back
        if free and task < upto and kind in {"", its_kind}
    ]
    if many:
        values["returned"] = back[-1][1]
        _remember(tx, lane, min([upto, *(task for task, _ in mine)]))
        return More()
    before = min([newest, *(number - 1 for _, number in mine)])
    if before > values["returned"]:
        values["returned"] = before
        _remember(tx, lane, upto)
    return min((task for task, _ in mine), default=None)


def _remember(tx: sqlite3.Connection, lane: Lane, upto: str) -> None:
    lane.values["upto"] = upto
    tx.execute(SQL["remember_seen"], lane.values)
