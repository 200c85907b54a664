-- whether its platform is still to be asked to stop it
ALTER TABLE operations ADD COLUMN cancel_due BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX operations_cancel_due ON operations (id) WHERE cancel_due AND ended_at IS NULL;
