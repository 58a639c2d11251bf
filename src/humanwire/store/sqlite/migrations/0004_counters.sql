-- How many tasks there are, kept with each change and never counted again.

-- slot: always 0 here. Where several nodes write at once they write to different slots, so that
-- none waits for another's commit; the sum over the slots counts.
CREATE TABLE counter (
  project_id INTEGER NOT NULL,
  mode TEXT NOT NULL,
  status TEXT NOT NULL,
  slot INTEGER NOT NULL,
  tasks INTEGER NOT NULL,
  PRIMARY KEY (project_id, mode, status, slot)
) STRICT, WITHOUT ROWID;

INSERT INTO counter (project_id, mode, status, slot, tasks)
SELECT project_id, mode, status, 0, count(*) FROM task GROUP BY project_id, mode, status;
