-- Buckets that fill again with time: how many requests of a sort a project may send.
-- full_at: when the bucket is full again; each request moves it on by what one costs in time.
CREATE TABLE rate (
  project_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  full_at REAL NOT NULL,
  PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;
