-- name: holding
-- Assignments with their tasks, the live leases and flags, and the answers so far.
SELECT assignment.id, assignment.worker_id, assignment.state, assignment.expires_at,
  assignment.project_id, assignment.task_id,
  task.mode, task.status, task.version, coalesce(task.withheld, task.vacant),
  content.dialect, content.policy_json, content.question_json, content.hook_url, filing.batch_id, content.price,
  ARRAY(
    SELECT ROW(lease.id, lease.worker_id, lease.state) FROM assignment AS lease
    WHERE lease.project_id = task.project_id AND lease.task_id = task.id
      AND lease.state IN ('leased', 'flagged')
    ORDER BY lease.id
  ),
  ARRAY(
    SELECT ROW(answer.worker_id, answer.response_json, answer.media_json, answer.counted) FROM answer
    WHERE answer.project_id = task.project_id AND answer.task_id = task.id
    ORDER BY answer.sequence
  )
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS asked (project_id, id, worker_id)
JOIN assignment ON assignment.project_id = asked.project_id AND assignment.id = asked.id
  AND assignment.worker_id = asked.worker_id
JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id;

-- name: settle
-- Carries out the steps whose task has not changed since they were decided; gives their places. From
-- the feed's row on no other node can end a task of these projects until this has committed, so that
-- events become visible in the order of their ids. Of a task that is withheld the vacancies stay
-- withheld. (IS TRUE: looked up by hash, not joined in a loop.)
WITH asked AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
    AS given (place, project_id, id, version, vacant, status)
), moved AS (
  UPDATE task SET vacant = CASE WHEN task.withheld IS NULL THEN asked.vacant ELSE 0 END,
    withheld = CASE WHEN task.withheld IS NOT NULL THEN asked.vacant END,
    status = asked.status, version = task.version + 1
  FROM asked
  WHERE task.project_id = asked.project_id AND task.id = asked.id AND task.version = asked.version
  RETURNING asked.place
), closed AS (
  UPDATE assignment SET state = closing.state, note = coalesce(closing.note, assignment.note)
  FROM unnest($7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[])
    AS closing (place, project_id, id, state, note)
  WHERE (closing.place IN (SELECT place FROM moved)) IS TRUE
    AND assignment.project_id = closing.project_id AND assignment.id = closing.id
), answered AS (
  INSERT INTO answer
    (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
  SELECT given.project_id, given.task_id, given.worker_id, 1 + coalesce((
      SELECT max(earlier.sequence) FROM answer AS earlier
      WHERE earlier.project_id = given.project_id AND earlier.task_id = given.task_id
    ), 0), given.counted, given.answered_at, given.seconds, given.response_json, given.media_json
  FROM unnest(
    $12::bigint[], $13::bigint[], $14::text[], $15::bigint[], $16::smallint[], $17::bigint[],
    $18::double precision[], $19::text[], $20::text[]
  ) AS given (
    place, project_id, task_id, worker_id, counted, answered_at, seconds, response_json, media_json
  )
  WHERE (given.place IN (SELECT place FROM moved)) IS TRUE
), credited AS (
  UPDATE member
  SET answered = member.answered + done.answered, skipped = member.skipped + done.skipped,
    flagged = member.flagged + done.flagged
  FROM (
    SELECT act.project_id, act.worker_id,
      count(*) FILTER (WHERE act.state = 'answered') AS answered,
      count(*) FILTER (WHERE act.state = 'skipped') AS skipped,
      count(*) FILTER (WHERE act.state = 'flagged') AS flagged
    FROM unnest($21::bigint[], $22::bigint[], $23::bigint[], $24::text[])
      AS act (place, project_id, worker_id, state)
    WHERE (act.place IN (SELECT place FROM moved)) IS TRUE
    GROUP BY act.project_id, act.worker_id ORDER BY act.worker_id, act.project_id
  ) AS done
  WHERE member.project_id = done.project_id AND member.worker_id = done.worker_id
), ended AS MATERIALIZED (
  SELECT given.*, row_number() OVER so_far AS turn, sum(charged) OVER so_far AS spent
  FROM unnest(
    $25::bigint[], $26::bigint[], $27::text[], $28::text[], $29::text[], $30::bigint[], $31::text[],
    $32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::bigint[], $47::bigint[], $48::bigint[]
  ) AS given (
    place, project_id, task_id, mode, status, time, response_json,
    feedback, reason, delivery_id, url, origin, claimed_until, price, charged
  )
  WHERE (given.place IN (SELECT place FROM moved)) IS TRUE
  WINDOW so_far AS (PARTITION BY project_id ORDER BY place)
), taken AS (
  INSERT INTO feed (project_id, last_id, balance)
  SELECT project_id, count(*), -sum(charged) FROM ended GROUP BY project_id ORDER BY project_id
  ON CONFLICT (project_id) DO UPDATE
  SET last_id = feed.last_id + excluded.last_id, balance = feed.balance + excluded.balance
  RETURNING project_id, last_id, balance
), placed AS MATERIALIZED (
  SELECT ended.*, taken.last_id - many.ended + ended.turn AS id,
    taken.balance + many.charged - ended.spent AS balance
  FROM taken
  CROSS JOIN LATERAL (
    SELECT count(*) AS ended, sum(charged) AS charged FROM ended WHERE ended.project_id = taken.project_id
  ) AS many
  JOIN ended ON ended.project_id = taken.project_id
), told AS (
  INSERT INTO event (project_id, id, mode, type, task_id, time)
  SELECT project_id, id, mode, 'request.' || status, task_id, time FROM placed
), charging AS (
  INSERT INTO ledger (project_id, id, kind, amount, balance, time, task_id)
  SELECT project_id, id, 'charge', -charged, balance, time, task_id FROM placed WHERE charged > 0
), decided AS (
  INSERT INTO result (project_id, task_id, ended_at, response_json, feedback, reason, charged)
  SELECT project_id, task_id, time, response_json, feedback, reason, charged FROM ended
), calling AS (
  INSERT INTO delivery (project_id, id, task_id, mode, url, origin, state, next_attempt)
  SELECT project_id, delivery_id, task_id, mode, url, origin, 'pending', claimed_until
  FROM ended WHERE delivery_id IS NOT NULL
), counted AS (
  INSERT INTO counter (project_id, mode, status, slot, tasks)
  SELECT project_id, mode, status, $38, sum(change) FROM (
    SELECT project_id, mode, status, 1 AS change FROM ended
    UNION ALL
    SELECT project_id, mode, 'pending', -1 FROM ended
    UNION ALL
    SELECT project_id, mode, 'held', -price FROM ended
  ) AS moved
  GROUP BY project_id, mode, status ORDER BY project_id, mode, status
  ON CONFLICT (project_id, mode, status, slot) DO UPDATE SET tasks = counter.tasks + excluded.tasks
), correcting AS MATERIALIZED (
  SELECT * FROM unnest(
    $39::bigint[], $40::bigint[], $41::text[], $42::bigint[], $43::bigint[],
    $44::double precision[], $45::text[], $46::text[]
  ) AS given (place, project_id, task_id, worker_id, time, seconds, response_json, media_json)
  WHERE (given.place IN (SELECT place FROM moved)) IS TRUE
), kept AS (
  INSERT INTO correction
    (project_id, task_id, worker_id, number, corrected_at, seconds, response_json, media_json)
  SELECT answer.project_id, answer.task_id, answer.worker_id, 1 + (
      SELECT count(*) FROM correction AS earlier
      WHERE earlier.project_id = answer.project_id AND earlier.task_id = answer.task_id
        AND earlier.worker_id = answer.worker_id
    ), correcting.time, answer.seconds, answer.response_json, answer.media_json
  FROM correcting
  JOIN answer ON answer.project_id = correcting.project_id AND answer.task_id = correcting.task_id
    AND answer.worker_id = correcting.worker_id
), corrected AS (
  UPDATE answer
  SET corrected_at = correcting.time, seconds = correcting.seconds,
    response_json = correcting.response_json, media_json = correcting.media_json
  FROM correcting
  WHERE answer.project_id = correcting.project_id AND answer.task_id = correcting.task_id
    AND answer.worker_id = correcting.worker_id
), over AS (
  -- Drafts of who has answered, or of all when the task has ended.
  DELETE FROM draft
  USING (
    SELECT given.project_id, given.task_id, given.worker_id
    FROM unnest($12::bigint[], $13::bigint[], $14::text[], $15::bigint[])
      AS given (place, project_id, task_id, worker_id)
    WHERE (given.place IN (SELECT place FROM moved)) IS TRUE
    UNION ALL
    SELECT project_id, task_id, worker_id FROM correcting
    UNION ALL
    SELECT project_id, task_id, NULL FROM ended
  ) AS done
  WHERE draft.project_id = done.project_id AND draft.task_id = done.task_id
    AND draft.worker_id = coalesce(done.worker_id, draft.worker_id)
)
SELECT place FROM moved;

-- name: keep_late
INSERT INTO answer
  (project_id, task_id, worker_id, sequence, counted, answered_at, seconds, response_json, media_json)
SELECT $1, $2, $3, 1 + coalesce(max(sequence), 0), $4, $5, $6, $7, $8
FROM answer WHERE project_id = $1 AND task_id = $2
ON CONFLICT (project_id, task_id, worker_id) DO NOTHING;

-- name: extend
UPDATE assignment
SET expires_at = $4 + coalesce((
  SELECT lease_ms FROM task
  WHERE task.project_id = assignment.project_id AND task.id = assignment.task_id
), (
  SELECT round(1000 * (settings_json::jsonb ->> 'lease_seconds')::double precision)::bigint
  FROM project WHERE id = assignment.project_id), $5)
WHERE project_id = $1 AND id = $2 AND worker_id = $3 AND state = 'leased' AND expires_at > $4
RETURNING expires_at;

-- name: lapse
-- Whatever another node is working on is left to it: locks are not waited for. (IS NOT DISTINCT: so
-- that the leases are found by their keys, not among all that are live.)
WITH due AS MATERIALIZED (
  SELECT assignment.project_id, assignment.id, assignment.task_id
  FROM assignment
  JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
  WHERE assignment.state = 'leased' AND assignment.expires_at > 0 AND assignment.expires_at <= $1
  ORDER BY assignment.expires_at LIMIT $2
  FOR UPDATE OF task SKIP LOCKED
), ended AS (
  UPDATE assignment SET state = 'lapsed' FROM due
  WHERE assignment.project_id = due.project_id AND assignment.id = due.id
    AND assignment.state IS NOT DISTINCT FROM 'leased' AND assignment.expires_at <= $1
  RETURNING assignment.project_id, assignment.id, assignment.worker_id, assignment.task_id
), vacated AS (
  UPDATE task SET vacant = CASE WHEN task.withheld IS NULL THEN task.vacant + given.back ELSE 0 END,
    withheld = task.withheld + given.back, version = task.version + 1
  FROM (SELECT project_id, task_id, count(*) AS back FROM ended GROUP BY project_id, task_id) AS given
  WHERE task.project_id = given.project_id AND task.id = given.task_id AND task.status = 'pending'
)
SELECT project_id, id, worker_id, task_id FROM ended;

-- name: release
-- One lease of a worker's, or all of them (no identifier given). The task is locked first, as
-- everywhere.
WITH due AS MATERIALIZED (
  SELECT assignment.project_id, assignment.id, assignment.task_id
  FROM assignment
  JOIN task ON task.project_id = assignment.project_id AND task.id = assignment.task_id
  WHERE assignment.state = 'leased' AND assignment.worker_id = $1
    AND ($2::bigint IS NULL OR (assignment.project_id = $2 AND assignment.id = $3))
  ORDER BY assignment.project_id, assignment.task_id
  FOR UPDATE OF task
), ended AS (
  UPDATE assignment SET state = 'lapsed' FROM due
  WHERE assignment.project_id = due.project_id AND assignment.id = due.id
    AND assignment.state IS NOT DISTINCT FROM 'leased'
  RETURNING assignment.project_id, assignment.id, assignment.worker_id, assignment.task_id
), vacated AS (
  UPDATE task SET vacant = CASE WHEN task.withheld IS NULL THEN task.vacant + 1 ELSE 0 END,
    withheld = task.withheld + 1, version = task.version + 1
  FROM ended
  WHERE task.project_id = ended.project_id AND task.id = ended.task_id AND task.status = 'pending'
)
SELECT project_id, id, worker_id, task_id FROM ended;

-- name: work_counts
SELECT coalesce(sum(answered), 0)::bigint, coalesce(sum(skipped), 0)::bigint, coalesce(sum(flagged), 0)::bigint
FROM member WHERE worker_id = $1;
