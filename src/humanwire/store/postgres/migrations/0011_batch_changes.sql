-- A change of a batch's state is finished by whoever finds it broken off.

-- changes: how often the state was changed; settled: up to which change its tasks are seen to.
ALTER TABLE batch ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;

CREATE INDEX batch_unsettled ON batch (project_id, id) WHERE settled < changes;
