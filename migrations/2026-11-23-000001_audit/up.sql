-- where from, and which values were there before and after; columns and indexes for finding entries

ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- a JSON list of {field, old, new}
ALTER TABLE audit ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
-- who, what it was done to and which fields, folded
ALTER TABLE audit ADD COLUMN search_key TEXT NOT NULL DEFAULT '';
UPDATE audit SET search_key = lower(person_name || ' ' || subject_name);

CREATE INDEX audit_by_person ON audit (person_id, id);
CREATE INDEX audit_by_name ON audit (person_name, id);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX audit_by_kind ON audit (subject_kind, id);
CREATE INDEX audit_by_address ON audit (address, id);
CREATE INDEX audit_by_time ON audit (at, id);
