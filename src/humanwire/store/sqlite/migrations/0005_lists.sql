-- Each list is a range of an index, however many tasks or deliveries of other kinds there are.

CREATE INDEX task_type ON task (project_id, mode, type, status, id);
CREATE INDEX delivery_failed ON delivery (project_id, mode, id) WHERE state = 'failed';
