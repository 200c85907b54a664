//! Run history: newest first, page by page, of the pipelines that the person can see.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::{connection::DefaultLoadingMode, prelude::*};

use super::Scope;
use crate::{
    db::{self, Conn, Instant, Merged, among, unvaried, within},
    error::Error,
    id::{EnvironmentId, PersonId, PipelineId, RunId, StageId},
    rules::state::State,
    schema::runs,
};

/// Runs on one page of history.
pub const PAGE: usize = 50;

/// How many of the runs of one solution are shown beside what its stages have.
const RECENT: usize = 10;

/// How many pipelines are many.
const MANY: usize = 32;

/// How far the newest runs are gone through.
const FAR: i64 = 128;

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
    pub started_at: Instant,
    pub deployed_at: Option<Instant>,
    pub scheduled_for: Option<Instant>,
    pub ended_at: Option<Instant>,
}

impl Row {
    /// Why it failed, else its notes.
    pub fn told(&self) -> &str {
        self.error_message.as_deref().unwrap_or(&self.notes)
    }
}

/// Asks for runs of a scope, newest first, of the keys that a query is narrowed and ordered to. Which they are is told by
/// indexes alone; only then the runs themselves are read, which are far larger.
macro_rules! of_keys {
    ($scope:expr, |$keys:ident| $these:expr) => {{
        let $keys = runs::table.select(runs::id).into_boxed();
        // By pipelines alone, of which an index has the newest runs at hand: another condition beside it, such as "or
        // of this host", makes SQLite look through all runs.
        let $keys = match $scope {
            Scope::All => $keys,
            Scope::Some(pipelines) => $keys.filter(among(runs::pipeline_id, &**pipelines)),
        };
        Row::query().filter(within(runs::id, $these)).order(runs::id.desc())
    }};
}

/// Those that fit among the newest runs, of which so many are looked through at most; not more than `most`.
pub fn fitting(
    conn: &mut Conn,
    scope: &Scope,
    through: i64,
    fits: impl Fn(&Row) -> bool,
    most: usize,
) -> Result<Vec<Row>, Error> {
    let newest = of_keys!(scope, |keys| keys.order(runs::id.desc()).limit(through));
    // One after another, as the first ones may do.
    let newest = newest.load_iter::<Row, DefaultLoadingMode>(conn)?;
    Ok(newest.filter(|row| row.as_ref().map_or(true, &fits)).take(most).collect::<QueryResult<Vec<Row>>>()?)
}

/// The newest runs of a solution on a pipeline, and whether there are more.
pub fn recent(conn: &mut Conn, pipeline: PipelineId, solution: &str) -> Result<(Vec<Row>, bool), Error> {
    let theirs = runs::pipeline_id.eq(pipeline).and(runs::solution_key.eq(db::fold(solution)));
    let most = RECENT as i64 + 1;
    let mut rows: Vec<Row> = unvaried!(Row::query().filter(theirs).order(runs::id.desc()).limit(most)).load(conn)?;
    let more = rows.len() > RECENT;
    rows.truncate(RECENT);
    Ok((rows, more))
}

