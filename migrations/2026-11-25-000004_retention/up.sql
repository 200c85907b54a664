-- How long packages are kept; both empty where every one is.
ALTER TABLE tenant ADD COLUMN retention_days INTEGER;
ALTER TABLE tenant ADD COLUMN retention_versions INTEGER;
-- When a server last began to retire packages, and to delete the bytes that nothing names.
ALTER TABLE tenant ADD COLUMN retention_at TIMESTAMP;
ALTER TABLE tenant ADD COLUMN swept_at TIMESTAMP;
-- The row of a retired artifact stays, as history; its bytes go a day later.
ALTER TABLE artifacts ADD COLUMN retired_at TIMESTAMP;
-- Counts as a use: what somebody brought back is not retired again at once.
ALTER TABLE artifacts ADD COLUMN brought_back_at TIMESTAMP;
CREATE INDEX artifacts_live ON artifacts (unique_name_key, source_environment_id) WHERE retired_at IS NULL;
CREATE INDEX artifacts_retired ON artifacts (retired_at) WHERE retired_at IS NOT NULL;
CREATE INDEX artifacts_managed ON artifacts (managed_hash);
CREATE INDEX artifacts_unmanaged ON artifacts (unmanaged_hash);
CREATE INDEX artifact_bindings_artifact ON artifact_bindings (artifact_id);
CREATE INDEX runs_by_artifact ON runs (artifact_id);
CREATE INDEX embedded_solutions_package ON embedded_solutions (package_hash);
