-- Models that have a task, as workers who hold a lease on it. One row for each such task.
--
-- state: asked, told (it has said something: told_json), handed (people judge that), done.
-- next_attempt: when a process may take it up; one that works on it moves it on.
CREATE TABLE consultation (
  project_id BIGINT NOT NULL,
  task_id TEXT COLLATE "C" NOT NULL,
  assignment_id TEXT COLLATE "C" NOT NULL,
  worker_id BIGINT NOT NULL,
  model TEXT COLLATE "C" NOT NULL,
  use_json TEXT NOT NULL,
  workflow_id TEXT COLLATE "C",
  flavour TEXT,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'told', 'handed', 'done')),
  next_attempt BIGINT CHECK ((next_attempt IS NULL) = (state IN ('handed', 'done'))),
  tries BIGINT NOT NULL DEFAULT 1,
  told_json TEXT,
  PRIMARY KEY (project_id, task_id)
);

CREATE INDEX consultation_due ON consultation (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE INDEX consultation_handed ON consultation (project_id, task_id) WHERE state = 'handed';
