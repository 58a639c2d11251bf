-- Batches that are done tell so, once.

-- dialect: the protocol through which it was made, in whose words it is told of.
ALTER TABLE batch ADD COLUMN dialect TEXT NOT NULL DEFAULT 'playment-v1';
-- callback_url: where its end is told, where it is not the project's address.
ALTER TABLE batch ADD COLUMN callback_url TEXT;

-- One row for each batch that is closed with no task pending: it cannot be done twice.
CREATE TABLE batch_end (
  project_id INTEGER NOT NULL,
  batch_id TEXT NOT NULL,
  completed_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, batch_id)
) STRICT, WITHOUT ROWID;

-- about: whether `task_id` names a task or a batch. (In `event` the type says it.)
ALTER TABLE delivery ADD COLUMN about TEXT NOT NULL DEFAULT 'task' CHECK (about IN ('task', 'batch'));
