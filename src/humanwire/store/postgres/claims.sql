-- name: enter
-- Whoever changes what a worker holds locks the worker first. A barred one is not given. Each comes
-- with the projects that they may work for, the one served least first.
WITH entered AS MATERIALIZED (
  SELECT id FROM worker WHERE id = ANY($1::bigint[]) AND revoked_at IS NULL
  ORDER BY id FOR NO KEY UPDATE
)
SELECT entered.id, project.id, project.settings_json::jsonb ->> 'lease_seconds'
FROM entered
LEFT JOIN member ON member.worker_id = entered.id
LEFT JOIN project ON project.id = member.project_id AND project.suspended = 0
ORDER BY member.served, project.id;

-- name: look
-- What workers hold, oldest first; the first vacancies of some projects' queues that no other node
-- is about to take; and which of them some workers must not get. (OFFSET 0: looked up for each,
-- whatever the statistics say.)
WITH head AS MATERIALIZED (
  SELECT waiting.* FROM unnest($3::bigint[], $4::bigint[]) AS wanted (project_id, most)
  CROSS JOIN LATERAL (
    SELECT task.project_id, task.id, task.kind, task.priority, task.vacant, task.lease_ms FROM task
    WHERE task.project_id = wanted.project_id AND task.vacant > 0
    ORDER BY task.priority DESC, task.id LIMIT wanted.most
    FOR UPDATE SKIP LOCKED
  ) AS waiting
)
SELECT what, worker_id, project_id, task_id, text, vacant, lease_ms FROM (
  SELECT 1 AS part, 'held' AS what, asked.worker_id, lease.project_id, lease.task_id, lease.id AS text,
    NULL::bigint AS vacant, NULL::bigint AS lease_ms, NULL::bigint AS priority
  FROM unnest($1::bigint[], $2::bigint[]) AS asked (worker_id, now)
  CROSS JOIN LATERAL (
    SELECT project_id, task_id, id FROM assignment
    WHERE worker_id = asked.worker_id AND state = 'leased' AND expires_at > asked.now
    OFFSET 0
  ) AS lease
  UNION ALL
  SELECT 2, 'head', NULL, project_id, id, kind, vacant, lease_ms, priority FROM head
  UNION ALL
  SELECT 3, 'barred', had.worker_id, NULL, head.id, NULL, NULL, NULL, NULL
  FROM head CROSS JOIN LATERAL (
    SELECT worker_id FROM had WHERE had.project_id = head.project_id AND had.task_id = head.id
    OFFSET 0
  ) AS had
  WHERE had.worker_id = ANY($5::bigint[])
) AS seen
ORDER BY part, priority DESC, CASE part WHEN 1 THEN text ELSE task_id END;

-- name: waits
-- In which of these projects anything waits but these tasks.
SELECT asked.project_id FROM unnest($1::bigint[]) AS asked (project_id)
CROSS JOIN LATERAL (
  SELECT 1 FROM task
  WHERE task.project_id = asked.project_id AND task.vacant > 0 AND task.id <> ALL($2::text[])
  LIMIT 1
) AS other;

-- name: lease
-- Takes the vacancies and writes the leases; gives what the workers are to see.
WITH taken AS MATERIALIZED (
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
    ) AS next FROM taken WHERE takes_turns ORDER BY worker_id, project_id
  ) AS turns
  WHERE member.project_id = turns.project_id AND member.worker_id = turns.worker_id
), leased AS (
  INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
  SELECT project_id, id, task_id, worker_id, 'leased', expires_at, lease_ms FROM taken
)
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json, taken.id
FROM taken
JOIN task ON task.project_id = taken.project_id AND task.id = taken.task_id
JOIN task_content AS content ON content.project_id = taken.project_id AND content.id = taken.task_id
JOIN project ON project.id = taken.project_id
LEFT JOIN draft ON draft.project_id = taken.project_id AND draft.task_id = taken.task_id
  AND draft.worker_id = taken.worker_id;

-- name: held
-- A worker's live leases, oldest first, as the worker is to see them.
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  task.type, content.question_json, content.created_at, draft.version, draft.body_json,
  assignment.id, assignment.expires_at, assignment.lease_ms, assignment.task_id
FROM assignment
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
JOIN project ON project.id = assignment.project_id
LEFT JOIN draft ON draft.project_id = assignment.project_id AND draft.task_id = assignment.task_id
  AND draft.worker_id = assignment.worker_id
WHERE assignment.worker_id = $1 AND assignment.state = 'leased' AND assignment.expires_at > $2
ORDER BY assignment.id;

-- name: vacant_among
SELECT asked.project_id FROM unnest($1::bigint[]) AS asked (project_id)
CROSS JOIN LATERAL (
  SELECT 1 FROM task WHERE task.project_id = asked.project_id AND task.vacant > 0 LIMIT 1
) AS waiting;
