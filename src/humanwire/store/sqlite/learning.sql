-- name: standing
SELECT model, version, workflow_id, flavour, revision, learned_json
FROM learned
WHERE project_id = ? AND model = ? AND version = ? AND workflow_id = ? AND flavour = ?;

-- name: list_standings
SELECT model, version, workflow_id, flavour, revision, learned_json
FROM learned WHERE project_id = ?
ORDER BY model, version, workflow_id, flavour;

-- name: begin_standing
INSERT OR IGNORE INTO learned
  (project_id, model, version, workflow_id, flavour, revision, learned_json)
VALUES (?, ?, ?, ?, ?, 1, ?);

-- name: keep_standing
UPDATE learned SET revision = revision + 1, learned_json = ?
WHERE project_id = ? AND model = ? AND version = ? AND workflow_id = ? AND flavour = ?
  AND revision = ?;

-- name: judge
UPDATE consultation SET state = 'done' WHERE project_id = ? AND task_id = ? AND state = 'handed';
