//! What a history can be filtered by: the names that stand in it.

use diesel::prelude::*;

use super::{Scope, ids};
use crate::{
    db::{self, Conn, MultiBackend},
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId, StageId},
    schema::{people, pipelines, runs, stages},
};

/// Lists of choices, as value and label.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub pipelines: Vec<(String, String)>,
    /// The stages of the chosen pipeline.
    pub stages: Vec<(String, String)>,
    pub people: Vec<(String, String)>,
}

impl Choices {
    /// What can be chosen within what the person sees.
    pub fn of(
        conn: &mut Conn,
        scope: &Scope,
        host: Option<EnvironmentId>,
        chosen: Option<PipelineId>,
    ) -> Result<Choices, Error> {
        let mut query = pipelines::table.select((pipelines::id, pipelines::name)).into_boxed::<MultiBackend>();
        if let Scope::Some(seen) = scope {
            query = query.filter(pipelines::id.eq_any(ids(seen)));
        }
        if let Some(host) = host {
            query = query.filter(pipelines::host_id.eq(host));
        }
        let seen: Vec<(PipelineId, String)> = query.order(pipelines::name_key).load(conn)?;
        let chosen = chosen.filter(|chosen| seen.iter().any(|(id, _)| id == chosen));
        let stages: Vec<(StageId, String)> = match chosen {
            Some(pipeline) => stages::table
                .filter(stages::pipeline_id.eq(pipeline))
                .order(stages::id)
                .select((stages::id, stages::name))
                .load(conn)?,
            None => Vec::new(),
        };
        Ok(Choices { people: starters(conn, &seen)?, pipelines: named(seen), stages: named(stages) })
    }
}

// Everybody who has started a run of these pipelines: asked of the people, of whom there are fewer than runs.
fn starters(conn: &mut Conn, seen: &[(PipelineId, String)]) -> Result<Vec<(String, String)>, Error> {
    let ids: Vec<PipelineId> = seen.iter().map(|(id, _)| *id).collect();
    let started = runs::table.filter(runs::started_by.eq(people::id)).filter(runs::pipeline_id.eq_any(ids));
    let mut found: Vec<(PersonId, String)> =
        people::table.filter(diesel::dsl::exists(started)).select((people::id, people::name)).load(conn)?;
    found.sort_by_key(|(_, name)| db::fold(name));
    Ok(named(found))
}

fn named<K: ToString>(all: Vec<(K, String)>) -> Vec<(String, String)> {
    all.into_iter().map(|(key, name)| (key.to_string(), name)).collect()
}
