DROP INDEX audit_by_time;
DROP INDEX audit_by_address;
DROP INDEX audit_by_kind;
DROP INDEX audit_by_action;
DROP INDEX audit_by_name;
DROP INDEX audit_by_person;
ALTER TABLE audit DROP COLUMN search_key;
ALTER TABLE audit DROP COLUMN changes;
ALTER TABLE audit DROP COLUMN address;
