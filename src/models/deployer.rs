//! Who can deploy to a stage, and what keeps the others from it.

use super::{
    environment::Environment,
    holder::{Hands, Holder, roles_in},
    host::Host,
    person::Person,
    pipeline::Pipeline,
    stage::Stage,
};
use crate::{
    db::Conn,
    error::Error,
    id::EnvironmentId,
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
        let administrators = Host::administrators(conn, host.id)?;
        let target = Taking::read(conn, &stage.target.name, stage.target.environment_id)?;
        let mut sources = Vec::new();
        if stage.previous_stage_id.is_none() {
            for record in pipeline.sources(conn)? {
                sources.push(Taking::read(conn, &record.name, record.environment_id)?);
            }
        }
        let stage = On { pipeline: &pipeline.name, stage: &stage.name, host: host.name(), administrators };
        let holders = Holder::of_pipeline(conn, pipeline)?;
        Ok(holders.into_iter().map(|holder| stage.judge(holder, &sources, &target)).collect())
    }
}

impl Taking {
    fn read(conn: &mut Conn, name: &str, id: Option<EnvironmentId>) -> Result<Taking, Error> {
        let Some(id) = id else {
            let (administrators, roles) = (Vec::new(), Hands::new());
            return Ok(Taking { name: name.to_owned(), known: false, administrators, roles });
        };
        let (administrators, roles) = (Environment::administrators(conn, id)?, roles_in(conn, id)?);
        Ok(Taking { name: Environment::by_id(conn, id)?.name, known: true, administrators, roles })
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
