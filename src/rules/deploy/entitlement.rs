//! Rule 3: whoever pressed last may do this, and still may when the run is due.

use super::Asked;
use crate::rules::{
    facts::{Facts, Position},
    grantors::Grantors,
    rights::{EnvironmentRole, Standing},
    verdict::{Reason, Rule, Verdict},
};

/// What one person has for deploying to one stage, from one source where it is the first stage.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    pub person: &'a str,
    /// May still sign in.
    pub active: bool,
    pub standing: &'a Standing,
    pub pipeline: &'a str,
    pub stage: &'a str,
    pub host: Place<'a>,
    pub source: Option<Change<'a>>,
    pub target: Change<'a>,
}

/// A place and some who can give rights in it, by name.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub name: &'a str,
    pub administrators: &'a [String],
}

/// A place, and whether the person may export from it and import into it.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    pub at: Place<'a>,
    pub may: bool,
}

/// Who reads the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The person themselves.
    Themselves,
    /// Somebody else.
    Others,
}

pub(super) fn person(asked: Asked, facts: &Facts) -> Verdict {
    // On a page the person reads about themselves; later, others read about them.
    let reader = if asked == Asked::Worker { Reader::Others } else { Reader::Themselves };
    lacking(&claim(facts), reader).into_iter().next().map_or(Verdict::Yes, Verdict::No)
}

fn claim(facts: &Facts) -> Claim<'_> {
    let source = match facts.position {
        Position::First { may_export, .. } => {
            let at = Place { name: &facts.source.name, administrators: &facts.source.administrators };
            Some(Change { at, may: may_export })
        }
        Position::Later { .. } => None,
    };
    let target = Place { name: &facts.target.name, administrators: &facts.target.administrators };
    Claim {
        person: &facts.person.name,
        active: facts.person.active,
        standing: &facts.person.standing,
        pipeline: &facts.pipeline.name,
        stage: &facts.stage,
        host: Place { name: &facts.host.name, administrators: &facts.host.administrators },
        source,
        target: Change { at: target, may: facts.person.may_import },
    }
}

/// All that keeps a person from deploying to a stage, each with who can lift it; nothing, if they are entitled to.
pub fn lacking(claim: &Claim, reader: Reader) -> Vec<Reason> {
    if !claim.active {
        let message = format!("{}, who asked for this deployment, is no longer active.", claim.person);
        let help = "Somebody else who may run the pipeline can deploy it.".to_owned();
        return vec![Reason { rule: Rule::Person, message, help }];
    }
    let right = claim.standing.lacks_to_run(claim.pipeline).map(|what| run(claim, reader, &what));
    let change = |wanted: &str, change: Change| (!change.may).then(|| environment(claim, reader, wanted, change));
    let export = claim.source.and_then(|source| change("export from", source));
    let import = change("import into", claim.target);
    [right, export, import].into_iter().flatten().collect()
}

fn run(claim: &Claim, reader: Reader, what: &str) -> Reason {
    let pipeline = claim.pipeline;
    let message = format!("Deploying needs the right to run {pipeline}, which {}.", lacks(claim, reader));
    let host = Grantors::of_host(claim.host.name, claim.host.administrators);
    Reason { rule: Rule::Person, message, help: help(host, what, claim, reader) }
}

fn environment(claim: &Claim, reader: Reader, wanted: &str, Change { at, .. }: Change) -> Reason {
    let (stage, place) = (claim.stage, at.name);
    let lacks = lacks(claim, reader);
    let message = format!("Deploying to {stage} needs the right to {wanted} {place}, which {lacks}.");
    let administrators = Grantors::of_environment(place, at.administrators);
    let what = EnvironmentRole::SystemCustomizer.label();
    Reason { rule: Rule::Person, message, help: help(administrators, what, claim, reader) }
}

fn lacks(claim: &Claim, reader: Reader) -> String {
    match reader {
        Reader::Themselves => "you do not have".to_owned(),
        Reader::Others => format!("{} does not have", claim.person),
    }
}

fn help(grantors: Grantors, what: &str, claim: &Claim, reader: Reader) -> String {
    match reader {
        Reader::Themselves => grantors.ask_for(what),
        Reader::Others => grantors.can_give(what, claim.person),
    }
}
