-- name: held
-- A worker's live leases, oldest first.
SELECT assignment.id, assignment.expires_at, assignment.lease_ms, assignment.project_id,
  assignment.task_id
FROM assignment
WHERE assignment.worker_id = ? AND assignment.state = 'leased' AND assignment.expires_at > ?
ORDER BY assignment.id;

-- name: memberships
-- The projects that a worker may work for, the one served least first; none for a barred worker,
-- who may have been waiting since before.
SELECT member.project_id, project.settings_json ->> 'lease_seconds'
FROM member
JOIN project ON project.id = member.project_id
JOIN worker ON worker.id = member.worker_id
WHERE member.worker_id = ? AND NOT project.suspended AND worker.revoked_at IS NULL
ORDER BY member.served;

-- name: claim_first
-- Takes a vacancy near the head of the queue: the highest priority, then the oldest, that the
-- worker has not had. This is all it takes, but for workers who have had all of the head.
UPDATE task SET vacant = vacant - 1, version = version + 1
WHERE project_id = :project AND id = (
  SELECT waiting.id FROM (
    SELECT project_id, id FROM task INDEXED BY task_queue
    WHERE project_id = :project AND vacant > 0
    ORDER BY priority DESC, id LIMIT :most
  ) AS waiting
  WHERE NOT EXISTS (
    SELECT 1 FROM had
    WHERE had.project_id = waiting.project_id AND had.task_id = waiting.id AND had.worker_id = :worker
  )
  LIMIT 1
)
RETURNING id, lease_ms;

-- name: take
UPDATE task SET vacant = vacant - 1, version = version + 1 WHERE project_id = ? AND id = ?
RETURNING id, lease_ms;

-- name: next_priority
SELECT priority FROM task INDEXED BY task_queue
WHERE project_id = :project AND vacant > 0 AND priority <= :priority
ORDER BY priority DESC LIMIT 1;

-- name: next_priority_of_kind
SELECT priority FROM task INDEXED BY task_kind
WHERE project_id = :project AND kind = :kind AND vacant > 0 AND priority <= :priority
ORDER BY priority DESC LIMIT 1;

-- name: vacancy
-- The first that the worker may have, of so many.
SELECT waiting.id FROM (
  SELECT project_id, id FROM task INDEXED BY task_queue
  WHERE project_id = :project AND priority = :priority AND vacant > 0 AND id >= :upto
  ORDER BY id LIMIT :most
) AS waiting
WHERE NOT EXISTS (
  SELECT 1 FROM had
  WHERE had.project_id = waiting.project_id AND had.task_id = waiting.id AND had.worker_id = :worker
)
LIMIT 1;

-- name: vacancy_of_kind
SELECT waiting.id FROM (
  SELECT project_id, id FROM task INDEXED BY task_kind
  WHERE project_id = :project AND kind = :kind AND priority = :priority AND vacant > 0 AND id >= :upto
  ORDER BY id LIMIT :most
) AS waiting
WHERE NOT EXISTS (
  SELECT 1 FROM had
  WHERE had.project_id = waiting.project_id AND had.task_id = waiting.id AND had.worker_id = :worker
)
LIMIT 1;

-- name: looked
-- How many those were, and the last of them.
SELECT count(*), max(id) FROM (
  SELECT id FROM task INDEXED BY task_queue
  WHERE project_id = :project AND priority = :priority AND vacant > 0 AND id >= :upto
  ORDER BY id LIMIT :most
);

-- name: looked_of_kind
SELECT count(*), max(id) FROM (
  SELECT id FROM task INDEXED BY task_kind
  WHERE project_id = :project AND kind = :kind AND priority = :priority AND vacant > 0 AND id >= :upto
  ORDER BY id LIMIT :most
);

-- name: returned
-- What has come back since, with its number, and whether the worker may have it.
SELECT back.id, back.returned, back.kind, NOT EXISTS (
  SELECT 1 FROM had
  WHERE had.project_id = :project AND had.task_id = back.id AND had.worker_id = :worker
)
FROM (
  SELECT id, returned, kind FROM task INDEXED BY task_returned
  WHERE project_id = :project AND priority = :priority AND vacant > 0 AND returned > :returned
  ORDER BY returned LIMIT :most
) AS back;

-- name: last_return
SELECT last_return FROM feed WHERE project_id = ?;

-- name: next_return
INSERT INTO feed (project_id, last_id, last_return) VALUES (?, 0, 1)
ON CONFLICT (project_id) DO UPDATE SET last_return = last_return + 1
RETURNING last_return;

-- name: seen
SELECT seen.kind, seen.priority, seen.upto, seen.returned, coalesce(feed.last_return, 0)
FROM seen LEFT JOIN feed ON feed.project_id = seen.project_id
WHERE seen.project_id = ? AND seen.worker_id = ?;

-- name: remember_seen
INSERT INTO seen (project_id, worker_id, kind, priority, upto, returned)
VALUES (:project, :worker, :kind, :priority, :upto, :returned)
ON CONFLICT (project_id, worker_id, kind, priority) DO UPDATE
SET upto = excluded.upto, returned = excluded.returned;

-- name: farthest_seen
SELECT max(upto) FROM seen WHERE project_id = ?;

-- name: add_assignment
INSERT INTO assignment (project_id, id, task_id, worker_id, state, expires_at, lease_ms)
VALUES (?, ?, ?, ?, 'leased', ?, ?);

-- name: count_turn
UPDATE member
SET served = 1 + (SELECT max(served) FROM member AS turn WHERE turn.worker_id = member.worker_id)
WHERE project_id = ? AND worker_id = ?;
