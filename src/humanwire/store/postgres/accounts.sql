-- name: add_project
INSERT INTO project (uuid, name, settings_json, secrets_json, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: change_project
UPDATE project SET settings_json = $1, secrets_json = $2, suspended = $3 WHERE id = $4;

-- name: project_by_number
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE id = ANY($1::bigint[]);

-- name: project_by_uuid
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE uuid = lower($1);

-- name: project_by_name
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project WHERE name = $1;

-- name: list_projects
SELECT id, uuid, name, settings_json, secrets_json, suspended FROM project ORDER BY id;

-- name: project_counts
SELECT status, sum(tasks)::bigint FROM counter WHERE project_id = $1 AND mode = 'live' GROUP BY status;

-- name: add_key
INSERT INTO key (project_id, id, digest, mode, hint, created_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: find_key
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  key.id, key.project_id, key.mode, key.hint, key.created_at, key.last_used_at, key.expires_at, key.digest
FROM key JOIN project ON project.id = key.project_id
WHERE key.digest = ANY($1::bytea[]);

-- name: list_keys
SELECT id, project_id, mode, hint, created_at, last_used_at, expires_at FROM key
WHERE project_id = $1 ORDER BY created_at;

-- name: expire_key
UPDATE key SET expires_at = least(expires_at, $2) WHERE id = $1
RETURNING id, project_id, mode, hint, created_at, last_used_at, expires_at;

-- name: keys_used
UPDATE key SET last_used_at = greatest(key.last_used_at, used.at)
FROM unnest($1::text[], $2::bigint[]) AS used (id, at)
WHERE key.id = used.id;

-- name: add_worker
-- One who is there already under the digest stays as they are.
INSERT INTO worker (uuid, name, digest, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest
RETURNING id, uuid, name;

-- name: join_project
-- A newcomer's turn is counted from the least served of their projects.
INSERT INTO member (project_id, worker_id, pseudonym, served)
SELECT $1, $2, $3, coalesce(min(served), 0) FROM member WHERE worker_id = $2
ON CONFLICT DO NOTHING;

-- name: worker_by_digest
-- By token or by session; a row for each project.
SELECT known.digest, worker.id, worker.uuid, worker.name, worker.revoked_at,
  project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended
FROM (
  SELECT id, digest, NULL::bigint AS expires_at FROM worker WHERE digest = ANY($1::bytea[])
  UNION ALL
  SELECT worker_id, digest, expires_at FROM session WHERE digest = ANY($1::bytea[]) AND expires_at > $2
) AS known
JOIN worker ON worker.id = known.id
LEFT JOIN member ON member.worker_id = worker.id
LEFT JOIN project ON project.id = member.project_id
WHERE worker.revoked_at IS NULL
ORDER BY project.id;

-- name: is_member
SELECT 1 FROM member JOIN worker ON worker.id = member.worker_id
WHERE member.project_id = $1 AND member.worker_id = $2 AND worker.revoked_at IS NULL;

-- name: worker_by_reference
SELECT id, uuid, name, revoked_at FROM worker
WHERE id::text = $1 OR uuid = lower($1) OR name = $1
ORDER BY id::text = $1 DESC, id DESC LIMIT 1;

-- name: list_workers
SELECT id, uuid, name, revoked_at FROM worker
WHERE $1::bigint IS NULL OR id IN (SELECT worker_id FROM member WHERE project_id = $1)
ORDER BY id;

-- name: projects_of
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended
FROM member JOIN project ON project.id = member.project_id
WHERE member.worker_id = $1 ORDER BY project.id;

-- name: revoke_worker
UPDATE worker SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL;

-- name: end_sessions_of
DELETE FROM session WHERE worker_id = $1;

-- name: replace_token
UPDATE worker SET digest = $1, revoked_at = NULL WHERE id = $2;

-- name: open_session
INSERT INTO session (digest, worker_id, expires_at) VALUES ($1, $2, $3);

-- name: close_session
DELETE FROM session WHERE digest = $1;

-- name: add_operator_key
INSERT INTO operator_key (digest, created_at) VALUES ($1, $2);

-- name: is_operator
SELECT 1 FROM operator_key WHERE digest = $1
UNION ALL
SELECT 1 FROM session WHERE digest = $1 AND worker_id IS NULL AND expires_at > $2;

-- name: has_operator
SELECT 1 FROM operator_key LIMIT 1;

-- name: add_media
INSERT INTO media (project_id, id, type, bytes, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: find_media
SELECT project_id, id, type, bytes, created_at FROM media WHERE project_id = $1 AND id = $2;

-- name: forget_requests
DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2
  FOR UPDATE SKIP LOCKED))
RETURNING 1;

-- name: forget_sessions
DELETE FROM session WHERE expires_at <= $1;
