DROP INDEX operations_cancel_due;
ALTER TABLE operations DROP COLUMN cancel_due;
