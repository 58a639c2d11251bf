-- Credits, in millionths: what a task costs, what it was charged with, and the ledger.

-- price: as it was when the task was asked. Tasks that are open now are charged with their project's.
ALTER TABLE task_content ADD COLUMN price BIGINT NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN charged BIGINT NOT NULL DEFAULT 0;
-- balance: what the newest entry of the ledger left. An entry takes its number from here, as an event
-- does, so that entries become visible in their order.
ALTER TABLE feed ADD COLUMN balance BIGINT NOT NULL DEFAULT 0;

-- Never changed, and kept when tasks go. amount: negative when it is charged; a charge has its task's
-- event's number. balance: the one before it with the amount.
CREATE TABLE ledger (
  project_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('charge', 'top_up', 'adjustment')),
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  time BIGINT NOT NULL,
  task_id TEXT COLLATE "C",
  note TEXT,
  PRIMARY KEY (project_id, id)
);

UPDATE task_content
SET price = round(1000000 * coalesce((project.settings_json::jsonb ->> 'price')::numeric, 1))::bigint
FROM task, project
WHERE task.project_id = task_content.project_id AND task.id = task_content.id
  AND task.mode = 'live' AND task.status = 'pending' AND project.id = task_content.project_id;

-- held: what open tasks cost, a counter beside those of the states.
INSERT INTO counter (project_id, mode, status, slot, tasks)
SELECT task.project_id, task.mode, 'held', 0, sum(content.price)
FROM task JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
WHERE task.status = 'pending' GROUP BY task.project_id, task.mode;
