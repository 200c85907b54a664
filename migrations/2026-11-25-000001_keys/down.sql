ALTER TABLE tenant DROP COLUMN sealing_key_id;
ALTER TABLE tenant DROP COLUMN cookie_key_id;
