DROP INDEX sightings_by_change;
DROP INDEX runs_by_pipeline_solution;
DROP TABLE newest_runs;
