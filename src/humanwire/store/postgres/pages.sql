-- name: count_type
SELECT coalesce(sum(tasks), 0)::bigint FROM counter WHERE project_id = $1 AND mode = $2 AND status = $3;

-- name: skip
-- Each state is a range of an index; all of them are gone through side by side.
SELECT id FROM (
  (SELECT id FROM task WHERE project_id = $1 AND mode = $2 AND type = $3 AND status = 'pending' ORDER BY id DESC)
  UNION ALL
  (SELECT id FROM task WHERE project_id = $1 AND mode = $2 AND type = $3 AND status = 'complete' ORDER BY id DESC)
  UNION ALL
  (SELECT id FROM task WHERE project_id = $1 AND mode = $2 AND type = $3 AND status = 'flagged' ORDER BY id DESC)
  UNION ALL
  (SELECT id FROM task WHERE project_id = $1 AND mode = $2 AND type = $3 AND status = 'aborted' ORDER BY id DESC)
) AS task
ORDER BY id DESC OFFSET $4 LIMIT 1;
