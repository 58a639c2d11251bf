-- Tasks filed under their callers' own names: by reference, in workflows and in batches.

-- lease_ms: how long a lease on this task lasts, where it is not the project's length.
ALTER TABLE task ADD COLUMN lease_ms INTEGER;
-- withheld: what `vacant` would be, of a task whose batch is paused. Then `vacant` is nothing, so that
-- nobody gets the task, and a claim need not know of batches.
ALTER TABLE task ADD COLUMN withheld INTEGER CHECK (withheld IS NULL OR (withheld >= 0 AND vacant = 0));

-- Written once, with the task, and only for one that has any of it.
-- audience_json: the numbers of the workers who may have the task, where not everybody may.
CREATE TABLE filing (
  project_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  reference TEXT,
  tag TEXT,
  workflow_id TEXT,
  batch_id TEXT,
  result_key TEXT,
  audience_json TEXT,
  PRIMARY KEY (project_id, task_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX filing_batch ON filing (project_id, batch_id, task_id) WHERE batch_id IS NOT NULL;
CREATE INDEX filing_audience ON filing (project_id, task_id) WHERE audience_json IS NOT NULL;

-- The references that were ever used: they outlive their tasks, so only their digests are kept.
CREATE TABLE reference (
  project_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  digest BLOB NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (project_id, mode, digest)
) STRICT, WITHOUT ROWID;

-- Templates for tasks. Every change is a version of its own.
CREATE TABLE workflow (
  project_id INTEGER NOT NULL REFERENCES project (id),
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  tag TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  question_json TEXT NOT NULL,
  policy_json TEXT,
  lease_seconds REAL,
  workers_json TEXT,
  result_key TEXT NOT NULL,
  PRIMARY KEY (project_id, id, version),
  -- A tag is one workflow's: of two, both would have its first version.
  UNIQUE (project_id, tag, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  project_id INTEGER NOT NULL REFERENCES project (id),
  id TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
  name TEXT NOT NULL,
  label TEXT,
  description TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, mode, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX batch_list ON batch (project_id, mode, id);

-- How many tasks a batch has, kept as `counter` is.
CREATE TABLE batch_counter (
  project_id INTEGER NOT NULL,
  batch_id TEXT NOT NULL,
  status TEXT NOT NULL,
  slot INTEGER NOT NULL,
  tasks INTEGER NOT NULL,
  PRIMARY KEY (project_id, batch_id, status, slot)
) STRICT, WITHOUT ROWID;
