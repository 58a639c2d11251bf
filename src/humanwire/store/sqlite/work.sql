-- name: held
-- A worker's live leases, oldest first.
SELECT assignment.id, assignment.expires_at, assignment.lease_ms, assignment.project_id,
  assignment.task_id
FROM assignment
WHERE assignment.worker_id = ? AND assignment.state = 'leased' AND assignment.expires_at > ?
ORDER BY assignment.id;

-- name: memberships
-- The projects that a worker may work for, the one served least first; none for a barred worker,
-- who may have been waiting since before.
SELECT member.project_id, project.settings_json ->> 'lease_seconds'
FROM member
JOIN project ON project.id = member.project_id
JOIN worker ON worker.id = member.worker_id
WHERE member.worker_id = ? AND NOT project.suspended AND worker.revoked_at IS NULL
ORDER BY member.served;

-- name: claim
-- Takes one vacancy: the highest priority, then the oldest, that the worker has not had.
UPDATE task SET vacant = vacant - 1, version = version + 1
WHERE project_id = :project AND id = (
  SELECT waiting.id FROM task AS waiting
  WHERE waiting.project_id = :project AND waiting.vacant > 0
    AND (:kinds IS NULL OR waiting.kind IN (SELECT value FROM json_each(:kinds)))
    AND NOT EXISTS (
      SELECT 1 FROM assignment INDEXED BY assignment_task
      WHERE assignment.project_id = waiting.project_id AND assignment.task_id = waiting.id
        AND assignment.worker_id = :worker
        AND assignment.state IN ('leased', 'answered', 'skipped', 'flagged')
    )
    AND NOT EXISTS (
      SELECT 1 FROM exclusion
      WHERE exclusion.project_id = waiting.project_id AND exclusion.task_id = waiting.id
        AND exclusion.worker_id = :worker
    )
  ORDER BY waiting.priority DESC, waiting.id
  LIMIT 1
)
RETURNING id;

-- name: vacant_among
SELECT named.value FROM json_each(?) AS named
WHERE EXISTS (
  SELECT 1 FROM task INDEXED BY task_queue WHERE task.project_id = named.value AND task.vacant > 0
);

-- name: add_assignment
INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
VALUES (?, ?, ?, ?, 'leased', ?, ?);

-- name: count_turn
UPDATE member
SET served = 1 + (SELECT max(served) FROM member AS turn WHERE turn.worker_id = member.worker_id)
WHERE project_id = ? AND worker_id = ?;

-- name: granted
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json
FROM task
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
JOIN project ON project.id = task.project_id
LEFT JOIN draft ON draft.project_id = task.project_id AND draft.task_id = task.id AND draft.worker_id = :worker
WHERE task.project_id = :project AND task.id = :task;

-- name: save_draft
INSERT INTO draft (project_id, task_id, worker_id, version, body_json) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (project_id, task_id, worker_id) DO UPDATE
SET version = excluded.version, body_json = excluded.body_json
WHERE excluded.version > draft.version;

-- name: find_assignment
SELECT task_id FROM assignment WHERE project_id = ? AND id = ? AND worker_id = ?;

-- name: holding
SELECT assignment.state, assignment.expires_at, assignment.task_id,
  task.mode, task.status, task.version, task.vacant,
  content.dialect, content.policy_json, content.question_json, content.hook_url
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
WHERE assignment.project_id = ? AND assignment.id = ? AND assignment.worker_id = ?;

-- name: move_task
-- Refused (no row) when the task has changed since the step was decided.
UPDATE task SET vacant = ?, status = ?, version = version + 1
WHERE project_id = ? AND id = ? AND version = ?;

-- name: close_assignment
UPDATE assignment SET state = ?, note = coalesce(?, note) WHERE project_id = ? AND id = ?;

-- name: add_answer
INSERT INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
SELECT :project, :task, :worker, 1 + coalesce(max(sequence), 0), :counted, :now, :seconds, :response, :media
FROM answer WHERE project_id = :project AND task_id = :task;

-- name: keep_late
INSERT OR IGNORE INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
SELECT :project, :task, :worker, 1 + coalesce(max(sequence), 0), :counted, :now, :seconds, :response, :media
FROM answer WHERE project_id = :project AND task_id = :task;

-- name: extend
UPDATE assignment
SET expires_at = :now + coalesce(
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
UPDATE task SET vacant = vacant + 1, version = version + 1
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
