ALTER TABLE embedded_connections DROP COLUMN sealed_credential;
