DROP INDEX runs_by_state;
CREATE INDEX runs_by_state ON runs (state, id);
DROP INDEX runs_by_first_arrival;
ALTER TABLE runs DROP COLUMN way_began_at;
