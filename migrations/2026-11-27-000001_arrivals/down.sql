DROP INDEX runs_by_first_arrival;
ALTER TABLE runs DROP COLUMN way_began_at;
