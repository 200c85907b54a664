-- how many ended when and how, without looking at the runs themselves
CREATE INDEX runs_by_end ON runs (state, ended_at, pipeline_id);
