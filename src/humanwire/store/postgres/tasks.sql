-- name: ask
-- Stores tasks that carry no idempotency key, or one not used in the last day. Gives their ids. Those
-- made before a place that a worker has looked up to are numbered as if they came back.
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
    $16::text[], $17::bytea[], $18::bigint[], $19::bigint[], $20::bigint[]
  ) AS given (
    project_id, id, mode, status, type, kind, priority, vacant,
    deadline, dialect, created_at, hook_url, policy_json, question_json, body_json,
    key, digest, lease_ms, withheld, price
  )
), remembered AS (
  INSERT INTO idempotency (project_id, mode, key, digest, task_id, created_at)
  SELECT project_id, mode, key, digest, id, created_at FROM asked WHERE key IS NOT NULL
  ORDER BY project_id, mode, key
  ON CONFLICT (project_id, mode, key) DO UPDATE
  SET digest = excluded.digest, task_id = excluded.task_id, created_at = excluded.created_at
  WHERE idempotency.created_at <= excluded.created_at - 86400000
  RETURNING task_id
), fresh AS MATERIALIZED (
  SELECT * FROM asked WHERE key IS NULL OR id IN (SELECT task_id FROM remembered)
), late AS MATERIALIZED (
  SELECT fresh.project_id, fresh.id,
    row_number() OVER (PARTITION BY fresh.project_id ORDER BY fresh.id) AS place,
    count(*) OVER (PARTITION BY fresh.project_id) AS many
  FROM (SELECT DISTINCT project_id FROM fresh) AS asking
  CROSS JOIN LATERAL (
    SELECT upto FROM seen WHERE seen.project_id = asking.project_id ORDER BY upto DESC LIMIT 1
  ) AS farthest
  JOIN fresh ON fresh.project_id = asking.project_id AND fresh.id < farthest.upto AND fresh.vacant > 0
), numbered AS (
  INSERT INTO feed (project_id, last_id, last_return)
  SELECT project_id, 0, count(*) FROM late GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id) DO UPDATE SET last_return = feed.last_return + excluded.last_return
  RETURNING project_id, last_return
), added AS (
  INSERT INTO task
    (project_id, id, mode, status, type, kind, priority, vacant, withheld, deadline, lease_ms, returned)
  SELECT project_id, id, mode, status, type, kind, priority, vacant, withheld, deadline, lease_ms,
    numbered.last_return - late.many + late.place
  FROM fresh LEFT JOIN late USING (project_id, id) LEFT JOIN numbered USING (project_id)
), written AS (
  INSERT INTO task_content
    (project_id, id, dialect, created_at, hook_url, policy_json, question_json, body_json, price)
  SELECT project_id, id, dialect, created_at, hook_url, policy_json, question_json, body_json, price
  FROM fresh
), labelled AS (
  INSERT INTO task_metadata (project_id, key, value, task_id)
  SELECT given.project_id, given.key, given.value, given.task_id
  FROM unnest($22::bigint[], $23::text[], $24::text[], $25::text[]) AS given (project_id, key, value, task_id)
  WHERE (given.task_id IN (SELECT id FROM fresh)) IS TRUE
), counted AS (
  INSERT INTO counter (project_id, mode, status, slot, tasks)
  SELECT project_id, mode, name, $21, sum(amount)
  FROM fresh CROSS JOIN LATERAL (
    VALUES (fresh.status, 1), (fresh.type, 1), ('held', fresh.price)
  ) AS counted (name, amount)
  GROUP BY project_id, mode, name ORDER BY project_id, mode, name
  ON CONFLICT (project_id, mode, status, slot) DO UPDATE SET tasks = counter.tasks + excluded.tasks
)
SELECT id FROM fresh;

-- name: known_requests
SELECT known.project_id, known.mode, known.key, known.digest, known.task_id, known.created_at
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS asked (project_id, mode, key)
JOIN idempotency AS known USING (project_id, mode, key);

-- name: add_exclusions
-- Pseudonyms that nobody has exclude nobody.
INSERT INTO exclusion (project_id, task_id, worker_id)
SELECT DISTINCT member.project_id, named.task_id, member.worker_id
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS named (project_id, task_id, pseudonym)
JOIN member ON member.project_id = named.project_id AND member.pseudonym = named.pseudonym
ON CONFLICT DO NOTHING;

-- name: end_staged
-- The end of tasks that are over when they are asked. The last statement of its transaction, as
-- `settle` is: from here on no other node can end a task of these projects until it has committed.
WITH ended AS MATERIALIZED (
  SELECT given.*, row_number() OVER (PARTITION BY project_id ORDER BY place) AS turn
  FROM unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[]
  ) AS given (
    place, project_id, task_id, mode, status, time, response_json,
    feedback, reason, delivery_id, url, origin, claimed_until
  )
), decided AS (
  INSERT INTO result (project_id, task_id, ended_at, response_json, feedback, reason)
  SELECT project_id, task_id, time, response_json, feedback, reason FROM ended
), calling AS (
  INSERT INTO delivery (project_id, id, task_id, mode, url, origin, state, next_attempt)
  SELECT project_id, delivery_id, task_id, mode, url, origin, 'pending', claimed_until
  FROM ended WHERE delivery_id IS NOT NULL
), taken AS (
  INSERT INTO feed (project_id, last_id)
  SELECT project_id, count(*) FROM ended GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id) DO UPDATE SET last_id = feed.last_id + excluded.last_id
  RETURNING project_id, last_id
)
INSERT INTO event (project_id, id, mode, type, task_id, time)
SELECT ended.project_id, taken.last_id - many.ended + ended.turn,
  ended.mode, 'request.' || ended.status, ended.task_id, ended.time
