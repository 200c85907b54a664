//! What needs somebody's attention among runs, and what ran lately: those that failed, those that wait for Deploy, and the
//! newest ones, read at once.

use chrono::TimeDelta;
use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Text,
};

use super::run::{Row, Scope};
use crate::{
    db::{self, Conn, union_all},
    error::Error,
    id::{PipelineId, RunId},
    rules::state::{DAYS_TO_DEPLOY, State},
    schema::runs,
};

/// How many of each are told.
const MOST: i64 = 5;
/// How long a failure is news.
const DAYS: i64 = 7;

/// Runs, newest first.
#[derive(Debug, Clone, Default)]
pub struct Lately {
    /// Those that failed in the last seven days and that no newer one of their solution to their stage came after.
    pub failed: Vec<Row>,
    /// Those that wait for settings and Deploy.
    pub waiting: Vec<Row>,
    pub newest: Vec<Row>,
}

impl Lately {
    /// What of the pipelines that the person may `run` needs attention, and the newest of all that they see.
    pub fn of(conn: &mut Conn, seen: &Scope, run: &[PipelineId]) -> Result<Lately, Error> {
        let newer = diesel::alias!(runs as newer);
        let same = newer.field(runs::stage_id).eq(runs::stage_id);
        let same = same.and(newer.field(runs::solution_key).eq(runs::solution_key));
        let later = newer.filter(same.and(newer.field(runs::id).gt(runs::id)));
        // By state, of which an index has the newest runs at hand.
        let in_state = |state: State, days: i64| {
            let since = db::now() - TimeDelta::days(days);
            let lately = runs::id.ge(RunId::first_at(since)).and(runs::started_at.ge(since));
            runs::table.filter(runs::state.eq(state).and(lately).and(runs::pipeline_id.eq_any(run)))
        };
        let failed = in_state(State::Failed, DAYS).filter(not(exists(later))).order(runs::id.desc()).limit(MOST);
        let waiting = in_state(State::ValidationSucceeded, DAYS_TO_DEPLOY).order(runs::id.desc()).limit(MOST);
        let newest = runs::table.order(runs::id.desc()).limit(MOST);
        let mut newest = newest.select((sql::<Text>("'newest'"), Row::as_select())).into_boxed();
        if let Scope::Some(pipelines) = seen {
            newest = newest.filter(runs::pipeline_id.eq_any(&**pipelines));
        }
        let failed = failed.select((sql::<Text>("'failed'"), Row::as_select()));
        let waiting = waiting.select((sql::<Text>("'waiting'"), Row::as_select()));
        let all: Vec<(String, Row)> = union_all(failed, waiting).union_all(newest).load(conn)?;
        let mut lately = Lately::default();
        for (which, row) in all {
            match which.as_str() {
                "failed" => lately.failed.push(row),
                "waiting" => lately.waiting.push(row),
                _ => lately.newest.push(row),
            }
        }
        for rows in [&mut lately.failed, &mut lately.waiting, &mut lately.newest] {
            rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        }
        Ok(lately)
    }
}
