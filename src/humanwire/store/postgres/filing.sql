-- name: batch_states
-- Nobody changes them before the tasks that are asked now are there to be seen.
SELECT batch.project_id, batch.id, batch.state
FROM unnest($1::bigint[], $2::text[]) AS asked (project_id, id)
JOIN batch ON batch.project_id = asked.project_id AND batch.id = asked.id
ORDER BY batch.project_id, batch.id
FOR SHARE OF batch;

-- name: use_references
-- Gives the tasks whose references are theirs; a reference that somebody else is using is waited for.
INSERT INTO reference (project_id, mode, digest, task_id)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[])
ON CONFLICT (project_id, mode, digest) DO NOTHING
RETURNING task_id;

-- name: free_references
-- Of tasks that were not stored after all.
DELETE FROM reference
USING unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[]) AS unused (project_id, mode, digest, task_id)
WHERE reference.project_id = unused.project_id AND reference.mode = unused.mode
  AND reference.digest = unused.digest AND reference.task_id = unused.task_id;

-- name: find_reference
SELECT task_id FROM reference WHERE project_id = $1 AND mode = $2 AND digest = $3;

-- name: add_filings
INSERT INTO filing
  (project_id, task_id, reference, tag, workflow_id, batch_id, result_key, single, audience_json, frames, annotations)
SELECT * FROM unnest(
  $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
  $9::text[], $10::bigint[], $11::bigint[]
);

-- name: measure
UPDATE filing SET annotations = given.annotations
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS given (project_id, task_id, annotations)
WHERE filing.project_id = given.project_id AND filing.task_id = given.task_id;

-- name: hold_members
-- Nobody joins these projects before the tasks that are asked now are there to be seen.
SELECT project.id FROM unnest($1::bigint[]) AS asked (id) JOIN project ON project.id = asked.id
ORDER BY project.id
FOR SHARE OF project;

-- name: exclude_others
-- Everybody among the projects' members who is not in a task's audience. (OFFSET 0: looked up for
-- each, whatever the statistics say.)
INSERT INTO exclusion (project_id, task_id, worker_id)
SELECT given.project_id, given.task_id, member.worker_id
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (project_id, task_id, audience)
CROSS JOIN LATERAL (
  SELECT worker_id FROM member WHERE member.project_id = given.project_id OFFSET 0
) AS member
WHERE NOT given.audience::jsonb @> to_jsonb(member.worker_id)
ON CONFLICT DO NOTHING;

-- name: hold_project
SELECT 1 FROM project WHERE id = $1 FOR NO KEY UPDATE;

-- name: exclude_newcomer
-- From the tasks that wait for an audience in which the new member is not.
INSERT INTO exclusion (project_id, task_id, worker_id)
SELECT filing.project_id, filing.task_id, $2
FROM filing JOIN task ON task.project_id = filing.project_id AND task.id = filing.task_id
WHERE filing.project_id = $1 AND filing.audience_json IS NOT NULL AND task.status = 'pending'
  AND NOT filing.audience_json::jsonb @> to_jsonb($2::bigint)
ON CONFLICT DO NOTHING;

-- name: complete_batches
-- Tells of batches that are closed with no task pending, unless that has been told. The last
-- statement of its transaction, which holds the projects' feeds already: so nobody else can be
-- ending a task of theirs, or closing them, and it sees whatever ended or was closed before.
WITH given AS MATERIALIZED (
  SELECT * FROM unnest(
    $1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[]
  ) AS given (project_id, batch_id, mode, time, delivery_id, url, origin, claimed_until)
), done AS (
  INSERT INTO batch_end (project_id, batch_id, completed_at)
  SELECT given.project_id, given.batch_id, given.time
  FROM given JOIN batch ON batch.project_id = given.project_id AND batch.id = given.batch_id
  WHERE batch.state = 'closed' AND 0 = (
    SELECT coalesce(sum(tasks), 0) FROM batch_counter
    WHERE batch_counter.project_id = batch.project_id AND batch_counter.batch_id = batch.id
      AND batch_counter.status = 'pending'
  )
  ON CONFLICT (project_id, batch_id) DO NOTHING
  RETURNING project_id, batch_id
), ended AS (
  SELECT given.*, row_number() OVER (PARTITION BY project_id ORDER BY batch_id) AS turn,
    count(*) OVER (PARTITION BY project_id) AS many
  FROM done JOIN given USING (project_id, batch_id)
), taken AS (
  INSERT INTO feed (project_id, last_id)
  SELECT project_id, count(*) FROM done GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id) DO UPDATE SET last_id = feed.last_id + excluded.last_id
  RETURNING project_id, last_id
), told AS (
  INSERT INTO event (project_id, id, mode, type, task_id, time)
  SELECT ended.project_id, taken.last_id - ended.many + ended.turn,
    ended.mode, 'batch.complete', ended.batch_id, ended.time
  FROM ended JOIN taken ON taken.project_id = ended.project_id
)
INSERT INTO delivery (project_id, id, task_id, about, mode, url, origin, state, next_attempt)
SELECT project_id, delivery_id, batch_id, 'batch', mode, url, origin, 'pending', claimed_until
FROM ended WHERE delivery_id IS NOT NULL;

-- name: hold_feed
-- Nobody ends a task of this project before what is looked at now is done with.
INSERT INTO feed (project_id, last_id) VALUES ($1, 0)
ON CONFLICT (project_id) DO UPDATE SET last_id = feed.last_id;

-- name: count_in_batches
INSERT INTO batch_counter (project_id, batch_id, status, slot, tasks)
SELECT project_id, batch_id, status, $1, sum(change)
FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) AS given (project_id, batch_id, status, change)
GROUP BY project_id, batch_id, status ORDER BY project_id, batch_id, status
ON CONFLICT (project_id, batch_id, status, slot)
DO UPDATE SET tasks = batch_counter.tasks + excluded.tasks;
