-- name: add_workflow
-- Nothing (no row) when the tag is another's, or the version is there.
INSERT INTO workflow
  (project_id, id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
RETURNING version;

-- name: workflow
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow WHERE project_id = $1 AND id = $2
ORDER BY version DESC LIMIT 1;

-- name: workflow_by_tag
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow WHERE project_id = $1 AND tag = $2
ORDER BY version DESC LIMIT 1;

-- name: list_workflows
SELECT id, version, tag, created_at, question_json, policy_json, lease_seconds, workers_json, result_key, models_json
FROM workflow
WHERE project_id = $1 AND version = (
  SELECT max(newer.version) FROM workflow AS newer
  WHERE newer.project_id = $1 AND newer.id = workflow.id
)
ORDER BY tag;
