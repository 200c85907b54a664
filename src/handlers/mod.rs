//! One noun a file: HTTP in, template out.

pub mod account;
pub mod activations;
pub mod environment_pages;
pub mod environment_retirements;
pub mod environment_roles;
pub mod environments;
pub mod deployment_environments;
pub mod first_administrator;
pub mod group_members;
pub mod groups;
pub mod home;
pub mod installations;
pub mod navigation;
pub mod password_links;
pub mod runs;
pub mod people;
pub mod sessions;
pub mod stage_runs;
pub mod host_settings;
pub mod pipeline_sources;
pub mod pipelines;
pub mod role_holders;
pub mod shares;
pub mod stages;

use crate::{models::problem::Problem, web::forms::Form};

/// Puts what a verb found wrong beside the fields.
fn show_problems(form: &mut Form, problems: Vec<Problem>) {
    for problem in problems {
        form.fail(problem.field, problem.message);
    }
}