FROM taken
CROSS JOIN LATERAL (
  SELECT count(*) AS ended FROM ended WHERE ended.project_id = taken.project_id
) AS many
JOIN ended ON ended.project_id = taken.project_id;

-- name: come_back
-- Numbers the tasks that came back into the queue. The last statement of its transaction.
WITH back AS MATERIALIZED (
  SELECT project_id, id, row_number() OVER (PARTITION BY project_id ORDER BY place) AS place,
    count(*) OVER (PARTITION BY project_id) AS many
  FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS given (project_id, id, place)
), numbered AS (
  INSERT INTO feed (project_id, last_id, last_return)
  SELECT project_id, 0, count(*) FROM back GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id) DO UPDATE SET last_return = feed.last_return + excluded.last_return
  RETURNING project_id, last_return
)
UPDATE task SET returned = numbered.last_return - back.many + back.place
FROM back JOIN numbered ON numbered.project_id = back.project_id
WHERE task.project_id = back.project_id AND task.id = back.id;

-- name: find_tasks
-- With what counted, by the names that the project's requesters know, in order of arrival.
SELECT task.project_id, task.id, task.mode, task.type, task.status, task.priority, task.deadline,
  content.dialect, content.created_at, content.body_json, content.hook_url, content.policy_json,
  result.ended_at, result.response_json, result.feedback, result.reason,
  filing.reference, filing.tag, filing.workflow_id, filing.batch_id, filing.result_key, filing.single, result.charged,
  ARRAY(
    SELECT ROW(member.pseudonym, answer.response_json)
    FROM answer
    JOIN member ON member.project_id = answer.project_id AND member.worker_id = answer.worker_id
    WHERE task.status <> 'pending' AND answer.project_id = task.project_id AND answer.task_id = task.id
      AND answer.counted <> 0
    ORDER BY answer.sequence
  )
FROM unnest($1::bigint[], $2::text[]) AS asked (project_id, id)
JOIN task ON task.project_id = asked.project_id AND task.id = asked.id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN result ON result.project_id = task.project_id AND result.task_id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id;

-- name: answers_of
SELECT answer.task_id, member.pseudonym, answer.answered_at, answer.seconds, answer.counted, answer.response_json
FROM unnest($2::text[]) WITH ORDINALITY AS wanted (task_id, place)
JOIN answer ON answer.project_id = $1 AND answer.task_id = wanted.task_id
JOIN member ON member.project_id = answer.project_id AND member.worker_id = answer.worker_id
ORDER BY wanted.place, answer.sequence;

-- name: task_now
-- With its live leases, oldest first, and the flags that did not end it.
SELECT task.mode, task.status, task.version, coalesce(task.withheld, task.vacant),
  content.dialect, content.policy_json, content.question_json, content.hook_url, filing.batch_id, content.price,
  ARRAY(
    SELECT ROW(assignment.id, assignment.worker_id, assignment.state) FROM assignment
    WHERE assignment.project_id = task.project_id AND assignment.task_id = task.id
      AND assignment.state IN ('leased', 'flagged')
    ORDER BY assignment.id
  )
FROM task JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id
WHERE task.project_id = $1 AND task.id = $2;

-- name: due_tasks
SELECT project_id, id FROM task
WHERE deadline IS NOT NULL AND status = 'pending' AND deadline <= $1
ORDER BY deadline LIMIT $2;

-- name: events
SELECT id, type, time, task_id FROM event
WHERE project_id = $1 AND mode = $2 AND id > $3
ORDER BY id LIMIT $4;

-- name: latest_ends
-- (Rows are compared, not columns: so that it goes by the index of the mode, however few it has.)
SELECT time FROM event
WHERE project_id = $1 AND (mode, id) >= ($2::text COLLATE "C", 0) AND (mode, id) < ($2::text COLLATE "C", 9223372036854775807)
  AND type <> 'batch.complete'
ORDER BY mode DESC, id DESC LIMIT $3;

-- name: ended_among
SELECT task.project_id, task.id
FROM unnest($1::bigint[], $2::text[]) AS asked (project_id, id)
JOIN task ON task.project_id = asked.project_id AND task.id = asked.id
WHERE task.status <> 'pending';

-- name: spend
-- A count that is lost in a crash has done no harm, so that nobody waits for it on the disk.
INSERT INTO rate AS bucket (project_id, name, full_at)
SELECT $1, $2, $3::float8 + $4::float8
FROM (SELECT set_config('synchronous_commit', 'off', true) AS soft) AS setting WHERE soft IS NOT NULL
ON CONFLICT (project_id, name) DO UPDATE SET full_at = greatest(bucket.full_at, $3::float8) + $4::float8
WHERE greatest(bucket.full_at, $3::float8) - $3::float8 <= $5::float8
RETURNING 1;

-- name: full_at
SELECT full_at FROM rate WHERE project_id = $1 AND name = $2;
