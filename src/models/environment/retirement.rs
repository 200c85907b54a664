//! Taking an environment out of use, unless something unfinished uses it.

use diesel::prelude::*;

use super::{AdministerEnvironment, Environment};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId},
    models::{audit::Verb, permit::Permit, reach::Reach},
    schema::{deployment_environments, environments, operations, pipelines, runs},
};

/// Something that keeps an environment from being retired, as much as the person who asks may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub sentence: String,
    /// Where it can be ended; none where the person cannot go there.
    pub place: Option<Place>,
}

/// Where a use of an environment can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The pipelines of the environment itself, which is a host.
    Pipelines(EnvironmentId),
    /// Its records of environments.
    Records(EnvironmentId),
    /// Another host's record of it.
    Record(EnvironmentId, DeploymentEnvironmentId),
    Deployments,
}

impl Use {
    fn nowhere(sentence: impl Into<String>) -> Use {
        Use { sentence: sentence.into(), place: None }
    }
}

impl Environment {
    /// The retired environments, by name; namesakes by age.
    pub fn retired(conn: &mut Conn) -> Result<Vec<Environment>, Error> {
        let retired = Environment::query().filter(environments::retired_at.is_not_null());
        Ok(retired.order((environments::name_key, environments::id)).load(conn)?)
    }

    /// As it is now, to be changed.
    ///
    /// # Errors
    /// A conflict when it is retired.
    pub fn live(&self, conn: &mut Conn) -> Result<Environment, Error> {
        Environment::by_id(conn, self.id)?.unretired()
    }

    /// Itself, where it can be changed.
    ///
    /// # Errors
    /// A conflict when it is retired.
    pub fn unretired(self) -> Result<Environment, Error> {
        match self.retired_at {
            None => Ok(self),
            Some(_) => Err(Error::Conflict(format!("{} is retired, so nothing about it changes any more.", self.name))),
        }
    }

    /// Retires the environment: it stays in history and can no longer be chosen. Its name becomes free.
    ///
    /// # Errors
    /// A conflict when it is retired or in use; the sentences say by what.
    pub fn retire(conn: &mut Conn, permit: &Permit<AdministerEnvironment>) -> Result<(), Error> {
        let before = permit.live(conn)?;
        diesel::update(environments::table.find(before.id))
            .set(environments::retired_at.eq(db::now()))
            .execute(conn)?;
        let uses = before.uses(conn, permit.reach())?;
        if !uses.is_empty() {
            let sentences: Vec<String> = uses.into_iter().map(|one| one.sentence).collect();
            return Err(Error::Conflict(sentences.join(" ")));
        }
        permit.by().did(Verb::Retire, before.subject()).record(conn)
    }

    /// What keeps the environment from being retired.
    pub fn uses(&self, conn: &mut Conn, who: &Reach) -> Result<Vec<Use>, Error> {
        let mut uses = Vec::new();
        uses.extend(self.live_pipelines(conn, who)?);
        uses.extend(self.records_kept(conn, who)?);
        uses.extend(self.records_elsewhere(conn, who)?);
        uses.extend(self.unfinished_runs(conn)?);
        uses.extend(self.unfinished_operations(conn)?);
        Ok(uses)
    }

    fn live_pipelines(&self, conn: &mut Conn, who: &Reach) -> Result<Option<Use>, Error> {
        let names: Vec<String> = pipelines::table
            .filter(pipelines::host_id.eq(self.id).and(pipelines::retired_at.is_null()))
            .order(pipelines::name_key)
            .select(pipelines::name)
            .load(conn)?;
        let told = |all| format!("It is the host of {all}. Retire them first, under Configuration, Pipelines.");
        Ok(self.kept(who, &names, ("pipeline", "pipelines"), told, Place::Pipelines(self.id)))
    }

    fn records_kept(&self, conn: &mut Conn, who: &Reach) -> Result<Option<Use>, Error> {
        let names: Vec<String> = deployment_environments::table
            .filter(deployment_environments::host_id.eq(self.id).and(deployment_environments::retired_at.is_null()))
            .order(deployment_environments::name_key)
            .select(deployment_environments::name)
            .load(conn)?;
        let told = |all| format!("Its host has {all}. Retire them first, under Configuration, Environments.");
        let nouns = ("environment record", "environment records");
        Ok(self.kept(who, &names, nouns, told, Place::Records(self.id)))
    }

    // What a host keeps is named to its administrators and counted for the others.
    fn kept(
        &self,
        who: &Reach,
        names: &[String],
        (one, many): (&str, &str),
        told: impl Fn(String) -> String,
        place: Place,
    ) -> Option<Use> {
        if names.is_empty() {
            return None;
        }
        let count = format!("{} live {}", names.len(), if names.len() == 1 { one } else { many });
        Some(match who.manages(self.id) {
            true => Use { sentence: told(format!("{count}: {}", names.join(", "))), place: Some(place) },
            false => Use::nowhere(told(count)),
        })
    }

    fn records_elsewhere(&self, conn: &mut Conn, who: &Reach) -> Result<Vec<Use>, Error> {
        let records: Vec<(EnvironmentId, DeploymentEnvironmentId, String)> = deployment_environments::table
            .filter(deployment_environments::environment_id.eq(self.id))
            .filter(deployment_environments::host_id.ne(self.id))
            .filter(deployment_environments::retired_at.is_null())
            .order(deployment_environments::id)
            .select((deployment_environments::host_id, deployment_environments::id, deployment_environments::name))
            .load(conn)?;
        let told = |(host, record, name): (EnvironmentId, DeploymentEnvironmentId, String)| match who.managed(host) {
            Some(host) => Use {
                sentence: format!("{} has a record of it, {name}. Retire that record first.", host.name),
                place: Some(Place::Record(host.id, record)),
            },
            None => {
                Use::nowhere("A host that you do not administer has a record of it. Its administrator can retire that.")
            }
        };
        Ok(records.into_iter().map(told).collect())
    }

    fn unfinished_runs(&self, conn: &mut Conn) -> Result<Option<Use>, Error> {
        let here = runs::source_environment_id.eq(self.id).or(runs::target_environment_id.eq(self.id));
        let unfinished = runs::table.filter(runs::ended_at.is_null()).filter(here.or(runs::host_id.eq(self.id)));
        let sentence = match unfinished.count().get_result::<i64>(conn)? {
            0 => return Ok(None),
            1 => "One deployment that needs it is not finished. Wait for it or cancel it.".into(),
            n => format!("{n} deployments that need it are not finished. Wait for them or cancel them."),
        };
        Ok(Some(Use { sentence, place: Some(Place::Deployments) }))
    }

    fn unfinished_operations(&self, conn: &mut Conn) -> Result<Option<Use>, Error> {
        let unfinished = operations::table
            .filter(operations::environment_id.eq(self.id))
            .filter(operations::run_id.is_null())
            .filter(operations::ended_at.is_null());
        Ok(match unfinished.count().get_result::<i64>(conn)? {
            0 => None,
            1 => Some(Use::nowhere("One operation in it is not finished. Wait for it.")),
            n => Some(Use::nowhere(format!("{n} operations in it are not finished. Wait for them."))),
        })
    }
}
