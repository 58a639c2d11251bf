-- name: keep_guidelines
INSERT INTO guideline (project_id, body) VALUES (?, ?)
ON CONFLICT (project_id) DO UPDATE SET body = excluded.body;

-- name: drop_guidelines
DELETE FROM guideline WHERE project_id = ?;

-- name: guidelines
SELECT body FROM guideline WHERE project_id = ?;

-- name: preferences
SELECT version, body_json FROM preference WHERE worker_id = ?;

-- name: keep_preferences
INSERT INTO preference (worker_id, version, body_json) VALUES (?, ?, ?)
ON CONFLICT (worker_id) DO UPDATE SET version = excluded.version, body_json = excluded.body_json
WHERE excluded.version > preference.version;
