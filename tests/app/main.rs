//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod connections;
mod corpus;
mod embedded;
mod entrance;
mod exports;
mod imports;
mod package;
mod removals;
mod rules;
mod solution_versions;
mod solutions;
mod support;
