DROP INDEX operations_by_environment;
DROP INDEX operations_waiting;
DROP INDEX operations_ready;
CREATE INDEX operations_lane ON operations (environment_id, id) WHERE ended_at IS NULL;
CREATE INDEX operations_due ON operations (due_at) WHERE ended_at IS NULL;
ALTER TABLE operations ADD COLUMN lease_until TIMESTAMP;
ALTER TABLE operations DROP COLUMN started_at;
ALTER TABLE operations DROP COLUMN ready;
