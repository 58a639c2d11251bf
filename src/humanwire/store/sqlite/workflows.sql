-- name: add_workflow
-- Nothing (no row) when the tag is another's, or the version is there.
INSERT OR IGNORE INTO workflow
  (project_id, id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: workflow
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow WHERE project_id = ? AND id = ?
ORDER BY version DESC LIMIT 1;

-- name: workflow_by_tag
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow WHERE project_id = ? AND tag = ?
ORDER BY version DESC LIMIT 1;

-- name: list_workflows
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow
WHERE project_id = :project AND version = (
  SELECT max(newer.version) FROM workflow AS newer
  WHERE newer.project_id = :project AND newer.id = workflow.id
)
ORDER BY tag;
