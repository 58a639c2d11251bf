-- name: add_consultations
INSERT INTO consultation
  (project_id, task_id, assignment_id, worker_id, model, use_json, workflow_id, flavour, state, next_attempt)
SELECT project_id, task_id, assignment_id, worker_id, model, use_json, workflow_id, flavour, 'asked', claimed_until
FROM unnest(
  $1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[]
) AS given (
  project_id, task_id, assignment_id, worker_id, model, use_json, workflow_id, flavour, claimed_until
);

-- name: add_leases
INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
SELECT project_id, id, task_id, worker_id, 'leased', expires_at, lease_ms
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
  AS given (project_id, id, task_id, worker_id, expires_at, lease_ms);

-- name: next_consultation_at
SELECT min(next_attempt) FROM consultation WHERE next_attempt IS NOT NULL;

-- name: claim_due
WITH due AS MATERIALIZED (
  SELECT project_id, task_id FROM consultation
  WHERE next_attempt IS NOT NULL AND next_attempt <= $1 ORDER BY next_attempt LIMIT $3
  FOR UPDATE SKIP LOCKED
)
UPDATE consultation SET next_attempt = $2, tries = consultation.tries + 1 FROM due
WHERE consultation.project_id = due.project_id AND consultation.task_id = due.task_id
RETURNING consultation.project_id, consultation.task_id, state, assignment_id, worker_id, model, use_json,
  workflow_id, flavour, tries, told_json;

-- name: renew
UPDATE consultation SET next_attempt = $3
FROM unnest($1::bigint[], $2::text[]) AS held (project_id, task_id)
WHERE consultation.project_id = held.project_id AND consultation.task_id = held.task_id
  AND consultation.next_attempt IS NOT NULL;

-- name: keep_told
UPDATE consultation SET state = 'told', told_json = given.told
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (project_id, task_id, told)
WHERE consultation.project_id = given.project_id AND consultation.task_id = given.task_id
  AND consultation.state = 'asked';

-- name: end
UPDATE consultation SET state = given.state, next_attempt = NULL
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (project_id, task_id, state)
WHERE consultation.project_id = given.project_id AND consultation.task_id = given.task_id
  AND consultation.state <> 'done';

-- name: consultation
SELECT project_id, task_id, state, assignment_id, worker_id, model, use_json, workflow_id, flavour, tries,
  told_json
FROM consultation WHERE project_id = $1 AND task_id = $2;

-- name: judged
SELECT handed.project_id, handed.task_id, handed.state, handed.assignment_id, handed.worker_id, handed.model,
  handed.use_json, handed.workflow_id, handed.flavour, handed.tries, handed.told_json,
  content.question_json, content.policy_json, task.status, result.response_json
FROM (
  SELECT * FROM consultation
  WHERE state = 'handed' AND (project_id, task_id) > ($1, $2)
  ORDER BY project_id, task_id LIMIT $3
) AS handed
JOIN task ON task.project_id = handed.project_id AND task.id = handed.task_id
LEFT JOIN task_content AS content
  ON content.project_id = handed.project_id AND content.id = handed.task_id AND task.status = 'complete'
LEFT JOIN result ON result.project_id = handed.project_id AND result.task_id = handed.task_id
ORDER BY handed.project_id, handed.task_id;
