//! Rule 3: whoever pressed last may do this, and still may when the run is due.

use super::{Asked, no};
use crate::rules::{
    facts::{Facts, Position},
    rights::Right,
    verdict::{Rule, Verdict},
};

pub(super) fn person(asked: Asked, facts: &Facts) -> Verdict {
    let person = &facts.person;
    // On a page the person reads about themselves; later, others read about them.
    let lacks = match asked {
        Asked::Worker => format!("{} does not have", person.name),
        _ => "you do not have".to_owned(),
    };
    let host = &facts.host.name;
    if !person.active {
        let message = format!("{}, who asked for this deployment, is no longer active.", person.name);
        return no(Rule::Person, message, "Somebody else who may run the pipeline can deploy it.");
    }
    if person.right < Right::Run {
        let message = format!("Deploying needs the right to run {}, which {lacks}.", facts.pipeline.name);
        let help = format!("An administrator of {host} can share the pipeline with Run and give a role on {host}.");
        return no(Rule::Person, message, help);
    }
    let (source, target) = (&facts.source.name, &facts.target.name);
    if matches!(facts.position, Position::First { may_export: false, .. }) {
        let message = format!("Deploying to {} needs the right to export from {source}, which {lacks}.", facts.stage);
        return no(Rule::Person, message, role(source));
    }
    if !person.may_import {
        let message = format!("Deploying to {} needs the right to import into {target}, which {lacks}.", facts.stage);
        return no(Rule::Person, message, role(target));
    }
    Verdict::Yes
}

fn role(environment: &str) -> String {
    format!("A System Administrator of {environment} can give the role System Customizer.")
}
