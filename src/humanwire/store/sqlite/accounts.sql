-- name: add_project
INSERT INTO project (uuid, name, settings_json, secrets_json, created_at) VALUES (?, ?, ?, ?, ?)
RETURNING id;

-- name: change_project
UPDATE project SET settings_json = ?, secrets_json = ?, suspended = ? WHERE id = ?;

-- name: project_by_number
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE id = ?;

-- name: project_by_uuid
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE uuid = lower(?);

-- name: project_by_name
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE name = ?;

-- name: list_projects
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project ORDER BY id;

-- name: project_counts
SELECT status, sum(tasks) FROM counter WHERE project_id = ? AND mode = 'live' GROUP BY status;

-- name: add_key
INSERT INTO key (project_id, id, digest, mode, hint, created_at) VALUES (?, ?, ?, ?, ?, ?);

-- name: find_key
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  key.id, key.project_id, key.mode, key.hint, key.created_at, key.last_used_at, key.expires_at
FROM key JOIN project ON project.id = key.project_id
WHERE key.digest = ? AND (key.expires_at IS NULL OR key.expires_at > ?);

-- name: list_keys
SELECT id, project_id, mode, hint, created_at, last_used_at, expires_at FROM key
WHERE project_id = ? ORDER BY created_at;

-- name: expire_key
UPDATE key SET expires_at = min(coalesce(expires_at, :at), :at) WHERE id = :id
RETURNING id, project_id, mode, hint, created_at, last_used_at, expires_at;

-- name: key_used
UPDATE key SET last_used_at = ? WHERE id = ?;

-- name: add_worker
-- One who is there already under the digest stays as they are.
INSERT INTO worker (uuid, name, digest, created_at) VALUES (?, ?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest
RETURNING id, uuid, name;

-- name: join_project
-- A newcomer's turn is counted from the least served of their projects.
INSERT OR IGNORE INTO member (project_id, worker_id, pseudonym, served)
SELECT :project, :worker, :pseudonym, coalesce(min(served), 0) FROM member WHERE worker_id = :worker;

-- name: worker_by_digest
-- By token or by session; a row for each project.
SELECT worker.id, worker.uuid, worker.name, worker.revoked_at,
  project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended
FROM (
  SELECT id FROM worker WHERE digest = :digest
  UNION ALL
  SELECT worker_id FROM session WHERE digest = :digest AND expires_at > :now
) AS known
JOIN worker ON worker.id = known.id
LEFT JOIN member ON member.worker_id = worker.id
LEFT JOIN project ON project.id = member.project_id
WHERE worker.revoked_at IS NULL;

-- name: is_member
SELECT 1 FROM member JOIN worker ON worker.id = member.worker_id
WHERE member.project_id = ? AND member.worker_id = ? AND worker.revoked_at IS NULL;

-- name: worker_by_reference
SELECT id, uuid, name, revoked_at FROM worker
WHERE cast(id AS TEXT) = :reference OR uuid = lower(:reference) OR name = :reference
ORDER BY cast(id AS TEXT) = :reference DESC, id DESC LIMIT 1;

-- name: list_workers
SELECT id, uuid, name, revoked_at FROM worker
WHERE :project IS NULL OR id IN (SELECT worker_id FROM member WHERE project_id = :project)
ORDER BY id;

-- name: projects_of
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended
FROM member JOIN project ON project.id = member.project_id
WHERE member.worker_id = ? ORDER BY project.id;

-- name: revoke_worker
UPDATE worker SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL;

-- name: end_sessions_of
DELETE FROM session WHERE worker_id = ?;

-- name: replace_token
UPDATE worker SET digest = ?, revoked_at = NULL WHERE id = ?;

-- name: open_session
INSERT INTO session (digest, worker_id, expires_at) VALUES (?, ?, ?);

-- name: close_session
DELETE FROM session WHERE digest = ?;

-- name: add_operator_key
INSERT INTO operator_key (digest, created_at) VALUES (?, ?);

-- name: is_operator
SELECT 1 FROM operator_key WHERE digest = :digest
UNION ALL
SELECT 1 FROM session WHERE digest = :digest AND worker_id IS NULL AND expires_at > :now;

-- name: has_operator
SELECT 1 FROM operator_key LIMIT 1;

-- name: add_media
INSERT INTO media (project_id, id, type, bytes, created_at) VALUES (?, ?, ?, ?, ?);

-- name: find_media
SELECT project_id, id, type, bytes, created_at FROM media WHERE project_id = ? AND id = ?;

-- name: forget_requests
DELETE FROM idempotency WHERE (project_id, mode, key) IN (
  SELECT project_id, mode, key FROM idempotency INDEXED BY idempotency_age
  WHERE created_at <= ? LIMIT ?
);

-- name: forget_sessions
DELETE FROM session WHERE expires_at <= ?;
