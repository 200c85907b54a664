//! The list of solutions, a solution's own page, and new solutions: by each kind of person.

mod creating;
mod listing;
mod overview;
