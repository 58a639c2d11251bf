-- What people have shown of models' answers, by sort; learned_json has the threshold that follows.
-- workflow_id '' is that of tasks without one.
CREATE TABLE learned (
  project_id INTEGER NOT NULL REFERENCES project (id),
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  workflow_id TEXT NOT NULL,
  flavour TEXT NOT NULL,
  revision INTEGER NOT NULL,
  learned_json TEXT NOT NULL,
  PRIMARY KEY (project_id, model, version, workflow_id, flavour)
) STRICT, WITHOUT ROWID;
