//! Who can deploy to a stage, and what keeps the others from it.

use std::iter;

use super::{
    deployment_environment::DeploymentEnvironment,
    hands::{Dealt, Hands},
    holder::Holder,
    host::Host,
    person::Person,
    pipeline::Pipeline,
    stage::Stage,
    whom::Whom,
};
use crate::{
    db::Conn,
    error::Error,
    rules::{
        access::role_explained,
        deploy::{Change, Claim, Place, Reader, lacking},
        rights::EnvironmentRole,
        verdict::Reason,
    },
};

/// Somebody who sees a pipeline, judged for one of its stages by the rule that guards Deploy.
#[derive(Debug, Clone)]
pub struct Deployer {
    pub person: Person,
    /// The right on the pipeline and its source, in words.
    pub right: String,
    /// The role in the target and its source, in words.
    pub import: String,
    /// For the first stage, each development environment by name with the role there and its source, in words.
    pub exports: Vec<(String, String)>,
    /// The development environments that they can deploy from; of no meaning for later stages.
    pub from: Vec<String>,
    /// All that they lack, each once.
    pub lacks: Vec<Reason>,
    /// Whether they can deploy, from some development environment at least.
    pub can: bool,
}

// An environment that takes part, with everybody's roles in it.
struct Taking {
    name: String,
    /// None where no environment stands behind a record yet: then nobody has a role.
    known: bool,
    administrators: Vec<String>,
    roles: Hands<EnvironmentRole>,
}

impl Deployer {
    /// Everybody who sees the stage's pipeline, by name.
    pub fn of_stage(conn: &mut Conn, host: &Host, pipeline: &Pipeline, stage: &Stage) -> Result<Vec<Deployer>, Error> {
        let sources = match stage.previous_stage_id {
            Some(_) => Vec::new(),
            None => pipeline.sources(conn)?,
        };
        let there: Vec<_> =
            iter::once(&stage.target).chain(&sources).filter_map(|record| record.environment_id).collect();
        let whom = Whom::of(conn, &[host.id], &there)?;
        let (holders, dealt) = Holder::on(conn, pipeline, &there)?;
        let target = Taking::of(&stage.target, &dealt, &whom);
        let sources: Vec<_> = sources.iter().map(|record| Taking::of(record, &dealt, &whom)).collect();
        let administrators = whom.on_host(host.id);
        let stage = On { pipeline: &pipeline.name, stage: &stage.name, host: host.name(), administrators };
        Ok(holders.into_iter().map(|holder| stage.judge(holder, &sources, &target)).collect())
    }
}

impl Taking {
    fn of(record: &DeploymentEnvironment, dealt: &Dealt, whom: &Whom) -> Taking {
        match record.environment_id.and_then(|id| Some((id, dealt.environments.get(&id)?))) {
            Some((id, there)) => Taking {
                name: there.name.clone(),
                known: true,
                administrators: whom.in_environment(id),
                roles: there.roles.clone(),
            },
            None => {
                let (administrators, roles) = (Vec::new(), Hands::new());
                Taking { name: record.name.clone(), known: false, administrators, roles }
            }
        }
    }

    fn change(&self, person: &Person) -> Change<'_> {
        let given = self.roles.get(&person.id).into_iter().flatten();
        let role = given.map(|given| given.what).max();
        let may = person.system_administrator || role.is_some_and(EnvironmentRole::may_change);
        Change { at: Place { name: &self.name, administrators: &self.administrators }, may: may && self.known }
    }

    fn explained(&self, person: &Person) -> String {
        role_explained(person.system_administrator, self.roles.get(&person.id).map_or(&[], Vec::as_slice))
    }
}

// The stage that people are judged for.
struct On<'a> {
    pipeline: &'a str,
    stage: &'a str,
    host: &'a str,
    administrators: Vec<String>,
}

impl On<'_> {
    fn judge(&self, Holder { person, held, .. }: Holder, sources: &[Taking], target: &Taking) -> Deployer {
        let standing = held.standing();
        let claim = |source: Option<&Taking>| {
            lacking(
                &Claim {
                    person: &person.name,
                    active: person.active,
                    standing: &standing,
                    pipeline: self.pipeline,
                    stage: self.stage,
                    host: Place { name: self.host, administrators: &self.administrators },
                    source: source.map(|source| source.change(&person)),
                    target: target.change(&person),
                },
                Reader::Others,
            )
        };
        let (mut from, mut lacks, mut can) = (Vec::new(), Vec::new(), false);
        for source in sources {
            let reasons = claim(Some(source));
            if reasons.is_empty() {
                from.push(source.name.clone());
            }
            can |= reasons.is_empty();
            lacks.extend(reasons);
        }
        if sources.is_empty() {
            lacks = claim(None);
            can = lacks.is_empty();
        }
        let mut told = Vec::new();
        lacks.retain(|reason: &Reason| {
            !told.contains(&reason.message) && {
                told.push(reason.message.clone());
                true
            }
        });
        Deployer {
            right: held.explained(self.host),
            import: target.explained(&person),
            exports: sources.iter().map(|source| (source.name.clone(), source.explained(&person))).collect(),
            from,
            lacks,
            can,
            person,
        }
    }
}
