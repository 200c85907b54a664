DROP INDEX runs_scheduled;
ALTER TABLE runs DROP COLUMN scheduled_by_name;
