-- Events are numbered within their project, so that the feed distributes by tenant.
--
-- Events that are there keep their numbers, and so do the positions that readers remember.

-- last_id: the newest number given. It outlives the event, so that no number is given twice.
CREATE TABLE feed (
  project_id INTEGER NOT NULL PRIMARY KEY,
  last_id INTEGER NOT NULL
) STRICT;

INSERT INTO feed (project_id, last_id) SELECT project_id, max(id) FROM event GROUP BY project_id;

ALTER TABLE event RENAME TO event_of_all;

CREATE TABLE event (
  project_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  type TEXT NOT NULL,
  task_id TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (project_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO event (project_id, id, mode, type, task_id, time)
SELECT project_id, id, mode, type, task_id, time FROM event_of_all ORDER BY project_id, id;

DROP TABLE event_of_all;

CREATE INDEX event_feed ON event (project_id, mode, id);
