-- an operation that waits for its lane is not ready, so that whoever looks for work never meets it
ALTER TABLE operations ADD COLUMN ready BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE operations ADD COLUMN started_at TIMESTAMP;
-- a claim that is not renewed makes an operation due again
UPDATE operations SET due_at = lease_until WHERE lease_until IS NOT NULL;
ALTER TABLE operations DROP COLUMN lease_until;
UPDATE operations SET ready = FALSE WHERE lane AND ended_at IS NULL
    AND id NOT IN (SELECT operation_id FROM lanes WHERE operation_id IS NOT NULL);
DROP INDEX operations_due;
DROP INDEX operations_lane;
CREATE INDEX operations_ready ON operations (due_at, id) WHERE ended_at IS NULL AND ready;
CREATE INDEX operations_waiting ON operations (environment_id, id) WHERE ended_at IS NULL;
CREATE INDEX operations_by_environment ON operations (environment_id, id);
