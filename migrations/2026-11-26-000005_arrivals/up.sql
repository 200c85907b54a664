-- the run of a solution that succeeded last in the target of a stage, and those before it, without looking at the others;
-- a run that has not ended is not in it, and so costs nothing while it goes on
CREATE INDEX runs_by_arrival ON runs (stage_id, solution_key, target_environment_id, state, ended_at)
    WHERE ended_at IS NOT NULL;
-- the records of an environment
CREATE INDEX deployment_environments_by_environment ON deployment_environments (environment_id);
-- what was shared with somebody, without looking at the shares themselves
DROP INDEX shares_person;
CREATE INDEX shares_person ON shares (person_id, pipeline_id, access) WHERE person_id IS NOT NULL;
DROP INDEX shares_group;
CREATE INDEX shares_group ON shares (group_id, pipeline_id, access) WHERE group_id IS NOT NULL;
-- the pipelines of a host, retired ones too
CREATE INDEX pipelines_by_host ON pipelines (host_id);
