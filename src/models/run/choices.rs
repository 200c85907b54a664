//! What a history can be filtered by: the names that stand in it.

use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::{Bool, Text},
};

use super::{Filter, Row, Scope};
use crate::{
    db::{Conn, natively, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::person::Person,
    schema::{people, pipelines, runs, stages},
};

/// Lists of choices, as value and label.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub pipelines: Vec<(String, String)>,
    /// The stages of the chosen pipeline.
    pub stages: Vec<(String, String)>,
    /// Oneself, who has started a run of the chosen pipeline, and who was chosen.
    pub people: Vec<(String, String)>,
}

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
        let chosen = match scope {
            Scope::All => filter.pipeline,
            Scope::Some(seen) => {
                choices.pipelines = seen.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
                filter.pipeline.filter(|chosen| seen.iter().any(|one| one.id == *chosen))
            }
        };
        if matches!(scope, Scope::All) || chosen.is_some() {
            choices.read(conn, scope, filter.host, chosen)?;
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

    fn read(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        host: Option<EnvironmentId>,
        chosen: Option<PipelineId>,
    ) -> Result<(), Error> {
        let everything = matches!(scope, Scope::All).into_sql::<Bool>();
        let here = || host.is_none().into_sql::<Bool>().or(pipelines::host_id.nullable().eq(host));
        let all = pipelines::table.filter(everything.and(here())).select((
            sql::<Text>("'pipeline'"),
            pipelines::id,
            pipelines::name,
            pipelines::name_key,
        ));
        let theirs = stages::table
            .inner_join(pipelines::table)
            .filter(stages::pipeline_id.nullable().eq(chosen).and(here()))
            .select((sql::<Text>("'stage'"), stages::id, stages::name, stages::id));
        // Asked of the people, of whom there are fewer than runs.
        let started = runs::table.inner_join(pipelines::table).filter(runs::started_by.eq(people::id));
        let started = started.filter(runs::pipeline_id.nullable().eq(chosen).and(here()));
        let some = people::table.filter(chosen.is_some().into_sql::<Bool>().and(exists(started))).select((
            sql::<Text>("'person'"),
            people::id,
            people::name,
            people::name_key,
        ));
        let mut found: Vec<(String, String, String, String)> =
            natively!(conn, |c| unvaried!(all.union_all(theirs).union_all(some)).load(c))?;
        found.sort_by(|(.., one), (.., other)| one.cmp(other));
        for (kind, id, name, _) in found {
            match kind.as_str() {
                PIPELINE => self.pipelines.push((id, name)),
                STAGE => self.stages.push((id, name)),
                _ => self.people.push((id, name)),
            }
        }
        Ok(())
    }
}
