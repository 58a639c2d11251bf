-- name: add_consultation
INSERT INTO consultation
  (project_id, task_id, assignment_id, worker_id, model, use_json, workflow_id, flavour, state, next_attempt)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'asked', ?);

-- name: next_consultation_at
SELECT min(next_attempt) FROM consultation WHERE next_attempt IS NOT NULL;

-- name: claim_due
UPDATE consultation SET next_attempt = :until, tries = tries + 1
WHERE (project_id, task_id) IN (
  SELECT project_id, task_id FROM consultation
  WHERE next_attempt IS NOT NULL AND next_attempt <= :now ORDER BY next_attempt LIMIT :most
)
RETURNING project_id, task_id, state, assignment_id, worker_id, model, use_json, workflow_id, flavour, tries,
  told_json;

-- name: renew
UPDATE consultation SET next_attempt = ?
WHERE project_id = ? AND task_id = ? AND next_attempt IS NOT NULL;

-- name: keep_told
UPDATE consultation SET state = 'told', told_json = ?3
WHERE project_id = ?1 AND task_id = ?2 AND state = 'asked';

-- name: end
UPDATE consultation SET state = :state, next_attempt = NULL
WHERE project_id = :project AND task_id = :task AND state <> 'done';

-- name: consultation
SELECT project_id, task_id, state, assignment_id, worker_id, model, use_json, workflow_id, flavour, tries,
  told_json
FROM consultation WHERE project_id = ? AND task_id = ?;

-- name: judged
SELECT handed.project_id, handed.task_id, handed.state, handed.assignment_id, handed.worker_id, handed.model,
  handed.use_json, handed.workflow_id, handed.flavour, handed.tries, handed.told_json,
  content.question_json, content.policy_json, task.status, result.response_json
FROM (
  SELECT * FROM consultation INDEXED BY consultation_handed
  WHERE state = 'handed' AND (project_id, task_id) > (?, ?)
  ORDER BY project_id, task_id LIMIT ?
) AS handed
JOIN task ON task.project_id = handed.project_id AND task.id = handed.task_id
LEFT JOIN task_content AS content
  ON content.project_id = handed.project_id AND content.id = handed.task_id AND task.status = 'complete'
LEFT JOIN result ON result.project_id = handed.project_id AND result.task_id = handed.task_id
ORDER BY handed.project_id, handed.task_id;
