-- name: lanes
-- The queues by kind ('' for all) and priority in which anything waits, the highest first: how far
-- the worker has looked in each, the project's newest return, what has come back since, and what
-- waits next (as `returned` and `vacancies` give them, so that most claims need no more than this).
SELECT lane.kind, lane.priority, lane.upto, lane.returned, lane.newest,
  ARRAY(
    SELECT ROW(back.id, back.returned, back.kind, NOT EXISTS (
      SELECT 1 FROM had
      WHERE had.project_id = $1 AND had.task_id = back.id AND had.worker_id = $2
    ))
    FROM (
      SELECT id, returned, kind FROM task
      WHERE lane.upto <> '' AND project_id = $1 AND priority = lane.priority AND vacant > 0
        AND returned > lane.returned
      ORDER BY returned LIMIT $5
    ) AS back
    ORDER BY back.returned
  ),
  near.*
FROM (
  SELECT wished.kind COLLATE "C" AS kind, level.priority::bigint AS priority,
    coalesce(seen.upto, '') AS upto, coalesce(seen.returned, newest.number) AS returned,
    newest.number AS newest
  FROM (
    SELECT coalesce((SELECT last_return FROM feed WHERE project_id = $1), 0) AS number
  ) AS newest
  CROSS JOIN unnest($3::text[]) AS wished (kind)
  CROSS JOIN generate_series(1, 10) AS level (priority)
  LEFT JOIN seen ON seen.project_id = $1 AND seen.worker_id = $2
    AND seen.kind = wished.kind COLLATE "C" AND seen.priority = level.priority
  WHERE CASE WHEN wished.kind = '' THEN (
    SELECT true FROM task
    WHERE task.project_id = $1 AND task.priority = level.priority AND task.vacant > 0 LIMIT 1
  ) ELSE (
    SELECT true FROM task
    WHERE task.project_id = $1 AND task.kind = wished.kind AND task.priority = level.priority
      AND task.vacant > 0
    LIMIT 1
  ) END
  OFFSET 0
) AS lane
CROSS JOIN LATERAL (
  WITH waiting AS MATERIALIZED (
    (SELECT id FROM task
    WHERE lane.kind = '' AND project_id = $1 AND priority = lane.priority AND vacant > 0
      AND id >= lane.upto
    ORDER BY id LIMIT $4)
    UNION ALL
    (SELECT id FROM task
    WHERE lane.kind <> '' AND project_id = $1 AND kind = lane.kind AND priority = lane.priority
      AND vacant > 0 AND id >= lane.upto
    ORDER BY id LIMIT $4)
  )
  SELECT (SELECT count(*) FROM waiting), (SELECT max(id) FROM waiting), ARRAY(
    SELECT waiting.id FROM waiting
    WHERE (
      SELECT true FROM had
      WHERE had.project_id = $1 AND had.task_id = waiting.id AND had.worker_id = $2 LIMIT 1
    ) IS NULL
    LIMIT 4
  )
) AS near
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
-- have. All is seen at one moment, so that nothing is counted which was not looked at. (IS NULL: asked
-- for each task, where NOT EXISTS would be joined with all that the worker has had.)
WITH waiting AS MATERIALIZED (
  SELECT id FROM task
  WHERE project_id = $1 AND priority = $3 AND vacant > 0 AND id >= $4
  ORDER BY id LIMIT $5
)
SELECT (SELECT count(*) FROM waiting), (SELECT max(id) FROM waiting), ARRAY(
  SELECT waiting.id FROM waiting
  WHERE (
    SELECT true FROM had
    WHERE had.project_id = $1 AND had.task_id = waiting.id AND had.worker_id = $2 LIMIT 1
  ) IS NULL
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
  WHERE (
    SELECT true FROM had
    WHERE had.project_id = $1 AND had.task_id = waiting.id AND had.worker_id = $2 LIMIT 1
  ) IS NULL
  LIMIT 4
);

-- name: pick
-- The first of these that still waits, unless others are at it; and the length of its leases.
SELECT free.id, free.lease_ms FROM unnest($2::text[]) AS asked (id)
CROSS JOIN LATERAL (
  SELECT id, lease_ms FROM task WHERE project_id = $1 AND id = asked.id AND vacant > 0
  FOR UPDATE SKIP LOCKED
) AS free
LIMIT 1;

-- name: remember
INSERT INTO seen (project_id, worker_id, kind, priority, upto, returned)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (project_id, worker_id, kind, priority) DO UPDATE
SET upto = excluded.upto, returned = excluded.returned;
