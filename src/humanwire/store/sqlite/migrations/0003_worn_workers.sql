-- A claim finds its task in a few look-ups, also for a worker who has had all the queue begins with.

-- returned: a number from feed.last_return, given whenever a task comes before workers who may have
-- looked past it: its vacancies went up again, or it was stored late.
ALTER TABLE task ADD COLUMN returned INTEGER;
ALTER TABLE feed ADD COLUMN last_return INTEGER NOT NULL DEFAULT 0;

CREATE INDEX task_returned ON task (project_id, priority, returned, kind, id)
  WHERE vacant > 0 AND returned IS NOT NULL;
CREATE INDEX task_kind ON task (project_id, kind, priority DESC, id) WHERE vacant > 0;

-- How far a worker has looked, in the queue of one kind, or of all ('').
-- upto: of all tasks before it that wait, this worker has had each or may not have it, but for
-- those that returned since; returned: since when.
CREATE TABLE seen (
  project_id INTEGER NOT NULL,
  worker_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL,
  upto TEXT NOT NULL,
  returned INTEGER NOT NULL,
  PRIMARY KEY (project_id, worker_id, kind, priority)
) STRICT, WITHOUT ROWID;

CREATE INDEX seen_upto ON seen (project_id, upto);

-- The tasks that a worker is not to get (again).
CREATE VIEW had AS
SELECT project_id, task_id, worker_id FROM assignment INDEXED BY assignment_task
WHERE state IN ('leased', 'answered', 'skipped', 'flagged')
UNION ALL
SELECT project_id, task_id, worker_id FROM exclusion;
