-- name: add_batch
-- Nothing (no row) when the name is taken.
INSERT OR IGNORE INTO batch (project_id, id, mode, name, label, description, state, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: batch
SELECT id, mode, name, label, description, state, created_at
FROM batch WHERE project_id = ? AND mode = ? AND id = ?;

-- name: batch_named
SELECT id, mode, name, label, description, state, created_at
FROM batch WHERE project_id = ? AND mode = ? AND name = ?;

-- name: list_batches
SELECT id, mode, name, label, description, state, created_at
FROM batch INDEXED BY batch_list WHERE project_id = ? AND mode = ? AND id > ?
ORDER BY id LIMIT ?;

-- name: batch_counts
SELECT status, sum(tasks) FROM batch_counter WHERE project_id = ? AND batch_id = ? GROUP BY status;

-- name: batch_tasks
SELECT task.id, task.status, task.priority, filing.reference, filing.tag
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.project_id = ? AND filing.batch_id = ? AND filing.task_id > ? AND task.mode = ?
ORDER BY filing.task_id LIMIT ?;
