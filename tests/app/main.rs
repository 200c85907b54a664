//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod account;
mod architecture;
mod connections;
mod corpus;
mod deployment_environments;
mod embedded;
mod entrance;
mod environment_retirement;
mod environment_roles;
mod environments;
mod exports;
mod groups;
mod host_settings;
mod imports;
mod package;
mod people;
mod pipelines;
mod removals;
mod rules;
mod runs;
mod security;
mod shares;
mod solution_versions;
mod solutions;
mod stages;
mod support;
