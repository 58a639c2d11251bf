-- name: due
-- Claims deliveries whose time has come: not to busy addresses, none before an earlier one of its
-- task, and none that another node is claiming.
WITH due AS (
  SELECT delivery.project_id, delivery.id FROM delivery
  WHERE delivery.state = 'pending' AND delivery.next_attempt <= $1 AND delivery.origin <> ALL($3::text[])
    AND NOT EXISTS (
      SELECT 1 FROM delivery AS earlier
      WHERE earlier.project_id = delivery.project_id AND earlier.task_id = delivery.task_id
        AND earlier.state = 'pending' AND earlier.id < delivery.id
    )
  ORDER BY delivery.next_attempt LIMIT $4
  FOR UPDATE SKIP LOCKED
)
UPDATE delivery SET next_attempt = $2 FROM due
WHERE delivery.project_id = due.project_id AND delivery.id = due.id
RETURNING delivery.project_id, delivery.id;

-- name: next_delivery_at
SELECT min(next_attempt) FROM delivery WHERE state = 'pending';

-- name: renew_claims
UPDATE delivery SET next_attempt = $4
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS held (project_id, id, until)
WHERE delivery.project_id = held.project_id AND delivery.id = held.id
  AND delivery.state = 'pending' AND delivery.next_attempt = held.until
RETURNING delivery.project_id, delivery.id;

-- name: claimed
SELECT project.id, project.uuid, project.name, project.settings_json, project.secrets_json, project.suspended,
  delivery.id, delivery.url, delivery.origin, delivery.task_id, delivery.about, delivery.mode, delivery.tries,
  endpoint.failing_since, coalesce(endpoint.disabled, 0)
FROM unnest($1::bigint[], $2::text[]) AS asked (project_id, id)
JOIN delivery ON delivery.project_id = asked.project_id AND delivery.id = asked.id
JOIN project ON project.id = delivery.project_id
LEFT JOIN endpoint ON endpoint.project_id = delivery.project_id AND endpoint.url = delivery.url;

-- name: attempted
-- Records attempts, moves their deliveries on, and remembers which addresses fail.
WITH tried AS MATERIALIZED (
  SELECT given.*, delivery.url
  FROM unnest(
    $1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[],
    $7::bigint[], $8::bigint[], $9::text[], $10::bigint[], $11::smallint[]
  ) AS given (
    project_id, delivery_id, now, state, next_attempt, reason, time, status, error, ms, disables
  )
  JOIN delivery ON delivery.project_id = given.project_id AND delivery.id = given.delivery_id
), recorded AS (
  INSERT INTO attempt (project_id, delivery_id, number, time, status, error, ms)
  SELECT project_id, delivery_id, 1 + coalesce((
      SELECT max(earlier.number) FROM attempt AS earlier
      WHERE earlier.project_id = tried.project_id AND earlier.delivery_id = tried.delivery_id
    ), 0), time, status, error, ms
  FROM tried WHERE time IS NOT NULL
), moved AS (
  UPDATE delivery
  SET state = tried.state, tries = delivery.tries + 1, next_attempt = tried.next_attempt,
    ended_at = CASE WHEN tried.state <> 'pending' THEN tried.now END, reason = tried.reason
  FROM tried
  WHERE delivery.project_id = tried.project_id AND delivery.id = tried.delivery_id
    AND delivery.state = 'pending'
), works AS (
  DELETE FROM endpoint USING tried
  WHERE tried.state = 'delivered' AND endpoint.project_id = tried.project_id AND endpoint.url = tried.url
)
INSERT INTO endpoint (project_id, url, failing_since, disabled)
SELECT project_id, url, min(now), max(disables) FROM tried WHERE state <> 'delivered'
GROUP BY project_id, url ORDER BY project_id, url
ON CONFLICT (project_id, url) DO UPDATE SET disabled = greatest(endpoint.disabled, excluded.disabled);

-- name: resend
WITH due AS (
  UPDATE delivery SET state = 'pending', tries = 0, next_attempt = $1, ended_at = NULL, reason = NULL
  WHERE project_id = $2 AND mode = $3 AND id = $4
  RETURNING url
), enabled AS (
  DELETE FROM endpoint WHERE project_id = $2 AND url IN (SELECT url FROM due)
)
SELECT count(*) FROM due;

-- name: resend_failed
WITH due AS (
  UPDATE delivery SET state = 'pending', tries = 0, next_attempt = $1, ended_at = NULL, reason = NULL
  WHERE project_id = $2 AND mode = $3 AND state = 'failed' AND ended_at >= $4
  RETURNING url
), enabled AS (
  DELETE FROM endpoint WHERE project_id = $2 AND url IN (SELECT url FROM due)
)
SELECT count(*) FROM due;
