-- name: past_answers
-- A worker's answers, newest first, from before a place. The newest assignment names each.
SELECT (
    SELECT max(assignment.id) FROM assignment
    WHERE assignment.project_id = said.project_id AND assignment.task_id = said.task_id
      AND assignment.worker_id = said.worker_id
  ), said.answered_at, said.project_id, said.task_id, said.corrected_at, said.counted,
  CASE WHEN length(said.response_json) <= $6 THEN said.response_json END,
  project.name, task.type, task.kind, left(content.question_json::json ->> 'instruction', $7), task.status
FROM (
  SELECT * FROM answer
  WHERE worker_id = $1 AND (answered_at, project_id, task_id) < ($2, $3, $4)
  ORDER BY answered_at DESC, project_id DESC, task_id DESC LIMIT $5
) AS said
JOIN task ON task.project_id = said.project_id AND task.id = said.task_id
JOIN task_content AS content ON content.project_id = said.project_id AND content.id = said.task_id
JOIN project ON project.id = said.project_id
ORDER BY said.answered_at DESC, said.project_id DESC, said.task_id DESC;

-- name: past_work
-- As a lease is shown, with the worker's answer behind it.
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json,
  assignment.id, assignment.expires_at, assignment.lease_ms, assignment.task_id,
  task.status, answer.answered_at, answer.corrected_at, answer.counted, answer.response_json
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
JOIN project ON project.id = assignment.project_id
JOIN answer ON answer.project_id = assignment.project_id AND answer.task_id = assignment.task_id
  AND answer.worker_id = assignment.worker_id
LEFT JOIN draft ON draft.project_id = assignment.project_id AND draft.task_id = assignment.task_id
  AND draft.worker_id = assignment.worker_id
WHERE assignment.project_id = $1 AND assignment.id = $2 AND assignment.worker_id = $3;

-- name: answers_since
SELECT (SELECT count(*) FROM answer WHERE answer.worker_id = $1 AND answer.answered_at >= since.time)
FROM unnest($2::bigint[]) WITH ORDINALITY AS since (time, place) ORDER BY since.place;

-- name: draft
SELECT draft.version, draft.body_json
FROM assignment
JOIN draft ON draft.project_id = assignment.project_id AND draft.task_id = assignment.task_id
  AND draft.worker_id = assignment.worker_id
WHERE assignment.project_id = $1 AND assignment.id = $2 AND assignment.worker_id = $3;

-- name: save_draft
INSERT INTO draft (project_id, task_id, worker_id, version, body_json)
SELECT assignment.project_id, assignment.task_id, assignment.worker_id, $4, $5
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
WHERE assignment.project_id = $1 AND assignment.id = $2 AND assignment.worker_id = $3
  AND task.status = 'pending'
ON CONFLICT (project_id, task_id, worker_id) DO UPDATE
SET version = excluded.version, body_json = excluded.body_json
WHERE excluded.version > draft.version AND draft.version = coalesce($6::bigint, draft.version)
RETURNING 1;
