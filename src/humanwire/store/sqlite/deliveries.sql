-- name: due
-- Deliveries whose time has come, not to busy addresses, and none before an earlier one of its task.
SELECT delivery.project_id, delivery.id FROM delivery
WHERE delivery.state = 'pending' AND delivery.next_attempt <= :now
  AND delivery.origin NOT IN (SELECT value FROM json_each(:busy))
  AND NOT EXISTS (
    SELECT 1 FROM delivery AS earlier
    WHERE earlier.project_id = delivery.project_id AND earlier.task_id = delivery.task_id
      AND earlier.state = 'pending' AND earlier.id < delivery.id
  )
ORDER BY delivery.next_attempt LIMIT :limit;

-- name: claim_delivery
UPDATE delivery SET next_attempt = ? WHERE project_id = ? AND id = ?;

-- name: renew_claim
UPDATE delivery SET next_attempt = ?
WHERE project_id = ? AND id = ? AND state = 'pending' AND next_attempt = ?;

-- name: claimed
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  delivery.url, delivery.origin, delivery.task_id, delivery.about, delivery.mode, delivery.tries,
  endpoint.failing_since, coalesce(endpoint.disabled, 0)
FROM delivery JOIN project ON project.id = delivery.project_id
LEFT JOIN endpoint
  ON endpoint.project_id = delivery.project_id AND endpoint.url = delivery.url
WHERE delivery.project_id = ? AND delivery.id = ?;

-- name: add_attempt
INSERT INTO attempt (project_id, delivery_id, number, time, status, error, ms)
SELECT :project, :delivery, 1 + coalesce(max(number), 0), :time, :status, :error, :ms
FROM attempt WHERE project_id = :project AND delivery_id = :delivery;

-- name: move_delivery
UPDATE delivery SET state = :state, tries = tries + 1, next_attempt = :next, ended_at = :ended, reason = :reason
WHERE project_id = :project AND id = :delivery AND state = 'pending';

-- name: endpoint_fails
INSERT INTO endpoint (project_id, url, failing_since)
SELECT project_id, url, :now FROM delivery WHERE project_id = :project AND id = :delivery
ON CONFLICT DO NOTHING;

-- name: endpoint_disabled
UPDATE endpoint SET disabled = 1
WHERE project_id = :project AND url = (SELECT url FROM delivery WHERE project_id = :project AND id = :delivery);

-- name: endpoint_works
DELETE FROM endpoint
WHERE project_id = :project AND url = (SELECT url FROM delivery WHERE project_id = :project AND id = :delivery);

-- name: next_delivery_at
SELECT min(next_attempt) FROM delivery WHERE state = 'pending';

-- name: delivery
-- With its attempts at one moment: two reads could be on either side of a commit.
SELECT id, task_id, about, mode, url, state, next_attempt, reason, (
  SELECT json_group_array(json_object('time', time, 'status', status, 'error', error, 'ms', ms))
  FROM (SELECT * FROM attempt WHERE project_id = :project AND delivery_id = :delivery ORDER BY number)
)
FROM delivery WHERE project_id = :project AND id = :delivery;

-- name: deliveries
SELECT id, mode, state FROM delivery
WHERE project_id = :project AND id < :before
ORDER BY id DESC LIMIT :most;

-- name: deliveries_of
SELECT id, mode, state FROM delivery INDEXED BY delivery_task
WHERE project_id = :project AND task_id = :task AND id < :before
ORDER BY id DESC LIMIT :most;

-- name: failed_deliveries
SELECT id, mode, state FROM delivery INDEXED BY delivery_failed
WHERE project_id = :project AND mode = :mode AND state = 'failed' AND id < :before
ORDER BY id DESC LIMIT :most;

-- name: resend
UPDATE delivery SET state = 'pending', tries = 0, next_attempt = ?, ended_at = NULL, reason = NULL
WHERE project_id = ? AND mode = ? AND id = ?
RETURNING url;

-- name: resend_failed
UPDATE delivery SET state = 'pending', tries = 0, next_attempt = :now, ended_at = NULL, reason = NULL
WHERE project_id = :project AND state = 'failed' AND ended_at >= :since AND id IN (
  SELECT failed.id FROM delivery AS failed INDEXED BY delivery_failed
  WHERE failed.project_id = :project AND failed.mode = :mode AND failed.state = 'failed'
    AND failed.id < :before
  ORDER BY failed.id DESC LIMIT :most
)
RETURNING url;

-- name: endpoint_enabled
DELETE FROM endpoint WHERE project_id = ? AND url = ?;
