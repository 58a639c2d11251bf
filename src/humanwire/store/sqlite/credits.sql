-- name: next_place
-- The next place in the feed, and the balance that an entry of the ledger leaves there.
INSERT INTO feed (project_id, last_id, balance) VALUES (?, 1, ?)
ON CONFLICT (project_id) DO UPDATE SET last_id = last_id + 1, balance = balance + excluded.balance
RETURNING last_id, balance;

-- name: account
SELECT coalesce((SELECT balance FROM feed WHERE project_id = :project), 0), (
  SELECT coalesce(sum(tasks), 0) FROM counter
  WHERE project_id = :project AND mode = 'live' AND status = 'held'
);

-- name: add_entry
INSERT INTO ledger (project_id, id, kind, amount, balance, time, task_id, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: ledger
SELECT id, kind, amount, balance, time, task_id, note FROM ledger
WHERE project_id = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- name: entries
-- Their sum, and how many leave another balance than the one before with their amount.
SELECT coalesce(sum(amount), 0), coalesce(sum(balance <> before + amount), 0) FROM (
  SELECT amount, balance, lag(balance, 1, 0) OVER (ORDER BY id) AS before
  FROM ledger WHERE project_id = ?
);

-- name: charged
SELECT coalesce(sum(charged), 0) FROM result WHERE project_id = ?;

-- name: charges
-- What the ledger says of tasks that are there, each of them taken once.
SELECT coalesce(-sum(ledger.amount), 0) FROM ledger
CROSS JOIN result ON result.project_id = ledger.project_id AND result.task_id = ledger.task_id
WHERE ledger.project_id = ? AND ledger.kind = 'charge';

-- name: open
SELECT coalesce(sum(content.price), 0) FROM task
CROSS JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
WHERE task.project_id = ? AND task.mode = 'live' AND task.status = 'pending';
