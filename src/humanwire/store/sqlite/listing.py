"""Composes the list of tasks: the text of its filters and their arguments are born together."""

from humanwire.core.ids import ProjectId, TaskId, uuid7_from
from humanwire.core.task import Mode
from humanwire.store.records import TaskFilter


def list_statement(
    project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
) -> tuple[str, list[str | int]]:
    """Return a statement that gives the ids of the tasks, newest first, with its values.

    A filter on metadata drives the search (its table is ordered by task); ids carry their time,
    so that a filter on time is a range of ids.
    """
    clauses: list[str] = []
    values: list[str | int] = []

    def keep(clause: str, *arguments: str | int) -> None:
        clauses.append(clause)
        values.extend(arguments)

    source, key = "task", "task.id"
    entries = list(where.metadata.items())
    if entries:
        source = (
            "task_metadata AS entry CROSS JOIN task"
            " ON task.project_id = entry.project_id AND task.id = entry.task_id"
        )
        key = "entry.task_id"
        keep("entry.project_id = ? AND entry.key = ? AND entry.value = ?", project, *entries[0])
    else:
        keep("task.project_id = ?", project)
    keep("task.mode = ?", mode)
    if where.status is not None:
        keep("task.status = ?", where.status)
    if where.type is not None:
        keep("task.type = ?", where.type)
    if where.created_after is not None:
        keep(f"{key} >= ?", uuid7_from(where.created_after + 1))
    if where.created_before is not None:
        keep(f"{key} < ?", uuid7_from(where.created_before))
    for name, value in entries[1:]:
        keep(
            "EXISTS (SELECT 1 FROM task_metadata AS other WHERE other.project_id = ?"
            " AND other.key = ? AND other.value = ? AND other.task_id = task.id)",
            project,
            name,
            value,
        )
    if before is not None:
        keep(f"{key} < ?", before)
    values.append(limit)
    condition = " AND ".join(clauses)
    return f"SELECT task.id FROM {source} WHERE {condition} ORDER BY {key} DESC LIMIT ?", values  # noqa: S608
