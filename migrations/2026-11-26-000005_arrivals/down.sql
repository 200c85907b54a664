DROP INDEX pipelines_by_host;
DROP INDEX shares_group;
CREATE INDEX shares_group ON shares (group_id) WHERE group_id IS NOT NULL;
DROP INDEX shares_person;
CREATE INDEX shares_person ON shares (person_id) WHERE person_id IS NOT NULL;
DROP INDEX deployment_environments_by_environment;
DROP INDEX runs_by_arrival;
