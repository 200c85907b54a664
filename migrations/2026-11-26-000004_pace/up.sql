-- how many of a pipeline's runs ended when and how, and how many of all, without looking at the runs themselves; a run that
-- has not ended is in neither, and so costs nothing while it goes on
CREATE INDEX runs_by_pipeline_end ON runs (pipeline_id, ended_at, state) WHERE ended_at IS NOT NULL;
DROP INDEX runs_by_end;
CREATE INDEX runs_by_end ON runs (state, ended_at, pipeline_id) WHERE ended_at IS NOT NULL;
