-- name: past_answers
-- A worker's answers, newest first, from before a place. The newest assignment names each.
SELECT (
    SELECT max(assignment.id) FROM assignment INDEXED BY assignment_task
    WHERE assignment.project_id = said.project_id AND assignment.task_id = said.task_id
      AND assignment.worker_id = said.worker_id
  ), said.answered_at, said.project_id, said.task_id, said.corrected_at, said.counted,
  CASE WHEN length(said.response_json) <= :shown THEN said.response_json END,
  project.name, task.type, task.kind, substr(content.question_json ->> 'instruction', 1, :words), task.status
FROM (
  SELECT * FROM answer INDEXED BY answer_by
  WHERE worker_id = :worker AND (answered_at, project_id, task_id) < (:answered_at, :project, :task)
  ORDER BY answered_at DESC, project_id DESC, task_id DESC LIMIT :most
) AS said
JOIN task ON task.project_id = said.project_id AND task.id = said.task_id
JOIN task_content AS content ON content.project_id = said.project_id AND content.id = said.task_id
JOIN project ON project.id = said.project_id
ORDER BY said.answered_at DESC, said.project_id DESC, said.task_id DESC;

-- name: past_work
SELECT assignment.id, assignment.expires_at, assignment.lease_ms, assignment.project_id, assignment.task_id,
  task.status, answer.answered_at, answer.corrected_at, answer.counted, answer.response_json
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN answer ON answer.project_id = assignment.project_id AND answer.task_id = assignment.task_id
  AND answer.worker_id = assignment.worker_id
WHERE assignment.project_id = ? AND assignment.id = ? AND assignment.worker_id = ?;

-- name: answers_since
SELECT count(*) FROM answer INDEXED BY answer_by WHERE worker_id = ? AND answered_at >= ?;

-- name: draft
SELECT draft.version, draft.body_json
FROM assignment
JOIN draft ON draft.project_id = assignment.project_id AND draft.task_id = assignment.task_id
  AND draft.worker_id = assignment.worker_id
WHERE assignment.project_id = ? AND assignment.id = ? AND assignment.worker_id = ?;

-- name: save_draft
INSERT INTO draft (project_id, task_id, worker_id, version, body_json)
SELECT assignment.project_id, assignment.task_id, assignment.worker_id, :version, :body
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
WHERE assignment.project_id = :project AND assignment.id = :assignment AND assignment.worker_id = :worker
  AND task.status = 'pending'
ON CONFLICT (project_id, task_id, worker_id) DO UPDATE
SET version = excluded.version, body_json = excluded.body_json
WHERE excluded.version > draft.version AND draft.version = coalesce(:base, draft.version);
