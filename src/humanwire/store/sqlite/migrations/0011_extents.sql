-- What batches' figures are made of besides the tasks, and how a single choice is given.

-- single: the answer is a list of one, which is given as that one.
ALTER TABLE filing ADD COLUMN single INTEGER NOT NULL DEFAULT 0;
-- frames: the pictures of the question; annotations: the marks in the result.
ALTER TABLE filing ADD COLUMN frames INTEGER NOT NULL DEFAULT 0;
ALTER TABLE filing ADD COLUMN annotations INTEGER NOT NULL DEFAULT 0;
