-- What a project's workers should know, as Markdown. The project's settings have its digest.
CREATE TABLE guideline (
  project_id INTEGER NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- How a worker likes the workspace.
CREATE TABLE preference (
  worker_id INTEGER NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  body_json TEXT NOT NULL
) STRICT;
