-- The newest run of each solution to each stage, so that nobody looks for it among all runs that there ever were.
CREATE TABLE newest_runs (
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    solution_key TEXT NOT NULL,
    stage_id TEXT NOT NULL REFERENCES stages (id),
    run_id TEXT NOT NULL REFERENCES runs (id),
    PRIMARY KEY (pipeline_id, solution_key, stage_id)
);
INSERT INTO newest_runs (pipeline_id, solution_key, stage_id, run_id)
    SELECT pipeline_id, solution_key, stage_id, max(id) FROM runs GROUP BY pipeline_id, solution_key, stage_id;
-- What a pipeline did with one solution, newest first. The solution stands first, or SQLite takes it for all of a pipeline.
CREATE INDEX runs_by_solution_pipeline ON runs (solution_key, pipeline_id, id);
-- The way of one artifact through one pipeline.
DROP INDEX runs_by_artifact;
CREATE INDEX runs_by_artifact ON runs (artifact_id, pipeline_id);
-- What was changed last of all that is made here.
CREATE INDEX sightings_by_change ON sightings (managed, system, modified_at);
