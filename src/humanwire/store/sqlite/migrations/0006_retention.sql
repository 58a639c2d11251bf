-- What belongs to a task is found by the task, so that it can be deleted with it.

CREATE INDEX task_metadata_task ON task_metadata (project_id, task_id);
