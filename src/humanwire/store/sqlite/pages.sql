-- name: count_type
SELECT coalesce(sum(tasks), 0) FROM counter WHERE project_id = ? AND mode = ? AND status = ?;

-- name: skip
-- Each state is a range of an index; all of them are gone through side by side.
SELECT id FROM task
WHERE project_id = :project AND mode = :mode AND type = :type AND status = 'pending' AND id < :before
UNION ALL
SELECT id FROM task
WHERE project_id = :project AND mode = :mode AND type = :type AND status = 'complete' AND id < :before
UNION ALL
SELECT id FROM task
WHERE project_id = :project AND mode = :mode AND type = :type AND status = 'flagged' AND id < :before
UNION ALL
SELECT id FROM task
WHERE project_id = :project AND mode = :mode AND type = :type AND status = 'aborted' AND id < :before
ORDER BY id DESC LIMIT 1 OFFSET :over;
