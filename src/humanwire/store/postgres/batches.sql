-- name: add_batch
-- Nothing (no row) when the name is taken.
INSERT INTO batch
  (project_id, id, mode, name, label, description, state, created_at, dialect, callback_url)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: batch
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch
WHERE batch.project_id = $1 AND batch.mode = $2 AND batch.id = $3;

-- name: batch_named
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch
WHERE batch.project_id = $1 AND batch.mode = $2 AND batch.name = $3;

-- name: list_batches
SELECT batch.id, batch.mode, batch.name, batch.label, batch.description, batch.state, batch.created_at,
  batch.dialect, batch.callback_url, (
    SELECT completed_at FROM batch_end
    WHERE batch_end.project_id = batch.project_id AND batch_end.batch_id = batch.id
  )
FROM batch
WHERE batch.project_id = $1 AND batch.mode = $2 AND batch.id > $3
ORDER BY batch.id LIMIT $4;

-- name: batch_counts
SELECT asked.id, counter.status, sum(counter.tasks)::bigint
FROM unnest($2::text[]) AS asked (id)
JOIN batch_counter AS counter ON counter.project_id = $1 AND counter.batch_id = asked.id
GROUP BY asked.id, counter.status;

-- name: batch_tasks
SELECT task.id, task.status, task.priority, filing.reference, filing.tag
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.project_id = $1 AND filing.batch_id = $2 AND filing.task_id > $3 AND task.mode = $4
ORDER BY filing.task_id LIMIT $5;

-- name: slice
SELECT task_id FROM filing WHERE project_id = $1 AND batch_id = $2 AND task_id > $3
ORDER BY task_id LIMIT $4;

-- name: set_state
-- Waits for those who are asking into the batch, or seeing to its tasks.
UPDATE batch SET state = $4, changes = changes + 1
WHERE project_id = $1 AND mode = $2 AND id = $3 AND state <> 'closed'
RETURNING state;

-- name: unsettled
SELECT project_id, id, state, changes FROM batch WHERE settled < changes LIMIT $1;

-- name: settled
UPDATE batch SET settled = $3 WHERE project_id = $1 AND id = $2 AND settled < $3;

-- name: hold_state
-- Nobody changes it before the tasks that are seen to now are there to be seen.
SELECT state FROM batch WHERE project_id = $1 AND id = $2 FOR SHARE;

-- name: withhold
WITH due AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND id = ANY($2::text[])
    AND status = 'pending' AND mode = 'live' AND withheld IS NULL
  ORDER BY id FOR UPDATE
)
UPDATE task SET withheld = task.vacant, vacant = 0
FROM due WHERE task.project_id = $1 AND task.id = due.id;

-- name: give_out
WITH due AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND id = ANY($2::text[]) AND withheld IS NOT NULL
  ORDER BY id FOR UPDATE
)
UPDATE task SET vacant = task.withheld, withheld = NULL
FROM due WHERE task.project_id = $1 AND task.id = due.id
RETURNING task.id, task.vacant;

-- name: prioritise
WITH due AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND id = ANY($2::text[]) AND status = 'pending' AND priority <> $3
  ORDER BY id FOR UPDATE
)
UPDATE task SET priority = $3
FROM due WHERE task.project_id = $1 AND task.id = due.id
RETURNING task.id, task.vacant;
