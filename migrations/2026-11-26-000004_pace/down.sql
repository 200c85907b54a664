DROP INDEX runs_by_end;
CREATE INDEX runs_by_end ON runs (state, ended_at, pipeline_id);
DROP INDEX runs_by_pipeline_end;
