-- name: hold_limits
-- Whoever asks for tasks of a project with a limit holds this until the end of the transaction, so
-- that no two are admitted to the same credit. (Not the feed's row, for which every end would wait.)
SELECT pg_advisory_xact_lock($2, hashint8(held.project_id))
FROM unnest($1::bigint[]) AS held (project_id);

-- name: accounts
-- A charge takes as much from the balance as from what is held, at once: it moves no limit.
SELECT named.project_id, coalesce(feed.balance, 0), coalesce((
  SELECT sum(tasks) FROM counter
  WHERE counter.project_id = named.project_id AND counter.mode = 'live' AND counter.status = 'held'
), 0)::bigint
FROM unnest($1::bigint[]) AS named (project_id)
LEFT JOIN feed ON feed.project_id = named.project_id;

-- name: enter
WITH taken AS (
  INSERT INTO feed (project_id, last_id, balance) VALUES ($1, 1, $3)
  ON CONFLICT (project_id) DO UPDATE
  SET last_id = feed.last_id + 1, balance = feed.balance + excluded.balance
  RETURNING last_id, balance
)
INSERT INTO ledger (project_id, id, kind, amount, balance, time, note)
SELECT $1, last_id, $2, $3, balance, $5, $4 FROM taken
RETURNING id, kind, amount, balance, time, task_id, note;

-- name: ledger
SELECT id, kind, amount, balance, time, task_id, note FROM ledger
WHERE project_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: books
-- In one statement, that is at one moment. The entries' sum, and how many of them leave another
-- balance than the one before with their amount; charges of tasks that are there, each taken once.
SELECT coalesce((SELECT balance FROM feed WHERE project_id = $1), 0), entries.amount, entries.broken, (
  SELECT coalesce(sum(charged), 0)::bigint FROM result WHERE project_id = $1
), (
  SELECT coalesce(-sum(ledger.amount), 0)::bigint FROM ledger
  JOIN result ON result.project_id = ledger.project_id AND result.task_id = ledger.task_id
  WHERE ledger.project_id = $1 AND ledger.kind = 'charge'
), (
  SELECT coalesce(sum(tasks), 0)::bigint FROM counter
  WHERE project_id = $1 AND mode = 'live' AND status = 'held'
), (
  SELECT coalesce(sum(content.price), 0)::bigint FROM task
  JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
  WHERE task.project_id = $1 AND task.mode = 'live' AND task.status = 'pending'
)
FROM (
  SELECT coalesce(sum(amount), 0)::bigint AS amount,
    count(*) FILTER (WHERE balance <> before + amount) AS broken
  FROM (
    SELECT amount, balance, lag(balance, 1, 0::bigint) OVER (ORDER BY id) AS before
    FROM ledger WHERE project_id = $1
  ) AS line
) AS entries;

-- name: repeated
SELECT asked.task_id
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[])
  AS asked (project_id, mode, key, task_id, created_at)
JOIN idempotency AS known USING (project_id, mode, key)
WHERE known.created_at > asked.created_at - 86400000;
