-- name: ends
-- A batch's end stays, as the batch does.
SELECT id, time, mode, task_id FROM event WHERE project_id = $1 AND id > $2 AND type <> 'batch.complete'
ORDER BY id LIMIT $3;

-- name: delete_tasks
-- Of tasks ($2) with the positions of their events ($3) and their numbers of answers ($4, -1: any),
-- those that may go, with all that belongs to them. Another node that deletes them too waits here,
-- and finds them gone.
WITH leaving AS (
  SELECT * FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS named (id, position, answers)
), going AS MATERIALIZED (
  SELECT task.id, leaving.position, task.mode, task.status
  FROM leaving JOIN task ON task.project_id = $1 AND task.id = leaving.id
  WHERE task.status <> 'pending'
    AND NOT EXISTS (
      SELECT 1 FROM delivery
      WHERE delivery.project_id = $1 AND delivery.task_id = task.id AND delivery.state = 'pending'
    )
    AND leaving.answers IN (
      -1, (SELECT count(*) FROM answer WHERE answer.project_id = $1 AND answer.task_id = task.id)
    )
  ORDER BY task.id
  FOR UPDATE OF task
), of_attempt AS (
  DELETE FROM attempt USING delivery, going
  WHERE delivery.project_id = $1 AND delivery.task_id = going.id
    AND attempt.project_id = $1 AND attempt.delivery_id = delivery.id
), of_delivery AS (
  DELETE FROM delivery USING going WHERE delivery.project_id = $1 AND delivery.task_id = going.id
), of_draft AS (
  DELETE FROM draft USING going WHERE draft.project_id = $1 AND draft.task_id = going.id
), of_answer AS (
  DELETE FROM answer USING going WHERE answer.project_id = $1 AND answer.task_id = going.id
), of_correction AS (
  DELETE FROM correction USING going
  WHERE correction.project_id = $1 AND correction.task_id = going.id
), of_consultation AS (
  DELETE FROM consultation USING going
  WHERE consultation.project_id = $1 AND consultation.task_id = going.id
), of_assignment AS (
  DELETE FROM assignment USING going
  WHERE assignment.project_id = $1 AND assignment.task_id = going.id
), of_exclusion AS (
  DELETE FROM exclusion USING going WHERE exclusion.project_id = $1 AND exclusion.task_id = going.id
), of_metadata AS (
  DELETE FROM task_metadata USING going
  WHERE task_metadata.project_id = $1 AND task_metadata.task_id = going.id
), of_filing AS (
  DELETE FROM filing USING going WHERE filing.project_id = $1 AND filing.task_id = going.id
  RETURNING filing.batch_id, going.status, filing.frames, filing.annotations
), counted_in_batches AS (
  INSERT INTO batch_counter (project_id, batch_id, status, slot, tasks)
  SELECT $1, of_filing.batch_id, less.name, 0, -sum(less.amount)
  FROM of_filing CROSS JOIN LATERAL (VALUES
    (of_filing.status, 1),
    ('frames', of_filing.frames),
    ('completed_frames', CASE of_filing.status WHEN 'complete' THEN of_filing.frames ELSE 0 END),
    ('annotations', of_filing.annotations)
  ) AS less (name, amount)
  WHERE of_filing.batch_id IS NOT NULL
  GROUP BY of_filing.batch_id, less.name
  ON CONFLICT (project_id, batch_id, status, slot)
  DO UPDATE SET tasks = batch_counter.tasks + excluded.tasks
), of_result AS (
  DELETE FROM result USING going WHERE result.project_id = $1 AND result.task_id = going.id
), of_content AS (
  DELETE FROM task_content USING going
  WHERE task_content.project_id = $1 AND task_content.id = going.id
), of_event AS (
  DELETE FROM event USING going WHERE event.project_id = $1 AND event.id = going.position
), gone AS (
  DELETE FROM task USING going WHERE task.project_id = $1 AND task.id = going.id
  RETURNING going.mode, going.status, task.type
), counted AS (
  INSERT INTO counter (project_id, mode, status, slot, tasks)
  SELECT $1, mode, name, 0, -count(*)
  FROM gone CROSS JOIN LATERAL (VALUES (gone.status), (gone.type)) AS counted (name)
  GROUP BY mode, name ORDER BY mode, name
  ON CONFLICT (project_id, mode, status, slot) DO UPDATE SET tasks = counter.tasks + excluded.tasks
)
SELECT count(*) FROM gone;
