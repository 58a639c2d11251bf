-- name: add_task
INSERT INTO task
  (project_id, id, mode, status, type, kind, priority, vacant, withheld, deadline, lease_ms, returned)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: count_asked
INSERT INTO counter (project_id, mode, status, slot, tasks) VALUES (?, ?, ?, 0, ?)
ON CONFLICT (project_id, mode, status, slot) DO UPDATE SET tasks = tasks + excluded.tasks;

-- name: add_content
INSERT INTO task_content
  (project_id, id, dialect, created_at, hook_url, policy_json, question_json, body_json, price)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_metadata
INSERT INTO task_metadata (project_id, key, value, task_id) VALUES (?, ?, ?, ?);

-- name: add_exclusion
-- Pseudonyms that nobody has exclude nobody.
INSERT INTO exclusion (project_id, task_id, worker_id)
SELECT member.project_id, :task, member.worker_id
FROM member JOIN json_each(:pseudonyms) AS named ON named.value = member.pseudonym
WHERE member.project_id = :project
GROUP BY member.worker_id;

-- name: known_request
SELECT digest, task_id FROM idempotency WHERE project_id = ? AND mode = ? AND key = ? AND created_at > ?;

-- name: remember_request
INSERT OR REPLACE INTO idempotency (project_id, mode, key, digest, task_id, created_at)
VALUES (?, ?, ?, ?, ?, ?);

-- name: add_result
INSERT INTO result (project_id, task_id, ended_at, response_json, feedback, reason, charged)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: add_event
INSERT INTO event (project_id, id, mode, type, task_id, time) VALUES (?, ?, ?, ?, ?, ?);

-- name: add_delivery
INSERT INTO delivery (project_id, id, task_id, about, mode, url, origin, state, next_attempt)
VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?);

-- name: find_task
SELECT task.id, task.mode, task.type, task.status, task.priority, task.deadline,
  content.dialect, content.created_at, content.body_json, content.hook_url, content.policy_json,
  result.ended_at, result.response_json, result.feedback, result.reason,
  filing.reference, filing.tag, filing.workflow_id, filing.batch_id, filing.result_key, filing.single, result.charged
FROM task
JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN result ON result.project_id = task.project_id AND result.task_id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id
WHERE task.project_id = ? AND task.id = ?;

-- name: responses
-- What counted, by the names that the project's requesters know, in order of arrival.
SELECT member.pseudonym, answer.response_json
FROM answer
JOIN member ON member.project_id = answer.project_id AND member.worker_id = answer.worker_id
WHERE answer.project_id = ? AND answer.task_id = ? AND answer.counted
ORDER BY answer.sequence;

-- name: answers_of
-- Of the tasks named by a JSON array, in its order.
SELECT answer.task_id, member.pseudonym, answer.answered_at, answer.seconds, answer.counted,
  answer.response_json
FROM json_each(:tasks) AS wanted
CROSS JOIN answer ON answer.project_id = :project AND answer.task_id = wanted.value
JOIN member ON member.project_id = answer.project_id AND member.worker_id = answer.worker_id
ORDER BY wanted.key, answer.sequence;

-- name: task_now
SELECT task.mode, task.status, task.version, coalesce(task.withheld, task.vacant),
  content.dialect, content.policy_json, content.question_json, content.hook_url, filing.batch_id, content.price
FROM task JOIN task_content AS content ON content.project_id = task.project_id AND content.id = task.id
LEFT JOIN filing ON filing.project_id = task.project_id AND filing.task_id = task.id
WHERE task.project_id = ? AND task.id = ?;

-- name: task_leases
-- Live leases, oldest first, and the flags that did not end the task.
SELECT id, worker_id, state FROM assignment INDEXED BY assignment_task
WHERE project_id = ? AND task_id = ? AND state IN ('leased', 'flagged')
ORDER BY id;

-- name: task_answers
SELECT worker_id, response_json, media_json, counted FROM answer
WHERE project_id = ? AND task_id = ?
ORDER BY sequence;

-- name: due_tasks
SELECT project_id, id FROM task
WHERE deadline IS NOT NULL AND status = 'pending' AND deadline <= ?
ORDER BY deadline LIMIT ?;

-- name: events
SELECT id, type, time, task_id FROM event
WHERE project_id = ? AND mode = ? AND id > ?
ORDER BY id LIMIT ?;

-- name: latest_ends
SELECT time FROM event WHERE project_id = ? AND mode = ? AND type <> 'batch.complete'
ORDER BY id DESC LIMIT ?;

-- name: ended_among
-- Tasks as JSON pairs of project and id.
SELECT result.project_id, result.task_id
FROM json_each(?) AS named CROSS JOIN result
WHERE result.project_id = named.value ->> 0 AND result.task_id = named.value ->> 1;
