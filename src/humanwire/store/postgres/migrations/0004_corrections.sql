-- What a worker has said, newest first, and what they said before they corrected it.

ALTER TABLE answer ADD COLUMN corrected_at BIGINT;

CREATE INDEX answer_by ON answer (worker_id, answered_at, project_id, task_id);

-- Answers that were corrected, as they were. number: their order.
CREATE TABLE correction (
  project_id BIGINT NOT NULL,
  task_id TEXT COLLATE "C" NOT NULL,
  worker_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  corrected_at BIGINT NOT NULL,
  seconds DOUBLE PRECISION,
  response_json TEXT NOT NULL,
  media_json TEXT,
  PRIMARY KEY (project_id, task_id, worker_id, number)
);
