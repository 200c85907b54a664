//! What a history can be filtered by: the names that stand in it.

use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::Text,
};

use super::{Filter, Row, Scope, scope::of_host};
use crate::{
    db::{Conn, union_all, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::person::Person,
    schema::{people, pipelines, runs, stages},
};

/// Lists of choices, as value and label.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub pipelines: Pipelines,
    /// The stages of the chosen pipeline.
    pub stages: Vec<(String, String)>,
    /// Oneself, who has started a run of the chosen pipeline, and who was chosen.
    pub people: Vec<(String, String)>,
}

/// How a pipeline is chosen.
#[derive(Debug, Clone)]
pub enum Pipelines {
    /// Among few, each as value and label.
    Few(Vec<(String, String)>),
    /// Among so many that one types a name; that of the chosen one.
    Many(Option<String>),
}

impl Default for Pipelines {
    fn default() -> Pipelines {
        Pipelines::Few(Vec::new())
    }
}

/// How many pipelines are too many for a list.
const MANY: usize = 32;

const PIPELINE: &str = "pipeline";
const STAGE: &str = "stage";

impl Choices {
    /// What can be chosen within what the person sees, beside what was chosen; `found` are runs that fit. Whom one can
    /// choose is known of one pipeline only: no index tells who ever started anything.
    pub fn of(
        conn: &mut Conn,
        person: &Person,
        scope: &Scope,
        filter: &Filter,
        found: &[Row],
    ) -> Result<Choices, Error> {
        let mut choices = Choices::default();
        let chosen = filter.pipeline.filter(|chosen| scope.has(*chosen));
        choices.pipelines = match scope.few(conn, filter.host, MANY)? {
            Some(few) => Pipelines::Few(few.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
            None => Pipelines::Many(None),
        };
        if let Some(chosen) = chosen {
            choices.read(conn, filter.host, chosen)?;
        }
        let me = person.id.to_string();
        choices.people.retain(|(id, _)| *id != me);
        let other = filter.person.filter(|other| *other != person.id).map(|other| other.to_string());
        let known = |other: &String| choices.people.iter().any(|(id, _)| id == other);
        if let (Some(other), Some(run)) = (other.filter(|other| !known(other)), found.first()) {
            choices.people.push((other, run.started_by_name.clone()));
        }
        choices.people.insert(0, (me, format!("{} (you)", person.name)));
        Ok(choices)
    }

    // What can be chosen of a pipeline, and what that is called.
    fn read(&mut self, conn: &mut Conn, host: Option<EnvironmentId>, chosen: PipelineId) -> Result<(), Error> {
        let here = || pipelines::id.eq(chosen).and(of_host(host));
        let itself = pipelines::table.filter(here()).select((
            sql::<Text>("'pipeline'"),
            pipelines::id,
            pipelines::name,
            pipelines::name_key,
        ));
        let theirs = stages::table.inner_join(pipelines::table).filter(here()).select((
            sql::<Text>("'stage'"),
            stages::id,
            stages::name,
            stages::id,
        ));
        // Asked of the people, of whom there are fewer than runs.
        let started = runs::table.inner_join(pipelines::table).filter(here());
        let some = people::table.filter(exists(started.filter(runs::started_by.eq(people::id)))).select((
            sql::<Text>("'person'"),
            people::id,
            people::name,
            people::name_key,
        ));
        let mut found: Vec<(String, String, String, String)> =
            unvaried!(union_all(itself, theirs).union_all(some)).load(conn)?;
        found.sort_by(|(.., one), (.., other)| one.cmp(other));
        for (kind, id, name, _) in found {
            match (kind.as_str(), &mut self.pipelines) {
                (PIPELINE, Pipelines::Many(chosen)) => *chosen = Some(name),
                (PIPELINE, Pipelines::Few(_)) => (),
                (STAGE, _) => self.stages.push((id, name)),
                _ => self.people.push((id, name)),
            }
        }
        Ok(())
    }
}
