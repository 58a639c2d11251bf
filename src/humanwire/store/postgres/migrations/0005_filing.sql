-- Tasks filed under their callers' own names: by reference, in workflows and in batches.

-- lease_ms: how long a lease on this task lasts, where it is not the project's length.
ALTER TABLE task ADD COLUMN lease_ms BIGINT;
-- withheld: what `vacant` would be, of a task whose batch is paused. Then `vacant` is nothing, so that
-- nobody gets the task, and a claim need not know of batches. (NOT VALID: no task has any yet, so
-- that none needs to be looked at.)
ALTER TABLE task ADD COLUMN withheld BIGINT;
ALTER TABLE task ADD CONSTRAINT task_withheld_check
  CHECK (withheld IS NULL OR (withheld >= 0 AND vacant = 0)) NOT VALID;

-- Written once, with the task, and only for one that has any of it.
-- audience_json: the numbers of the workers who may have the task, where not everybody may.
CREATE TABLE filing (
  project_id BIGINT NOT NULL,
  task_id TEXT COLLATE "C" NOT NULL,
  reference TEXT,
  tag TEXT,
  workflow_id TEXT COLLATE "C",
  batch_id TEXT COLLATE "C",
  result_key TEXT,
  audience_json TEXT,
  PRIMARY KEY (project_id, task_id)
);

CREATE INDEX filing_batch ON filing (project_id, batch_id, task_id) WHERE batch_id IS NOT NULL;
CREATE INDEX filing_audience ON filing (project_id, task_id) WHERE audience_json IS NOT NULL;

-- The references that were ever used: they outlive their tasks, so only their digests are kept.
CREATE TABLE reference (
  project_id BIGINT NOT NULL,
  mode TEXT COLLATE "C" NOT NULL,
  digest BYTEA NOT NULL,
  task_id TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (project_id, mode, digest)
);

-- Templates for tasks. Every change is a version of its own.
CREATE TABLE workflow (
  project_id BIGINT NOT NULL REFERENCES project (id),
  id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  tag TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  question_json TEXT NOT NULL,
  policy_json TEXT,
  lease_seconds DOUBLE PRECISION,
  workers_json TEXT,
  result_key TEXT NOT NULL,
  PRIMARY KEY (project_id, id, version),
  -- A tag is one workflow's: of two, both would have its first version.
  UNIQUE (project_id, tag, version)
);

CREATE TABLE batch (
  project_id BIGINT NOT NULL REFERENCES project (id),
  id TEXT COLLATE "C" NOT NULL,
  mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('live', 'test')),
  name TEXT COLLATE "C" NOT NULL,
  label TEXT,
  description TEXT,
  state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, mode, name)
);

CREATE INDEX batch_list ON batch (project_id, mode, id);

-- How many tasks a batch has, kept as `counter` is.
CREATE TABLE batch_counter (
  project_id BIGINT NOT NULL,
  batch_id TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  slot BIGINT NOT NULL,
  tasks BIGINT NOT NULL,
  PRIMARY KEY (project_id, batch_id, status, slot)
) WITH (fillfactor = 50);
