//! One noun a file: HTTP in, template out.

pub mod account;
pub mod activations;
pub mod audit;
pub mod by_hand;
pub mod clock;
pub mod connections;
pub mod deployment_environments;
pub mod deployments;
pub mod environment_pages;
pub mod environment_retirements;
pub mod environment_roles;
pub mod environments;
pub mod exports;
pub mod first_administrator;
pub mod group_members;
pub mod groups;
pub mod health;
pub mod help;
pub mod home;
pub mod host_settings;
pub mod imports;
pub mod installations;
pub mod listed;
pub mod live;
pub mod matrix;
pub mod metrics;
pub mod nothing;
pub mod operations;
pub mod own_sessions;
pub mod password_links;
pub mod people;
pub mod pipeline_sources;
pub mod pipelines;
pub mod principals;
pub mod removals;
pub mod retention;
pub mod role_holders;
pub mod runs;
pub mod search;
pub mod sessions;
pub mod shares;
pub mod sightings;
pub mod solution_pipelines;
pub mod solution_versions;
pub mod solutions;
pub mod stage_people;
pub mod stage_runs;
pub mod stages;
pub mod timelines;
pub mod visit;

use crate::{models::problem::Problem, web::forms::Form};

/// Puts what a verb found wrong beside the fields.
fn show_problems(form: &mut Form, problems: Vec<Problem>) {
    for problem in problems {
        form.fail(problem.field, problem.message);
    }
}
