//! The tests, as people and the worker see the program: through HTTP and the models' verbs.

mod entrance;
mod rules;
mod support;
