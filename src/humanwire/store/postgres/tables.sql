-- name: columns
SELECT column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = $1;

-- name: begin
-- How far a copy into this database has come. While it is there, nobody else starts on it.
CREATE TABLE copying (
  name TEXT NOT NULL PRIMARY KEY,
  rows BIGINT NOT NULL,
  checksum TEXT NOT NULL
);

-- name: begin_table
INSERT INTO copying (name, rows, checksum) VALUES ($1, $2, $3);

-- name: progress
SELECT name, rows, checksum FROM copying;

-- name: advance
UPDATE copying SET rows = $1, checksum = $2 WHERE name = $3 AND rows = $4 AND checksum = $5
RETURNING rows;

-- name: finish
DROP TABLE copying;

-- name: recount
INSERT INTO counter (project_id, mode, status, slot, tasks)
SELECT project_id, mode, status, 0, count(*) FROM task GROUP BY project_id, mode, status
UNION ALL
SELECT project_id, mode, type, 0, count(*) FROM task GROUP BY project_id, mode, type
UNION ALL
SELECT task.project_id, task.mode, 'held', 0, sum(content.price)
FROM task JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
WHERE task.status = 'pending' GROUP BY task.project_id, task.mode;

-- name: recount_batches
INSERT INTO batch_counter (project_id, batch_id, status, slot, tasks)
SELECT filing.project_id, filing.batch_id, task.status, 0, count(*)
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.batch_id IS NOT NULL
GROUP BY filing.project_id, filing.batch_id, task.status
UNION ALL
SELECT project_id, batch_id, 'frames', 0, sum(frames)
FROM filing WHERE batch_id IS NOT NULL GROUP BY project_id, batch_id
UNION ALL
SELECT filing.project_id, filing.batch_id, 'completed_frames', 0, sum(filing.frames)
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.batch_id IS NOT NULL AND task.status = 'complete'
GROUP BY filing.project_id, filing.batch_id
UNION ALL
SELECT project_id, batch_id, 'annotations', 0, sum(annotations)
FROM filing WHERE batch_id IS NOT NULL GROUP BY project_id, batch_id;

-- name: sequence
SELECT pg_get_serial_sequence($1, 'id');

-- name: go_on_after
SELECT setval($1::regclass, $2);
