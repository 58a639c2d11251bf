"""Composes the lists of tasks: the text of their filters and their arguments are born together."""

from typing import get_args

from humanwire.core.ids import ProjectId, TaskId, uuid7_from
from humanwire.core.task import Mode, Status
from humanwire.store.filing_rows import reference_digest
from humanwire.store.records import TaskFilter

_Values = list[str | int | bytes]


def list_statement(
    project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
) -> tuple[str, _Values]:
    """Return a statement that gives the ids of the tasks, newest first, with its values.

    For a filter without metadata, batch and reference. Every status is a range of an index, by
    type or not; where none is asked for, the newest of each are merged.
    """
    parts: list[str] = []
    values: _Values = []
    ids, bounds = _range("id", where, before)
    of_type = "" if where.type is None else " AND type = ?"
    for status in get_args(Status) if where.status is None else (where.status,):
        parts.append(
            "SELECT id FROM (SELECT id FROM task"  # noqa: S608
            f" WHERE project_id = ? AND mode = ? AND status = ?{of_type}{ids}"
            " ORDER BY id DESC LIMIT ?)"
        )
        kind = [] if where.type is None else [where.type]
        values += [project, mode, status, *kind, *bounds, limit]
    return " UNION ALL ".join(parts) + " ORDER BY id DESC LIMIT ?", [*values, limit]


def source_statement(
    project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, most: int
) -> tuple[str, _Values]:
    """Return a statement that goes through what the filter names most narrowly, newest first.

    That is a reference, a batch, or the first entry of metadata. The statement looks at `most`
    tasks, and gives the id of each and whether it fits the whole filter.
    """
    others = list(where.metadata.items())
    ids, bounds = _range("task_id", where, before)
    named: _Values = [project]
    if where.reference is not None:
        source = "reference WHERE project_id = ? AND mode = ? AND digest = ?"
        named += [mode, reference_digest(where.reference)]
    elif where.batch is not None:
        source = "filing WHERE project_id = ? AND batch_id = ?"
        named.append(where.batch)
    else:
        source = "task_metadata WHERE project_id = ? AND key = ? AND value = ?"
        named += others.pop(0)
    fits = "SELECT 1 FROM task WHERE project_id = ? AND id = entry.task_id AND mode = ?"
    values: _Values = [project, mode]
    for column, value in (("status", where.status), ("type", where.type)):
        if value is not None:
            fits += f" AND {column} = ?"
            values.append(value)
    if where.reference is not None and where.batch is not None:
        fits += (
            " AND EXISTS (SELECT 1 FROM filing WHERE filing.project_id = ?"
            " AND filing.task_id = entry.task_id AND filing.batch_id = ?)"
        )
        values += [project, where.batch]
    for name, value in others:
        fits += (
            " AND EXISTS (SELECT 1 FROM task_metadata AS other WHERE other.project_id = ?"
            " AND other.key = ? AND other.value = ? AND other.task_id = entry.task_id)"
        )
        values += [project, name, value]
    entries = f"SELECT task_id FROM {source}{ids} ORDER BY task_id DESC LIMIT ?"  # noqa: S608
    values += [*named, *bounds, most]
    return f"SELECT entry.task_id, EXISTS ({fits}) FROM ({entries}) AS entry", values  # noqa: S608


def _range(key: str, where: TaskFilter, before: TaskId | None) -> tuple[str, list[str]]:
    """Return the clauses on a task's id: it carries its time."""
    clauses = ""
    bounds: list[str] = []
    if where.created_after is not None:
        clauses += f" AND {key} >= ?"
        bounds.append(uuid7_from(where.created_after + 1))
    ends = [] if where.created_before is None else [uuid7_from(where.created_before)]
    ends += [] if before is None else [before]
    if ends:
        clauses += f" AND {key} < ?"
        bounds.append(min(ends))
    return clauses, bounds
