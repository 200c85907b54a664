//! Rules 1 and 2: the pipeline, the source and the target are what they must be.

use super::{no, warning};
use crate::{
    package::checks::Finding,
    rules::{
        facts::{Facts, InSource, Position},
        stages::ValidationStatus,
        verdict::{Rule, Verdict},
    },
};

pub(super) fn pipeline(facts: &Facts) -> Verdict {
    let name = &facts.pipeline.name;
    let complete = format!("An administrator of {} can complete {name}.", facts.host.name);
    let lacks = &facts.pipeline.lacks;
    if !lacks.stages.is_empty() {
        return no(Rule::Pipeline, format!("{name} is not complete. {}", lacks.stages.join(" ")), complete);
    }
    let Position::First { link, solution, .. } = facts.position else {
        return Verdict::Yes;
    };
    if !lacks.sources.is_empty() {
        return no(Rule::Pipeline, format!("{name} is not complete. {}", lacks.sources.join(" ")), complete);
    }
    source(facts, link, solution)
}

fn source(facts: &Facts, link: Option<ValidationStatus>, in_source: InSource) -> Verdict {
    let (host, pipeline) = (&facts.host.name, &facts.pipeline.name);
    let (source, solution) = (&facts.source.name, &facts.solution);
    let refresh = format!("An administrator of {host} can refresh its record under Environments.");
    match link {
        None => {
            let help = format!("An administrator of {host} can add it under Linked Development Environments.");
            let message = format!("{source} is not a linked development environment of {pipeline}.");
            return no(Rule::Pipeline, message, help);
        }
        Some(ValidationStatus::Pending) => {
            return no(Rule::Pipeline, format!("{source} is not validated yet."), refresh);
        }
        Some(ValidationStatus::Failed) => {
            return no(Rule::Pipeline, format!("The validation of {source} failed."), refresh);
        }
        Some(ValidationStatus::Success) => {}
    }
    match in_source {
        InSource::Unmanaged => Verdict::Yes,
        InSource::Absent => {
            let help = format!("Create or import it in {source} first.");
            no(Rule::Pipeline, format!("{source} has no solution {solution}."), help)
        }
        InSource::Managed => {
            let message = format!("{solution} is managed in {source}; only unmanaged solutions can be deployed.");
            no(Rule::Pipeline, message, "Deploy it from the environment where it is developed.")
        }
        InSource::System => {
            let message = format!("{solution} belongs to the system and cannot be deployed.");
            no(Rule::Pipeline, message, "Put what you changed into a solution of your own.")
        }
    }
}

pub(super) fn target(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    let (host, target) = (&facts.host.name, &facts.target.name);
    let refresh = format!("An administrator of {host} can refresh its record under Environments.");
    match facts.target.status {
        ValidationStatus::Success => {}
        ValidationStatus::Pending => return no(Rule::Target, format!("{target} is not validated yet."), refresh),
        ValidationStatus::Failed => return no(Rule::Target, format!("The validation of {target} failed."), refresh),
    }
    if !facts.target.bound_here {
        let help = format!("An administrator of {host} can take it over with Force Link.");
        return no(Rule::Target, format!("{target} is not bound to {host}."), help);
    }
    if let Some(message) = regions_apart(facts) {
        let help = format!("An administrator of {host} can allow deployments across regions under Settings.");
        return no(Rule::Target, message, help);
    }
    managed(facts, warnings)
}

/// Which environments lie where, unless they all lie in one region or need not.
fn regions_apart(facts: &Facts) -> Option<String> {
    if facts.host.allow_cross_region {
        return None;
    }
    let places = [
        (&facts.host.name, Some(&facts.host.region)),
        (&facts.source.name, facts.source.region.as_ref()),
        (&facts.target.name, Some(&facts.target.region)),
    ];
    let home = fold(&facts.host.region);
    let known = || places.iter().filter_map(|(name, region)| region.map(|region| (name, region)));
    if known().all(|(_, region)| fold(region) == home) {
        return None;
    }
    let places: Vec<String> = known().map(|(name, region)| format!("{name} in {region}")).collect();
    Some(format!("Host, source and target must be in the same region: {}.", places.join(", ")))
}

fn fold(region: &str) -> String {
    region.trim().to_lowercase()
}

fn managed(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    if facts.target.managed {
        return Verdict::Yes;
    }
    let message = format!("{} is not a managed environment.", facts.target.name);
    let help = format!("A system administrator can make {} a managed environment.", facts.target.name);
    if facts.host.require_managed {
        return no(Rule::Target, format!("{message} {} requires managed targets.", facts.host.name), help);
    }
    warnings.push(warning("target-not-managed", message, help));
    Verdict::Yes
}
