-- name: projects
-- Each project's pending tasks, and when the oldest was made that waits for somebody: of those that
-- are first in the queue of their priority.
SELECT project.id, project.name,
  coalesce((
    SELECT sum(tasks) FROM counter
    WHERE counter.project_id = project.id AND counter.mode = 'live' AND counter.status = 'pending'
  ), 0)::bigint,
  (
    SELECT min(content.created_at)
    FROM generate_series(1, 10) AS level (priority)
    CROSS JOIN LATERAL (
      SELECT waiting.id FROM task AS waiting
      WHERE waiting.project_id = project.id AND waiting.priority = level.priority AND waiting.vacant > 0
      ORDER BY waiting.id LIMIT 1
    ) AS first
    JOIN task_content AS content ON content.project_id = project.id AND content.id = first.id
  )
FROM project ORDER BY project.id;

-- name: deliveries
SELECT (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'pending' LIMIT $1) AS counted),
  (SELECT min(next_attempt) FROM delivery WHERE state = 'pending'),
  (SELECT count(*) FROM (
    SELECT 1 FROM consultation WHERE next_attempt IS NOT NULL LIMIT $1
  ) AS counted);
