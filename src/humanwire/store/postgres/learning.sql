-- name: standing
SELECT model, version, workflow_id, flavour, revision, learned_json
FROM learned
WHERE project_id = $1 AND model = $2 AND version = $3 AND workflow_id = $4 AND flavour = $5;

-- name: list_standings
SELECT model, version, workflow_id, flavour, revision, learned_json
FROM learned WHERE project_id = $1
ORDER BY model, version, workflow_id, flavour;

-- name: begin_standing
INSERT INTO learned
  (project_id, model, version, workflow_id, flavour, revision, learned_json)
VALUES ($1, $2, $3, $4, $5, 1, $6)
ON CONFLICT DO NOTHING
RETURNING revision;

-- name: keep_standing
UPDATE learned SET revision = revision + 1, learned_json = $1
WHERE project_id = $2 AND model = $3 AND version = $4 AND workflow_id = $5 AND flavour = $6
  AND revision = $7
RETURNING revision;

-- name: judge
UPDATE consultation SET state = 'done'
WHERE project_id = $1 AND task_id = ANY($2::text[]) AND state = 'handed'
RETURNING task_id;
