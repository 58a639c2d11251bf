-- name: reference_used
SELECT 1 FROM reference WHERE project_id = ? AND mode = ? AND digest = ?;

-- name: use_reference
INSERT INTO reference (project_id, mode, digest, task_id) VALUES (?, ?, ?, ?);

-- name: find_reference
SELECT task_id FROM reference WHERE project_id = ? AND mode = ? AND digest = ?;

-- name: add_filing
INSERT INTO filing
  (project_id, task_id, reference, tag, workflow_id, batch_id, result_key, single, audience_json, frames, annotations)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: measure
UPDATE filing SET annotations = ? WHERE project_id = ? AND task_id = ?;

-- name: exclude_others
-- Everybody among the project's members who is not in the audience.
INSERT OR IGNORE INTO exclusion (project_id, task_id, worker_id)
SELECT project_id, :task, worker_id FROM member
WHERE project_id = :project AND worker_id NOT IN (SELECT value FROM json_each(:audience));

-- name: exclude_newcomer
-- From the tasks that wait for an audience in which the new member is not.
INSERT OR IGNORE INTO exclusion (project_id, task_id, worker_id)
SELECT filing.project_id, filing.task_id, :worker
FROM filing INDEXED BY filing_audience
JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.project_id = :project AND filing.audience_json IS NOT NULL AND task.status = 'pending'
  AND :worker NOT IN (SELECT value FROM json_each(filing.audience_json));

-- name: count_in_batch
INSERT INTO batch_counter (project_id, batch_id, status, slot, tasks) VALUES (?, ?, ?, 0, ?)
ON CONFLICT (project_id, batch_id, status, slot) DO UPDATE SET tasks = tasks + excluded.tasks;

-- name: complete_batch
-- Gives a row if the batch is done now, and was not before.
INSERT INTO batch_end (project_id, batch_id, completed_at)
SELECT project_id, id, :now FROM batch
WHERE project_id = :project AND id = :batch AND state = 'closed' AND 0 = (
  SELECT coalesce(sum(tasks), 0) FROM batch_counter
  WHERE batch_counter.project_id = :project AND batch_id = :batch AND status = 'pending'
)
ON CONFLICT DO NOTHING
RETURNING completed_at;

-- name: batch_state
SELECT state FROM batch WHERE project_id = ? AND id = ?;
