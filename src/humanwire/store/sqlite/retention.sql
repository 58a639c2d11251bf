-- name: ends
-- A batch's end stays, as the batch does.
SELECT id, time, mode, task_id FROM event WHERE project_id = ? AND id > ? AND type <> 'batch.complete'
ORDER BY id LIMIT ?;

-- name: going
-- Of tasks as JSON arrays (task, position of its event, answers or null), those that may go.
SELECT task.id, named.value ->> 1, task.mode, task.status, task.type
FROM json_each(:leaving) AS named
CROSS JOIN task ON task.project_id = :project AND task.id = named.value ->> 0
WHERE task.status <> 'pending'
  AND NOT EXISTS (
    SELECT 1 FROM delivery INDEXED BY delivery_task
    WHERE delivery.project_id = :project AND delivery.task_id = task.id AND delivery.state = 'pending'
  )
  AND coalesce(named.value ->> 2, -1) IN (
    -1, (SELECT count(*) FROM answer WHERE answer.project_id = :project AND answer.task_id = task.id)
  );

-- name: delete_attempts
DELETE FROM attempt WHERE project_id = :project AND delivery_id IN (
  SELECT delivery.id FROM json_each(:tasks) AS named CROSS JOIN delivery INDEXED BY delivery_task
  WHERE delivery.project_id = :project AND delivery.task_id = named.value
);

-- name: delete_deliveries
DELETE FROM delivery INDEXED BY delivery_task
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_drafts
DELETE FROM draft
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_answers
DELETE FROM answer
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_corrections
DELETE FROM correction
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_consultations
DELETE FROM consultation
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_assignments
DELETE FROM assignment INDEXED BY assignment_task
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_exclusions
DELETE FROM exclusion
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_metadata
DELETE FROM task_metadata INDEXED BY task_metadata_task
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: batches_of
SELECT filing.batch_id, task.status, count(*), sum(filing.frames), sum(filing.annotations)
FROM json_each(:tasks) AS named
CROSS JOIN filing ON filing.project_id = :project AND filing.task_id = named.value
JOIN task ON task.project_id = :project AND task.id = named.value
WHERE filing.batch_id IS NOT NULL
GROUP BY filing.batch_id, task.status;

-- name: delete_filings
DELETE FROM filing
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_results
DELETE FROM result
WHERE project_id = :project AND task_id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_contents
DELETE FROM task_content
WHERE project_id = :project AND id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_tasks
DELETE FROM task
WHERE project_id = :project AND id IN (SELECT named.value FROM json_each(:tasks) AS named);

-- name: delete_events
DELETE FROM event
WHERE project_id = :project AND id IN (SELECT named.value FROM json_each(:positions) AS named);
