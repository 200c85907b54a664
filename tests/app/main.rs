//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod corpus;
mod embedded;
mod entrance;
mod package;
mod rules;
mod support;
