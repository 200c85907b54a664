//! One noun a file: HTTP in, template out.

pub mod deployment_environments;
pub mod first_administrator;
pub mod home;
pub mod host_settings;
pub mod navigation;
pub mod password_links;
pub mod pipeline_sources;
pub mod pipelines;
pub mod role_holders;
pub mod sessions;
pub mod shares;
pub mod stages;

use crate::{models::problem::Problem, web::forms::Form};

/// Puts what a verb found wrong beside the fields.
fn show_problems(form: &mut Form, problems: Vec<Problem>) {
    for problem in problems {
        form.fail(problem.field, problem.message);
    }
}
