-- Buckets that fill again with time: how many requests of a sort a project may send.
-- full_at: when the bucket is full again; each request moves it on by what one costs in time.
CREATE TABLE rate (
  project_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  full_at DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (project_id, name)
) WITH (fillfactor = 50);
