-- Batches that are done tell so, once.

-- dialect: the protocol through which it was made, in whose words it is told of.
ALTER TABLE batch ADD COLUMN dialect TEXT NOT NULL DEFAULT 'playment-v1';
-- callback_url: where its end is told, where it is not the project's address.
ALTER TABLE batch ADD COLUMN callback_url TEXT;

-- One row for each batch that is closed with no task pending: it cannot be done twice.
-- (A table of its own, as who ends a task holds the feed and must not wait for the batch's row.)
CREATE TABLE batch_end (
  project_id BIGINT NOT NULL,
  batch_id TEXT COLLATE "C" NOT NULL,
  completed_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, batch_id)
);

-- about: whether `task_id` names a task or a batch. (In `event` the type says it.)
ALTER TABLE delivery ADD COLUMN about TEXT NOT NULL DEFAULT 'task';
ALTER TABLE delivery ADD CONSTRAINT delivery_about_check CHECK (about IN ('task', 'batch')) NOT VALID;
