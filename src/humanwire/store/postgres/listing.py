"""Composes the list of tasks: the text of its filters and their arguments are born together."""

from humanwire.core.ids import ProjectId, TaskId, uuid7_from
from humanwire.core.task import Mode
from humanwire.store.filing_rows import reference_digest
from humanwire.store.records import TaskFilter

_ENTRY = (
    "{name}.project_id = $1 AND hashtextextended({name}.key, 0) = hashtextextended({key}, 0)"
    " AND hashtextextended({name}.value, 0) = hashtextextended({value}, 0)"
    " AND {name}.key = {key} AND {name}.value = {value}"
)
"""An entry of metadata: found by its hashes, then compared."""
_OF_TASK = "{name}.project_id = $1 AND {name}.task_id = task.id"


def list_statement(
    project: ProjectId, mode: Mode, where: TaskFilter, before: TaskId | None, limit: int
) -> tuple[str, list[str | int | bytes]]:
    """Return a statement that gives the ids of the tasks, newest first, with its values.

    Ids carry their time, so that a filter on time is a range of ids. Where no status is asked for,
    each is its own range of an index, and the newest of them all are merged.
    """
    values: list[str | int | bytes] = [project, mode, limit]

    def place(value: str | int | bytes) -> str:
        values.append(value)
        return f"${len(values)}"

    clauses = ["task.project_id = $1", "task.mode = $2"]
    if where.status is not None:
        clauses.append(f"task.status = {place(where.status)}")
    if where.type is not None:
        clauses.append(f"task.type = {place(where.type)}")
    if where.created_after is not None:
        clauses.append(f"task.id >= {place(uuid7_from(where.created_after + 1))}")
    if where.created_before is not None:
        clauses.append(f"task.id < {place(uuid7_from(where.created_before))}")
    if before is not None:
        clauses.append(f"task.id < {place(before)}")
    source = "task"
    if where.reference is not None:
        digest = place(reference_digest(where.reference))
        source += f" JOIN reference ON {_OF_TASK.format(name='reference')}"
        source += f" AND reference.mode = $2 AND reference.digest = {digest}"
    if where.batch is not None:
        source += f" JOIN filing ON {_OF_TASK.format(name='filing')}"
        source += f" AND filing.batch_id = {place(where.batch)}"
    for number, (key, value) in enumerate(where.metadata.items()):
        name = f"entry{number}"
        entry = _ENTRY.format(name=name, key=place(key) + "::text", value=place(value) + "::text")
        source += f" JOIN task_metadata AS {name} ON {entry} AND {name}.task_id = task.id"
    order = "ORDER BY task.id DESC LIMIT $3"
    if where.status is None and source == "task":
        found = " AND ".join(clauses)
        each = (
            f"(SELECT task.id FROM task WHERE {found} AND task.status = '{status}' {order})"  # noqa: S608
            for status in ("pending", "complete", "flagged", "aborted")
        )
        return f"SELECT id FROM ({' UNION ALL '.join(each)}) AS task {order}", values  # noqa: S608
    return f"SELECT task.id FROM {source} WHERE {' AND '.join(clauses)} {order}", values  # noqa: S608
