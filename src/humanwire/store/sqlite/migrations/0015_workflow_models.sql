-- How a workflow's tasks use models, where it is not as the project says.
ALTER TABLE workflow ADD COLUMN models_json TEXT;