/// One page of runs in the order that was asked for, and whether there are more in the direction that was asked for.
pub fn history(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<(Vec<Row>, bool), Error> {
    let upwards = filter.after.is_some() || (filter.before.is_none() && filter.oldest_first);
    let mut rows = match way(scope, filter) {
        Way::Merge(few) => merge(conn, &few, filter)?,
        Way::Walk => match walk(conn, scope, filter)? {
            Some(rows) => rows,
            None => look(conn, scope, filter, upwards)?,
        },
        Way::Look => look(conn, scope, filter, upwards)?,
    };
    let more = rows.len() > PAGE;
    // The one that is too many is the last one in the direction that was asked for.
    if upwards {
        rows.drain(..rows.len().saturating_sub(PAGE));
    }
    rows.truncate(PAGE);
    if filter.oldest_first {
        rows.reverse();
    }
    Ok((rows, more))
}

// How the runs of a page are found: all ways find the same.
enum Way {
    /// Through the newest runs of all, one by one: who sees many pipelines sees many of them.
    Walk,
    /// Through the newest of each of these pipelines.
    Merge(Vec<PipelineId>),
    /// By whatever index serves what else is asked for.
    Look,
}

fn way(scope: &Scope, filter: &Filter) -> Way {
    let Filter { host, pipeline, stage, solution, state, person, since, until, .. } = filter;
    let narrowed = host.is_some() || stage.is_some() || state.is_some() || person.is_some();
    if narrowed || since.is_some() || until.is_some() || filter.after.is_some() || filter.oldest_first {
        return Way::Look;
    }
    let wanted = |id: &PipelineId| pipeline.is_none_or(|pipeline| pipeline == *id);
    let few = match (scope, pipeline) {
        (Scope::Some(seen), _) => seen.iter().copied().filter(wanted).collect(),
        (Scope::All, Some(pipeline)) => vec![*pipeline],
        (Scope::All, None) => return Way::Look,
    };
    match (few.len() < MANY, solution) {
        (true, _) => Way::Merge(few),
        (false, None) => Way::Walk,
        (false, Some(_)) => Way::Look,
    }
}

// None where the newest runs that are gone through are not enough.
fn walk(conn: &mut Conn, scope: &Scope, filter: &Filter) -> Result<Option<Vec<Row>>, Error> {
    let Scope::Some(seen) = scope else { return Ok(None) };
    let newest = runs::table.order(runs::id.desc()).limit(FAR).select((runs::pipeline_id, Row::as_select()));
    match filter.before {
        Some(before) => {
            let older = unvaried!(newest.filter(runs::id.lt(before)));
            picked(seen, older.load_iter::<_, DefaultLoadingMode>(conn)?)
        }
        None => picked(seen, unvaried!(newest).load_iter::<_, DefaultLoadingMode>(conn)?),
    }
}

// As many as a page needs; none where there may be more further on.
fn picked(
    seen: &BTreeSet<PipelineId>,
    newest: impl Iterator<Item = QueryResult<(PipelineId, Row)>>,
) -> Result<Option<Vec<Row>>, Error> {
    let (mut found, mut passed) = (Vec::with_capacity(PAGE + 1), 0);
    for run in newest {
        let (pipeline, row) = run?;
        passed += 1;
        if seen.contains(&pipeline) {
            found.push(row);
        }
        if found.len() > PAGE {
            return Ok(Some(found));
        }
    }
    Ok(Some(found).filter(|_| passed < FAR))
}

fn merge(conn: &mut Conn, few: &[PipelineId], filter: &Filter) -> Result<Vec<Row>, Error> {
    // As many as the next power of two, so that few different statements are prepared; none of them is of no pipeline.
    let places = 0..few.len().next_power_of_two();
    let of_each = places.map(|place| {
        let place = few.get(place).copied();
        let keys = runs::table.select(runs::id).filter(runs::pipeline_id.nullable().eq(place));
        let mut keys = keys.into_boxed();
        if let Some(solution) = &filter.solution {
            keys = keys.filter(runs::solution_key.eq(db::fold(solution)));
        }
        if let Some(before) = filter.before {
            keys = keys.filter(runs::id.lt(before));
        }
        keys
    });
    let these = Merged { column: runs::id, queries: of_each.collect(), most: PAGE + 1 };
    Ok(Row::query().filter(these).order(runs::id.desc()).load(conn)?)
}

fn look(conn: &mut Conn, scope: &Scope, filter: &Filter, upwards: bool) -> Result<Vec<Row>, Error> {
    let these = of_keys!(scope, |keys| {
        let mut keys = keys;
        if let Some(host) = filter.host {
            keys = keys.filter(runs::host_id.eq(host));
        }
        if let Some(pipeline) = filter.pipeline {
            keys = keys.filter(runs::pipeline_id.eq(pipeline));
        }
        if let Some(stage) = filter.stage {
            keys = keys.filter(runs::stage_id.eq(stage));
        }
        if let Some(solution) = &filter.solution {
            keys = keys.filter(runs::solution_key.eq(db::fold(solution)));
        }
        if let Some(state) = filter.state {
            keys = keys.filter(runs::state.eq(state));
        }
        if let Some(person) = filter.person {
            keys = keys.filter(runs::started_by.eq(person));
        }
        if let Some(since) = filter.since {
            keys = keys.filter(runs::started_at.ge(since));
        }
        if let Some(until) = filter.until {
            keys = keys.filter(runs::started_at.lt(until));
        }
        match (filter.before, filter.after) {
            (_, Some(after)) => keys = keys.filter(runs::id.gt(after)),
            (Some(before), None) => keys = keys.filter(runs::id.lt(before)),
            (None, None) => (),
        }
        let keys = if upwards { keys.order(runs::id.asc()) } else { keys.order(runs::id.desc()) };
        keys.limit(PAGE as i64 + 1)
    });
    Ok(these.load(conn)?)
}
