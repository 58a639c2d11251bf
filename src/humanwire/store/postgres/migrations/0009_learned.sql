-- What people have shown of models' answers, by sort; learned_json has the threshold that follows.
-- workflow_id '' is that of tasks without one.
CREATE TABLE learned (
  project_id BIGINT NOT NULL REFERENCES project (id),
  model TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  workflow_id TEXT COLLATE "C" NOT NULL,
  flavour TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  learned_json TEXT NOT NULL,
  PRIMARY KEY (project_id, model, version, workflow_id, flavour)
);
