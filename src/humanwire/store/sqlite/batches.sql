-- name: add_batch
-- Nothing (no row) when the name is taken.
INSERT OR IGNORE INTO batch
  (project_id, id, mode, name, label, description, state, created_at, dialect, callback_url)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: batch
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch
WHERE batch.project_id = ? AND batch.mode = ? AND batch.id = ?;

-- name: batch_named
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch
WHERE batch.project_id = ? AND batch.mode = ? AND batch.name = ?;

-- name: list_batches
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch INDEXED BY batch_list
WHERE batch.project_id = ? AND batch.mode = ? AND batch.id > ?
ORDER BY batch.id LIMIT ?;

-- name: batch_counts
SELECT status, sum(tasks) FROM batch_counter WHERE project_id = ? AND batch_id = ? GROUP BY status;

-- name: batch_tasks
SELECT task.id, task.status, task.priority, filing.reference, filing.tag
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.project_id = ? AND filing.batch_id = ? AND filing.task_id > ? AND task.mode = ?
ORDER BY filing.task_id LIMIT ?;

-- name: slice
SELECT task_id FROM filing WHERE project_id = ? AND batch_id = ? AND task_id > ?
ORDER BY task_id LIMIT ?;

-- name: set_state
UPDATE batch SET state = ?, changes = changes + 1
WHERE project_id = ? AND mode = ? AND id = ? AND state <> 'closed';

-- name: unsettled
SELECT project_id, id, state, changes FROM batch INDEXED BY batch_unsettled
WHERE settled < changes LIMIT ?;

-- name: settled
UPDATE batch SET settled = :changes
WHERE project_id = :project AND id = :batch AND settled < :changes;

-- name: withhold
UPDATE task SET withheld = vacant, vacant = 0
WHERE project_id = :project AND id IN (SELECT named.value FROM json_each(:tasks) AS named)
  AND status = 'pending' AND mode = 'live' AND withheld IS NULL;

-- name: withheld
-- Of tasks as a JSON array, those that are withheld.
SELECT task.id, task.withheld FROM json_each(:tasks) AS named
CROSS JOIN task ON task.project_id = :project AND task.id = named.value
WHERE task.withheld IS NOT NULL;

-- name: give_out
UPDATE task SET vacant = withheld, withheld = NULL, returned = ? WHERE project_id = ? AND id = ?;

-- name: of_other_priority
-- Of tasks as a JSON array, those that are still to be given it, with their vacancies.
SELECT task.id, task.vacant FROM json_each(:tasks) AS named
CROSS JOIN task ON task.project_id = :project AND task.id = named.value
WHERE task.status = 'pending' AND task.priority <> :priority;

-- name: prioritise
UPDATE task SET priority = ?, returned = coalesce(?, returned) WHERE project_id = ? AND id = ?;
