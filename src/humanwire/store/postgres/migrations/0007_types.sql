-- How many tasks there are of each type: counters beside those of the states, by the type's name.

INSERT INTO counter (project_id, mode, status, slot, tasks)
SELECT project_id, mode, type, 0, count(*) FROM task GROUP BY project_id, mode, type;
