-- name: has_schema
SELECT to_regclass('humanwire_schema');

-- name: schema_version
SELECT coalesce(max(version), 0) FROM humanwire_schema;

-- name: make_schema
CREATE TABLE IF NOT EXISTS humanwire_schema (
  version BIGINT PRIMARY KEY,
  migrated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- name: unfinished_copy
SELECT to_regclass('copying');

-- name: schema_is
INSERT INTO humanwire_schema (version) VALUES ($1);

-- name: lock_schema
-- The number is any that nobody else would choose.
SELECT pg_advisory_lock(7305868426);

-- name: unlock_schema
SELECT pg_advisory_unlock(7305868426);
