//! Rules 4, 5 and 6: what travels is what succeeded before, the same bytes, and a higher version.

use chrono::NaiveDate;

use super::{no, warning};
use crate::{
    package::{checks::Finding, version::Version},
    rules::{
        facts::{Candidate, Earlier, Facts, Intent, Position},
        verdict::{Rule, Verdict},
        versions::{Step, step},
    },
};

/// What it means that an older version replaces a newer one.
pub const LOST: &str =
    "Components that only the newer version has are removed, with their data. This cannot be undone.";

pub(super) fn order(facts: &Facts) -> Verdict {
    let Position::Later { previous, previous_target, earlier } = &facts.position else {
        return Verdict::Yes;
    };
    let help = format!("Deploy it to {previous} first.");
    let Some(Candidate { version, .. }) = &facts.candidate else {
        let message = format!("No version of {} has succeeded in {previous} yet.", facts.solution);
        return no(Rule::Order, message, help);
    };
    match earlier {
        Earlier::Succeeded => Verdict::Yes,
        Earlier::SucceededElsewhere(former) => {
            let message = format!(
                "{version} succeeded in {previous} only while its target was {former}. \
                 It must succeed in {previous_target} first."
            );
            no(Rule::Order, message, help)
        }
        Earlier::UnderWay => {
            let message = format!("{version} has not finished in {previous} yet.");
            no(Rule::Order, message, format!("Wait for its run in {previous}."))
        }
        Earlier::NotYet => no(Rule::Order, format!("{version} has not succeeded in {previous} yet."), help),
    }
}

pub(super) fn bytes(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    let Some(candidate) = &facts.candidate else {
        return Verdict::Yes;
    };
    let (version, source) = (&candidate.version, &facts.source.name);
    if let Some(day) = candidate.removed {
        let help = anew(&facts.solution, source, candidate.bound.is_some());
        return no(Rule::Bytes, removed(&version.to_string(), day), help);
    }
    let Some(bound) = &candidate.bound else {
        return Verdict::Yes;
    };
    if candidate.artifact.as_ref().is_some_and(|held| held != bound) {
        let message =
            format!("Another package of {version} from {source} succeeded first. Only that one can be deployed.");
        let help = format!("Start again with Next, which takes that package, or raise the version in {source}.");
        return no(Rule::Bytes, message, help);
    }
    if candidate.changed_since && matches!(facts.position, Position::First { .. }) {
        let message = format!("{} changed in {source} since {version} was packaged.", facts.solution);
        let advice = format!("Changes can only be deployed under a higher version. Raise the version in {source}.");
        warnings.push(warning("changed-since", message, advice));
    }
    Verdict::Yes
}

/// That retention took the packages of a version, as it is said wherever somebody wants them.
pub fn removed(version: &str, day: NaiveDate) -> String {
    format!("Sluice removed the package of {version} on {}, as the retention settings say.", day.format("%-d %b %Y"))
}

// What is bound is not exported again under the same version.
fn anew(solution: &str, source: &str, is_bound: bool) -> String {
    match is_bound {
        true => format!("Raise the version in {source} and deploy that version."),
        false => format!("Deploy {solution} from {source} again, which exports it anew."),
    }
}

pub(super) fn version(facts: &Facts, warnings: &mut Vec<Finding>) -> Verdict {
    let (Some(candidate), Some(installed)) = (&facts.candidate, &facts.target.version) else {
        return Verdict::Yes;
    };
    let step = step(&candidate.version, Some(installed));
    if matches!(step, Step::Install | Step::Upgrade) {
        return Verdict::Yes;
    }
    match facts.intent {
        Intent::Deploy => not_higher(facts, candidate, installed, step),
        Intent::Redeploy { succeeded_here } => redeploy(facts, succeeded_here, step, warnings),
    }
}

fn not_higher(facts: &Facts, candidate: &Candidate, installed: &Version, step: Step) -> Verdict {
    let (source, target, version) = (&facts.source.name, &facts.target.name, &candidate.version);
    let message = match step {
        Step::Downgrade => format!("{target} has {installed}, which is higher than {version}."),
        _ if facts.is_up_to_date() => format!("{target} is up to date with {version}."),
        _ if candidate.changed_since => {
            format!("{target} has {version}. {} has changed since in {source}.", facts.solution)
        }
        _ => format!("{target} has {version} already."),
    };
    let help = match (step, &facts.position) {
        (Step::Downgrade, _) if facts.pipeline.allow_redeployment => {
            "To install an earlier version again, choose Redeploy on its run.".to_owned()
        }
        (Step::Downgrade, Position::First { .. }) => {
            format!("To deploy, raise the version in {source} above {installed}.")
        }
        (Step::Same, Position::First { .. }) if !facts.is_up_to_date() => match candidate.changed_since {
            true => "Raise the version to deploy the changes.".to_owned(),
            false => format!("Raise the version in {source} to deploy it."),
        },
        _ => String::new(),
    };
    no(Rule::Version, message, help)
}

fn redeploy(facts: &Facts, succeeded_here: bool, step: Step, warnings: &mut Vec<Finding>) -> Verdict {
    let (pipeline, stage, target) = (&facts.pipeline.name, &facts.stage, &facts.target.name);
    let (Some(Candidate { version, .. }), Some(installed)) = (&facts.candidate, &facts.target.version) else {
        return Verdict::Yes;
    };
    if !facts.pipeline.allow_redeployment {
        let message = format!("{pipeline} does not allow redeployments of older versions; {target} has {installed}.");
        let help = format!("An administrator of {} can allow them in the settings of the pipeline.", facts.host.name);
        return no(Rule::Version, message, help);
    }
    if !succeeded_here {
        let message =
            format!("This package of {version} has not succeeded in {stage}, so it cannot be redeployed there.");
        return no(Rule::Version, message, "Choose Redeploy on a run that succeeded in this stage.");
    }
    if step == Step::Downgrade {
        let message = format!("{version} replaces the newer {installed} in {target}.");
        warnings.push(warning("redeploy", message, LOST.to_owned()));
    }
    Verdict::Yes
}
