ALTER TABLE embedded_connections ADD COLUMN sealed_credential TEXT;
