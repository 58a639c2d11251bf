-- name: lock_workers
-- Whoever changes what a worker holds locks the worker first. A barred one is not given.
SELECT id FROM worker WHERE id = ANY($1::bigint[]) AND revoked_at IS NULL
ORDER BY id FOR NO KEY UPDATE;

-- name: held
-- Workers' live leases, oldest first.
SELECT assignment.worker_id, assignment.id, assignment.expires_at, assignment.lease_ms,
  assignment.project_id, assignment.task_id
FROM unnest($1::bigint[], $2::bigint[]) AS asked (worker_id, now)
JOIN assignment ON assignment.worker_id = asked.worker_id AND assignment.state = 'leased'
  AND assignment.expires_at > asked.now
ORDER BY assignment.id;

-- name: memberships
-- The projects that workers may work for, the one served least first.
SELECT member.worker_id, member.project_id, project.settings_json::jsonb ->> 'lease_seconds'
FROM member JOIN project ON project.id = member.project_id
WHERE member.worker_id = ANY($1::bigint[]) AND project.suspended = 0
ORDER BY member.served, member.project_id;

-- name: head
-- The first vacancies of a project's queue that no other node is about to take.
SELECT id, kind, vacant FROM task
WHERE project_id = $1 AND vacant > 0
ORDER BY priority DESC, id LIMIT $2
FOR UPDATE SKIP LOCKED;

-- name: barred
-- Which of these tasks these workers must not get: had before, or excluded.
SELECT worker_id, task_id FROM assignment
WHERE project_id = $1 AND task_id = ANY($2::text[]) AND worker_id = ANY($3::bigint[])
  AND state IN ('leased', 'answered', 'skipped', 'flagged')
UNION ALL
SELECT worker_id, task_id FROM exclusion
WHERE project_id = $1 AND task_id = ANY($2::text[]) AND worker_id = ANY($3::bigint[]);

-- name: lease
-- Takes the vacancies and writes the leases; gives what the workers are to see.
WITH taken AS (
  SELECT * FROM unnest(
    $1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::boolean[]
  ) AS given (project_id, id, task_id, worker_id, expires_at, lease_ms, takes_turns)
), moved AS (
  UPDATE task SET vacant = task.vacant - wanted.leases, version = task.version + 1
  FROM (SELECT project_id, task_id, count(*) AS leases FROM taken GROUP BY project_id, task_id) AS wanted
  WHERE task.project_id = wanted.project_id AND task.id = wanted.task_id
), served AS (
  UPDATE member SET served = turns.next
  FROM (
    SELECT worker_id, project_id, (
      SELECT max(served) + 1 FROM member AS turn WHERE turn.worker_id = taken.worker_id
    ) AS next FROM taken WHERE takes_turns
  ) AS turns
  WHERE member.project_id = turns.project_id AND member.worker_id = turns.worker_id
)
INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
SELECT project_id, id, task_id, worker_id, 'leased', expires_at, lease_ms FROM taken;

-- name: granted
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json,
  asked.worker_id, asked.project_id, asked.task_id
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS asked (worker_id, project_id, task_id)
JOIN task ON task.project_id = asked.project_id AND task.id = asked.task_id
JOIN task_content AS content ON content.project_id = asked.project_id AND content.id = asked.task_id
JOIN project ON project.id = asked.project_id
LEFT JOIN draft ON draft.project_id = asked.project_id AND draft.task_id = asked.task_id
  AND draft.worker_id = asked.worker_id;

-- name: vacant_among
SELECT asked.project_id FROM unnest($1::bigint[]) AS asked (project_id)
WHERE EXISTS (SELECT 1 FROM task WHERE task.project_id = asked.project_id AND task.vacant > 0);

-- name: search
-- The first vacancy that a worker may take, where those at the head are not for them.
SELECT task.id, task.kind, task.vacant FROM task
WHERE task.project_id = $1 AND task.vacant > 0 AND task.id <> ALL($4::text[])
  AND ($3::text[] IS NULL OR task.kind = ANY($3))
  AND NOT EXISTS (
    SELECT 1 FROM assignment
    WHERE assignment.project_id = task.project_id AND assignment.task_id = task.id
      AND assignment.worker_id = $2
      AND assignment.state IN ('leased', 'answered', 'skipped', 'flagged')
  )
  AND NOT EXISTS (
    SELECT 1 FROM exclusion
    WHERE exclusion.project_id = task.project_id AND exclusion.task_id = task.id
      AND exclusion.worker_id = $2
  )
ORDER BY task.priority DESC, task.id LIMIT 1
FOR UPDATE OF task SKIP LOCKED;
