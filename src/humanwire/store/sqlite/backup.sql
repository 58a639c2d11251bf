-- name: forget_record
-- A database that was once put in place of another by its backup still has that backup's record.
DROP TABLE IF EXISTS backup;

-- name: make_record
-- What a backup holds, so that it can be told whether it still does.
CREATE TABLE backup (
  made_at INTEGER NOT NULL,
  program TEXT NOT NULL,
  tables_json TEXT NOT NULL
) STRICT;

-- name: add_record
INSERT INTO backup (made_at, program, tables_json) VALUES (?, ?, ?);

-- name: record
SELECT made_at, program, tables_json FROM backup;
