DROP INDEX sightings_by_change;
DROP INDEX runs_by_artifact;
CREATE INDEX runs_by_artifact ON runs (artifact_id);
DROP INDEX runs_by_solution_pipeline;
DROP TABLE newest_runs;
