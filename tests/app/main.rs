//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod connections;
mod account;
mod corpus;
mod embedded;
mod deployment_environments;
mod entrance;
mod host_settings;
mod package;
mod pipelines;
mod environment_retirement;
mod environment_roles;
mod environments;
mod groups;
mod people;
mod rules;
mod security;
mod shares;
mod stages;
mod exports;
mod imports;
mod removals;
mod solution_versions;
mod solutions;
mod support;
