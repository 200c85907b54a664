//! What a history can be filtered by: the names that stand in it.

use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::{Bool, Text},
};

use super::{Filter, Row, Scope, scope::of_host};
use crate::{
    db::{Conn, among, natively, unvaried},
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
        let few = scope.few(conn, filter.host, MANY)?;
        let is_many = few.is_none();
        let named = few.unwrap_or_else(|| chosen.into_iter().collect());
        let names = if named.is_empty() { Vec::new() } else { choices.read(conn, filter.host, named, chosen)? };
        choices.pipelines = match is_many {
            true => Pipelines::Many(names.into_iter().next().map(|(_, name)| name)),
            false => Pipelines::Few(names),
        };
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

    // The names of pipelines, by name; and what can be chosen of the chosen one.
    fn read(
        &mut self,
        conn: &mut Conn,
        host: Option<EnvironmentId>,
        named: Vec<PipelineId>,
        chosen: Option<PipelineId>,
    ) -> Result<Vec<(String, String)>, Error> {
        let all = pipelines::table.filter(among(pipelines::id, named).and(of_host(host))).select((
            sql::<Text>("'pipeline'"),
            pipelines::id,
            pipelines::name,
            pipelines::name_key,
        ));
        let theirs = stages::table
            .inner_join(pipelines::table)
            .filter(stages::pipeline_id.nullable().eq(chosen).and(of_host(host)))
            .select((sql::<Text>("'stage'"), stages::id, stages::name, stages::id));
        // Asked of the people, of whom there are fewer than runs.
        let started = runs::table.inner_join(pipelines::table).filter(runs::started_by.eq(people::id));
        let started = started.filter(runs::pipeline_id.nullable().eq(chosen).and(of_host(host)));
        let some = people::table.filter(chosen.is_some().into_sql::<Bool>().and(exists(started))).select((
            sql::<Text>("'person'"),
            people::id,
            people::name,
            people::name_key,
        ));
        let mut found: Vec<(String, String, String, String)> =
            natively!(conn, |c| unvaried!(all.union_all(theirs).union_all(some)).load(c))?;
        found.sort_by(|(.., one), (.., other)| one.cmp(other));
        let mut names = Vec::new();
        for (kind, id, name, _) in found {
            match kind.as_str() {
                PIPELINE => names.push((id, name)),
                STAGE => self.stages.push((id, name)),
                _ => self.people.push((id, name)),
            }
        }
        Ok(names)
    }
}
