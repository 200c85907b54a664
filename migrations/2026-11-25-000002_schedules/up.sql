-- Who chose the time of a run last: whoever pressed Deploy, or moved it since.
ALTER TABLE runs ADD COLUMN scheduled_by_name TEXT;
-- What is due is asked for every few seconds. Few runs are scheduled at a time, of the many that there were.
CREATE INDEX runs_scheduled ON runs (scheduled_for, id) WHERE scheduled_for IS NOT NULL AND ended_at IS NULL;
