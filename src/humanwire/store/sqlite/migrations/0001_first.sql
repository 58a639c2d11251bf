-- humanwire's tables on SQLite.
--
-- project_id leads every primary key of a tenant's table, so that the tables distribute by tenant.
-- Times are milliseconds since the epoch, UTC. Columns named …_json hold JSON text.
-- Invariants are constraints: see vacant, the keys of answer and result, and assignment_live.
-- Rows that are written for each task have no foreign keys: workers are never deleted, tasks only with
-- all their rows, and the look-ups would be a tenth of the work.

CREATE TABLE project (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  settings_json TEXT NOT NULL,
  secrets_json TEXT NOT NULL,
  suspended INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE key (
  project_id INTEGER NOT NULL REFERENCES project (id),
  id TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
  hint TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER,
  PRIMARY KEY (project_id, id)
) STRICT;

-- Workers belong to the server, not to a project.
CREATE TABLE worker (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

-- pseudonym: what a project's requesters know the worker by.
-- served: grows with each lease, so that projects that share a worker get turns.
-- answered, skipped, flagged: kept with each act, never counted.
CREATE TABLE member (
  project_id INTEGER NOT NULL REFERENCES project (id),
  worker_id INTEGER NOT NULL REFERENCES worker (id),
  pseudonym TEXT NOT NULL,
  served INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  flagged INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, worker_id),
  UNIQUE (project_id, pseudonym)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_of ON member (worker_id, served);

-- worker_id is null in an operator's session.
CREATE TABLE session (
  digest BLOB NOT NULL PRIMARY KEY,
  worker_id INTEGER REFERENCES worker (id),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_key (
  digest BLOB NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The queue: narrow rows, rewritten with each lease and answer.
-- vacant: answers still wanted less live leases. It cannot fall below nothing, so no more people
-- are asked than wanted; it is nothing once the task has ended.
-- version: grows with every change; a change is refused unless it was decided on the current one.
CREATE TABLE task (
  project_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'complete', 'flagged', 'aborted')),
  type TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
  vacant INTEGER NOT NULL CHECK (vacant >= 0 AND (vacant = 0 OR (status = 'pending' AND mode = 'live'))),
  version INTEGER NOT NULL DEFAULT 0,
  deadline INTEGER,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_queue ON task (project_id, priority DESC, id, kind) WHERE vacant > 0;
CREATE INDEX task_status ON task (project_id, mode, status, id);
CREATE INDEX task_deadline ON task (deadline) WHERE deadline IS NOT NULL AND status = 'pending';

-- What was asked: written once.
CREATE TABLE task_content (
  project_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  dialect TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  hook_url TEXT,
  policy_json TEXT NOT NULL,
  question_json TEXT NOT NULL,
  body_json TEXT NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT;

CREATE TABLE task_metadata (
  project_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (project_id, key, value, task_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE exclusion (
  project_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  worker_id INTEGER NOT NULL,
  PRIMARY KEY (project_id, task_id, worker_id)
) STRICT, WITHOUT ROWID;

-- How a task ended. One row for each: a second decision cannot be written.
CREATE TABLE result (
  project_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  response_json TEXT,
  feedback TEXT,
  reason TEXT,
  PRIMARY KEY (project_id, task_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
  project_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  worker_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('leased', 'answered', 'skipped', 'flagged', 'lapsed', 'withdrawn', 'aborted')
  ),
  expires_at INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL,
  note TEXT,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX assignment_task ON assignment (project_id, task_id, worker_id);
-- A worker holds a task at most once; also finds what a worker holds.
CREATE UNIQUE INDEX assignment_live ON assignment (worker_id, project_id, task_id) WHERE state = 'leased';
CREATE INDEX assignment_expiry ON assignment (expires_at) WHERE state = 'leased';

-- A worker answers a task at most once. sequence: the order of arrival within the task.
CREATE TABLE answer (
  project_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  worker_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  seconds REAL,
  response_json TEXT NOT NULL,
  media_json TEXT,
  PRIMARY KEY (project_id, task_id, worker_id)
) STRICT, WITHOUT ROWID;

-- Unsubmitted work; it outlives the lease, for the worker who gets the task again.
CREATE TABLE draft (
  project_id INTEGER NOT NULL,
  task_id TEXT NOT NULL,
  worker_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  body_json TEXT NOT NULL,
  PRIMARY KEY (project_id, task_id, worker_id)
) STRICT, WITHOUT ROWID;

-- The feed. One writer at a time gives ids their order; AUTOINCREMENT never gives one twice.
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  type TEXT NOT NULL,
  task_id TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT;

CREATE INDEX event_feed ON event (project_id, mode, id);

-- The outbox. A process that takes a delivery moves next_attempt beyond the longest attempt, so that
-- another takes over if it dies. tries: since the delivery was last made due.
CREATE TABLE delivery (
  project_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  url TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  tries INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER CHECK ((next_attempt IS NULL) = (state <> 'pending')),
  ended_at INTEGER,
  reason TEXT,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (next_attempt) WHERE state = 'pending';
CREATE INDEX delivery_task ON delivery (project_id, task_id);

CREATE TABLE attempt (
  project_id INTEGER NOT NULL,
  delivery_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  time INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Callback addresses that fail now. disabled: it failed for too long, and is not tried by itself.
CREATE TABLE endpoint (
  project_id INTEGER NOT NULL,
  url TEXT NOT NULL,
  failing_since INTEGER NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  project_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL,
  task_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, mode, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE media (
  project_id INTEGER NOT NULL REFERENCES project (id),
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;
