-- name: lanes
-- The queues by kind ('' for all) and priority in which anything waits, the highest first: how far
-- the worker has looked in each, and the project's newest return.
SELECT lane.kind, lane.priority, coalesce(seen.upto, ''), coalesce(seen.returned, newest.number), newest.number
FROM (
  SELECT coalesce((SELECT last_return FROM feed WHERE project_id = $1), 0) AS number
) AS newest
CROSS JOIN unnest($3::text[]) AS wished (kind)
CROSS JOIN generate_series(1, 10) AS level (priority)
CROSS JOIN LATERAL (SELECT wished.kind COLLATE "C" AS kind, level.priority::bigint AS priority) AS lane
LEFT JOIN seen ON seen.project_id = $1 AND seen.worker_id = $2 AND seen.kind = lane.kind
  AND seen.priority = lane.priority
WHERE CASE WHEN lane.kind = '' THEN (
  SELECT true FROM task
  WHERE task.project_id = $1 AND task.priority = lane.priority AND task.vacant > 0 LIMIT 1
) ELSE (
  SELECT true FROM task
  WHERE task.project_id = $1 AND task.kind = lane.kind AND task.priority = lane.priority
    AND task.vacant > 0
  LIMIT 1
) END
ORDER BY lane.priority DESC;

-- name: returned
-- What has come back since, with its number, and whether the worker may have it.
SELECT back.id, back.returned, back.kind, NOT EXISTS (
  SELECT 1 FROM had
  WHERE had.project_id = $1 AND had.task_id = back.id AND had.worker_id = $2
)
FROM (
  SELECT id, returned, kind FROM task
  WHERE project_id = $1 AND priority = $3 AND vacant > 0 AND returned > $4
  ORDER BY returned LIMIT $5
) AS back
ORDER BY back.returned;

-- name: vacancies
-- Of so many from a place on: how many there are, the last, and the first few that the worker may
-- have. All is seen at one moment, so that nothing is counted which was not looked at.
WITH waiting AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND priority = $3 AND vacant > 0 AND id >= $4
  ORDER BY id LIMIT $5
)
SELECT (SELECT count(*) FROM waiting), (SELECT max(id) FROM waiting), ARRAY(
  SELECT waiting.id FROM waiting
  WHERE NOT EXISTS (
    SELECT 1 FROM had
    WHERE had.project_id = $1 AND had.task_id = waiting.id AND had.worker_id = $2
  )
  LIMIT 4
);

-- name: vacancies_of_kind
WITH waiting AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND kind = $6 AND priority = $3 AND vacant > 0 AND id >= $4
  ORDER BY id LIMIT $5
)
SELECT (SELECT count(*) FROM waiting), (SELECT max(id) FROM waiting), ARRAY(
  SELECT waiting.id FROM waiting
  WHERE NOT EXISTS (
    SELECT 1 FROM had
    WHERE had.project_id = $1 AND had.task_id = waiting.id AND had.worker_id = $2
  )
  LIMIT 4
);

-- name: pick
-- The first of these that still waits, unless others are at it.
SELECT free.id FROM unnest($2::text[]) AS asked (id)
CROSS JOIN LATERAL (
  SELECT id FROM task WHERE project_id = $1 AND id = asked.id AND vacant > 0
  FOR UPDATE SKIP LOCKED
) AS free
LIMIT 1;

-- name: remember
INSERT INTO seen (project_id, worker_id, kind, priority, upto, returned)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (project_id, worker_id, kind, priority) DO UPDATE
SET upto = excluded.upto, returned = excluded.returned;
