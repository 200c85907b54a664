-- what is known of the key file that all servers of the tenant share: ids made from its keys, none of the keys
ALTER TABLE tenant ADD COLUMN cookie_key_id TEXT;
ALTER TABLE tenant ADD COLUMN sealing_key_id TEXT;
