//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod account;
mod corpus;
mod entrance;
mod environment_retirement;
mod environment_roles;
mod environments;
mod groups;
mod package;
mod people;
mod rules;
mod support;
