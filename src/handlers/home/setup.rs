//! The way to the first deployment, step by step.

use crate::{handlers::solutions::list_path, models::setup::Setup};

/// One step of the way.
pub struct Step {
    pub title: &'static str,
    pub text: &'static str,
    pub done: bool,
    /// Where it is done, and what the button says; none where something else comes first.
    pub act: Option<(String, &'static str)>,
}

/// All steps in their order; once the last is done, nobody needs them any more.
pub fn steps(setup: &Setup) -> Vec<Step> {
    let at = |page: &str| setup.host.map(|host| format!("/hosts/{host}/{page}"));
    let pipeline = |page: &str| setup.pipeline.map(|(host, id)| format!("/hosts/{host}/pipelines/{id}{page}"));
    let record = || at("environments/new").filter(|_| setup.environments > 0);
    let step = |title, text, done, href: Option<String>, label| Step {
        title,
        text,
        done,
        act: href.filter(|_| !done).map(|href| (href, label)),
    };
    vec![
        step(
            "Add environments",
            "You need one to host pipelines, one for development and one target, each with a Dataverse database.",
            setup.environments >= 3 || setup.target,
            Some("/admin/environments/new".to_owned()),
            "New environment",
        ),
        step(
            "Set up the host",
            "Open the first one and choose Install Power Platform Pipelines. It will hold pipelines and their history.",
            setup.host.is_some(),
            Some("/admin/environments".to_owned()).filter(|_| setup.environments > 0),
            "All environments",
        ),
        step(
            "Register the development environment",
            "The host keeps a record of each environment that its pipelines use.",
            setup.source.is_some(),
            record(),
            "New deployment environment",
        ),
        step(
            "Register the target environment",
            "Add another record, as a Target environment.",
            setup.target,
            record(),
            "New deployment environment",
        ),
        step(
            "Build the pipeline",
            "Link the development environment and add a stage for the target.",
            setup.complete,
            pipeline("").or(at("pipelines/new")),
            if setup.pipeline.is_some() { "Open the pipeline" } else { "New pipeline" },
        ),
        step(
            "Share it with its makers",
            "Add them under People first. People with a share and a role on the host can deploy; you already can.",
            setup.shared,
            pipeline("/shares"),
            "Share",
        ),
        step(
            "Deploy a solution",
            "Import or create a solution in the development environment, open it and choose Deploy.",
            false,
            setup.source.map(list_path).filter(|_| setup.complete),
            "Solutions",
        ),
    ]
}
