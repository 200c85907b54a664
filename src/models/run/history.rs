//! Run history: newest first, page by page, of the pipelines that the person can see.

use chrono::NaiveDateTime;
use diesel::{
    dsl::{AsSelect, IntoBoxed, Select},
    prelude::*,
};

use crate::{
    db::{self, Conn, MultiBackend},
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId, RunId, StageId},
    models::reach::{Named, Reach},
    rules::state::State,
    schema::{pipelines, runs},
};

/// Runs on one page of history.
pub const PAGE: usize = 50;

/// The pipelines whose runs a person may see, retired ones too.
#[derive(Debug, Clone)]
pub enum Scope {
    All,
    /// These alone, by name.
    Some(Vec<Named<PipelineId>>),
}

/// Which runs are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub host: Option<EnvironmentId>,
    pub pipeline: Option<PipelineId>,
    pub stage: Option<StageId>,
    /// A solution's unique name.
    pub solution: Option<String>,
    pub state: Option<State>,
    pub person: Option<PersonId>,
    /// From this instant on.
    pub since: Option<NaiveDateTime>,
    /// Before this instant.
    pub until: Option<NaiveDateTime>,
    /// Older than this run: the next page, newest first.
    pub before: Option<RunId>,
    /// Newer than this run: the page before.
    pub after: Option<RunId>,
    /// The other way round: the next page is newer, the page before older.
    pub oldest_first: bool,
}

/// A run as lists show it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = runs)]
pub struct Row {
    pub id: RunId,
    pub state: State,
    pub pipeline_name: String,
    pub stage_name: String,
    pub target_name: String,
    pub solution_name: String,
    pub solution_display_name: String,
    pub version: String,
    pub notes: String,
    pub error_message: Option<String>,
    pub started_by_name: String,
    pub started_at: NaiveDateTime,
    pub deployed_at: Option<NaiveDateTime>,
    pub scheduled_for: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
}

impl Row {
    /// Why it failed, else its notes.
    pub fn told(&self) -> &str {
        self.error_message.as_deref().unwrap_or(&self.notes)
    }
}

impl Scope {
    /// What the person may see now: what is shared with them, and all of the hosts that they administer.
    pub fn of(conn: &mut Conn, who: &Reach) -> Result<Scope, Error> {
        if who.system_administrator {
            return Ok(Scope::All);
        }
        let mut seen: Vec<Named<PipelineId>> = who.shared().into_iter().cloned().collect();
        let hosts = who.managed_hosts();
        if !hosts.is_empty() {
            let theirs = pipelines::table.filter(pipelines::host_id.eq_any(hosts));
            let theirs: Vec<(PipelineId, String, Option<NaiveDateTime>)> =
                theirs.select((pipelines::id, pipelines::name, pipelines::retired_at)).load(conn)?;
            seen.extend(theirs.into_iter().map(|(id, name, retired)| Named { id, name, live: retired.is_none() }));
            seen.sort_by_cached_key(|at| (db::fold(&at.name), at.id));
            seen.dedup_by_key(|at| at.id);
        }
        Ok(Scope::Some(seen))
    }

    /// Its runs, as lists show them, for the conditions of a query.
    pub fn runs(&self) -> Runs<'_> {
        let runs = runs::table.select(Row::as_select()).into_boxed::<MultiBackend>();
        match self {
            Scope::All => runs,
            // By pipelines alone, of which an index has the newest runs at hand: another condition beside it, such as "or
            // of this host", makes SQLite look through all runs.
            Scope::Some(pipelines) => runs.filter(runs::pipeline_id.eq_any(ids(pipelines))),
        }
    }
}

/// The keys of pipelines alone.
pub fn ids(pipelines: &[Named<PipelineId>]) -> Vec<PipelineId> {
    pipelines.iter().map(|pipeline| pipeline.id).collect()
}

/// Runs as lists show them, still to be narrowed and ordered.
pub type Runs<'a> = IntoBoxed<'a, Select<runs::table, AsSelect<Row, MultiBackend>>, MultiBackend>;

/// The newest runs, so many at most.
pub fn newest(conn: &mut Conn, scope: &Scope, most: i64) -> Result<Vec<Row>, Error> {
    Ok(scope.runs().order(runs::id.desc()).limit(most).load(conn)?)
}

/// One page of runs in the order that was asked for, and whether there are more in the direction that was asked for.
pub fn history(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<(Vec<Row>, bool), Error> {
    let mut query = scope.runs();
    if let Some(host) = filter.host {
        query = query.filter(runs::host_id.eq(host));
    }
    if let Some(pipeline) = filter.pipeline {
        query = query.filter(runs::pipeline_id.eq(pipeline));
    }
    if let Some(stage) = filter.stage {
        query = query.filter(runs::stage_id.eq(stage));
    }
    if let Some(solution) = &filter.solution {
        query = query.filter(runs::solution_key.eq(db::fold(solution)));
    }
    if let Some(state) = filter.state {
        query = query.filter(runs::state.eq(state));
    }
    if let Some(person) = filter.person {
        query = query.filter(runs::started_by.eq(person));
    }
    if let Some(since) = filter.since {
        query = query.filter(runs::started_at.ge(since));
    }
    if let Some(until) = filter.until {
        query = query.filter(runs::started_at.lt(until));
    }
    let limit = PAGE as i64 + 1;
    let mut rows: Vec<Row> = match (filter.before, filter.after) {
        (_, Some(after)) => query.filter(runs::id.gt(after)).order(runs::id.asc()).limit(limit).load(conn)?,
        (Some(before), None) => query.filter(runs::id.lt(before)).order(runs::id.desc()).limit(limit).load(conn)?,
        (None, None) if filter.oldest_first => query.order(runs::id.asc()).limit(limit).load(conn)?,
        (None, None) => query.order(runs::id.desc()).limit(limit).load(conn)?,
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let turned =
        if filter.oldest_first { filter.before.is_some() && filter.after.is_none() } else { filter.after.is_some() };
    if turned {
        rows.reverse();
    }
    Ok((rows, more))
}
