-- name: vacant_among
SELECT named.value FROM json_each(?) AS named
WHERE EXISTS (
  SELECT 1 FROM task INDEXED BY task_queue WHERE task.project_id = named.value AND task.vacant > 0
);

-- name: granted
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json
FROM task
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
JOIN project ON project.id = task.project_id
LEFT JOIN draft ON draft.project_id = task.project_id AND draft.task_id = task.id AND draft.worker_id = :worker
WHERE task.project_id = :project AND task.id = :task;

-- name: holding
SELECT assignment.state, assignment.expires_at, assignment.task_id,
  task.mode, task.status, task.version, coalesce(task.withheld, task.vacant),
  content.dialect, content.policy_json, content.question_json, content.hook_url, filing.batch_id, content.price
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id
WHERE assignment.project_id = ? AND assignment.id = ? AND assignment.worker_id = ?;

-- name: move_task
-- Refused (no row) when the task has changed since the step was decided. Of a task that is withheld
-- the vacancies stay withheld.
UPDATE task SET vacant = iif(withheld IS NULL, :vacant, 0), withheld = iif(withheld IS NULL, NULL, :vacant),
  status = :status, version = version + 1
WHERE project_id = :project AND id = :task AND version = :version;

-- name: move_task_back
-- The same, of a task that comes back into the queue.
UPDATE task SET vacant = iif(withheld IS NULL, :vacant, 0), withheld = iif(withheld IS NULL, NULL, :vacant),
  status = :status, version = version + 1, returned = :returned
WHERE project_id = :project AND id = :task AND version = :version;

-- name: count_ended
INSERT INTO counter (project_id, mode, status, slot, tasks)
VALUES (:project, :mode, 'pending', 0, -1), (:project, :mode, :status, 0, 1),
  (:project, :mode, 'held', 0, -:price)
ON CONFLICT (project_id, mode, status, slot) DO UPDATE SET tasks = tasks + excluded.tasks;

-- name: close_assignment
UPDATE assignment SET state = ?, note = coalesce(?, note) WHERE project_id = ? AND id = ?;

-- name: add_answer
INSERT INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
SELECT :project, :task, :worker, 1 + coalesce(max(sequence), 0), :counted, :now, :seconds, :response, :media
FROM answer WHERE project_id = :project AND task_id = :task;

-- name: keep_corrected
INSERT INTO correction
  (project_id, task_id, worker_id, number, corrected_at, seconds, response_json, media_json)
SELECT answer.project_id, answer.task_id, answer.worker_id, 1 + (
    SELECT count(*) FROM correction AS earlier
    WHERE earlier.project_id = :project AND earlier.task_id = :task AND earlier.worker_id = :worker
  ), :now, answer.seconds, answer.response_json, answer.media_json
FROM answer
WHERE answer.project_id = :project AND answer.task_id = :task AND answer.worker_id = :worker;

-- name: correct
UPDATE answer SET corrected_at = :now, seconds = :seconds, response_json = :response, media_json = :media
WHERE project_id = :project AND task_id = :task AND worker_id = :worker;

-- name: delete_drafts
-- Those of a worker who has answered, or of all when the task has ended.
DELETE FROM draft WHERE project_id = :project AND task_id = :task AND worker_id = coalesce(:worker, worker_id);

-- name: keep_late
INSERT OR IGNORE INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
SELECT :project, :task, :worker, 1 + coalesce(max(sequence), 0), :counted, :now, :seconds, :response, :media
FROM answer WHERE project_id = :project AND task_id = :task;

-- name: extend
UPDATE assignment
SET expires_at = :now + coalesce(
  (SELECT lease_ms FROM task WHERE task.project_id = assignment.project_id AND task.id = assignment.task_id),
  (SELECT 1000 * (settings_json ->> 'lease_seconds') FROM project WHERE id = assignment.project_id), :lease_ms)
WHERE project_id = :project AND id = :assignment AND worker_id = :worker
  AND state = 'leased' AND expires_at > :now
RETURNING expires_at;

-- name: lapse
UPDATE assignment SET state = 'lapsed'
WHERE state = 'leased' AND (project_id, id) IN (
  SELECT project_id, id FROM assignment WHERE state = 'leased' AND expires_at <= ?
  ORDER BY expires_at LIMIT ?
)
RETURNING project_id, id, task_id, worker_id;

-- name: lapse_all_of
UPDATE assignment SET state = 'lapsed' WHERE state = 'leased' AND worker_id = ?
RETURNING project_id, id, task_id, worker_id;

-- name: release
UPDATE assignment SET state = 'lapsed'
WHERE project_id = ? AND id = ? AND worker_id = ? AND state = 'leased'
RETURNING project_id, id, task_id, worker_id;

-- name: vacate
UPDATE task SET vacant = vacant + (withheld IS NULL), withheld = withheld + 1, version = version + 1,
  returned = ?
WHERE project_id = ? AND id = ? AND status = 'pending';

-- name: count_answered
UPDATE member SET answered = answered + 1 WHERE project_id = ? AND worker_id = ?;

-- name: count_skipped
UPDATE member SET skipped = skipped + 1 WHERE project_id = ? AND worker_id = ?;

-- name: count_flagged
UPDATE member SET flagged = flagged + 1 WHERE project_id = ? AND worker_id = ?;

-- name: work_counts
SELECT coalesce(sum(answered), 0), coalesce(sum(skipped), 0), coalesce(sum(flagged), 0)
FROM member WHERE worker_id = ?;
