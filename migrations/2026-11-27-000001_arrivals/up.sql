-- When the first run of a version through its pipeline was started: only on the run with which the version first came to a
-- stage, so that how long versions take is told by an index alone.
ALTER TABLE runs ADD COLUMN way_began_at TIMESTAMP;
UPDATE runs SET way_began_at = (
    SELECT min(f.started_at) FROM runs f WHERE f.artifact_id = runs.artifact_id AND f.pipeline_id = runs.pipeline_id
) WHERE state = 'succeeded' AND artifact_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM runs e WHERE e.artifact_id = runs.artifact_id AND e.pipeline_id = runs.pipeline_id
        AND e.stage_id = runs.stage_id AND e.state = 'succeeded'
        AND (e.ended_at < runs.ended_at OR (e.ended_at = runs.ended_at AND e.id < runs.id))
);
CREATE INDEX runs_by_first_arrival ON runs (stage_id, ended_at, way_began_at) WHERE way_began_at IS NOT NULL;
-- Whose of a state somebody may see is told by the index.
DROP INDEX runs_by_state;
CREATE INDEX runs_by_state ON runs (state, id, pipeline_id);
