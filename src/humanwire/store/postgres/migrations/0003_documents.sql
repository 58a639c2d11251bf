-- What a project's workers should know, as Markdown. The project's settings have its digest.
CREATE TABLE guideline (
  project_id BIGINT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
);

-- How a worker likes the workspace.
CREATE TABLE preference (
  worker_id BIGINT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  body_json TEXT NOT NULL
);
