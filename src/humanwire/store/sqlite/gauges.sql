-- name: project_names
SELECT id, name FROM project ORDER BY id;

-- name: oldest_waiting
-- When the oldest task was made that waits for somebody: the first in the queue of each priority.
SELECT min(content.created_at) FROM (
  SELECT (
    SELECT waiting.id FROM task AS waiting
    WHERE waiting.project_id = :project AND waiting.priority = constant.value AND waiting.vacant > 0
    ORDER BY waiting.id LIMIT 1
  ) AS id
  FROM json_each('[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]') AS constant
) AS named
JOIN task_content AS content ON content.project_id = :project AND content.id = named.id;

-- name: pending_deliveries
SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'pending' LIMIT :most) AS named;

-- name: pending_consultations
SELECT count(*) FROM (SELECT 1 FROM consultation WHERE next_attempt IS NOT NULL LIMIT :most) AS named;
