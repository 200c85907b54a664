//! How many runs succeeded and failed in each of several weeks.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Integer, Text, Untyped},
};

use super::settled::{self, Settled, Whose};
use crate::{
    db::{self, Conn, among},
    error::Error,
    id::PipelineId,
    models::run::Scope,
    rules::state::State,
    schema::runs,
};

/// How many succeeded and failed.
pub type Ended = (usize, usize);

/// Those of a scope in the weeks that begin at these instants, of which the last one goes on. Weeks that are long over do
/// not change any more: what is known of them is not counted again.
pub fn ended(conn: &mut Conn, scope: &Scope, starts: &[NaiveDateTime]) -> Result<Vec<Ended>, Error> {
    let over = settled::over(starts, db::now());
    let whose: Vec<Whose> = match scope {
        Scope::All => vec![None],
        Scope::Some(pipelines) => pipelines.iter().copied().map(Some).collect(),
    };
    let settled = conn.shared::<Settled>();
    let known = settled.of(&starts[..=over], &whose);
    let from = if known.is_some() { over } else { 0 };
    let counted = count(conn, scope, &starts[from..], known.is_none())?;
    let mut weeks = known.unwrap_or_else(|| {
        let counts = |whose: &Whose| counted.get(whose).map_or_else(|| vec![(0, 0); over], |all| all[..over].to_vec());
        let counts: Vec<(Whose, Vec<Ended>)> = whose.iter().map(|whose| (*whose, counts(whose))).collect();
        let sum = sum(over, counts.iter().map(|(_, counts)| &counts[..]));
        settled.keep(&starts[..=over], counts);
        sum
    });
    weeks.extend(sum(starts.len() - over, counted.values().map(|counts| &counts[over - from..])));
    Ok(weeks)
}

/// The sums of what is of the same week.
pub fn sum<'a>(weeks: usize, all: impl Iterator<Item = &'a [Ended]>) -> Vec<Ended> {
    all.fold(vec![(0, 0); weeks], |mut sums, counts| {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum = (sum.0 + count.0, sum.1 + count.1);
        }
        sums
    })
}

// Counted by the database, in an index that has all that is asked for: of each pipeline, or of all together.
fn count(
    conn: &mut Conn,
    scope: &Scope,
    starts: &[NaiveDateTime],
    each: bool,
) -> Result<HashMap<Whose, Vec<Ended>>, Error> {
    let mut all = HashMap::new();
    let Some(since) = starts.first() else { return Ok(all) };
    let which = starts.iter().enumerate().rev();
    let which = which.map(|(week, start)| format!("WHEN ended_at >= '{}' THEN {week}", start.format("%F %T%.f")));
    let which = format!("CASE {} END", which.collect::<Vec<_>>().join(" "));
    // SQLite would take the index of all runs by state; so it is kept from those, and takes that of each pipeline.
    let (told, whose) = match scope {
        Scope::All => ("state IN ('succeeded', 'failed')", "''"),
        Scope::Some(_) => ("state || '' IN ('succeeded', 'failed')", if each { "pipeline_id" } else { "''" }),
    };
    let these = runs::table.filter(runs::ended_at.ge(since)).filter(sql::<Bool>(told));
    let counts = these.group_by(sql::<Untyped>("1, 2, 3"));
    let counts =
        counts.select(sql::<(Text, Text, Integer, BigInt)>(&format!("{whose}, state, {which}, count(*)"))).into_boxed();
    let counts: Vec<(String, State, i32, i64)> = match scope {
        Scope::All => counts,
        Scope::Some(pipelines) => counts.filter(among(runs::pipeline_id, &**pipelines)),
    }
    .load(conn)?;
    for (whose, state, week, count) in counts {
        let weeks = all.entry(whose.parse::<PipelineId>().ok()).or_insert_with(|| vec![(0, 0); starts.len()]);
        let week = usize::try_from(week).ok().and_then(|week| weeks.get_mut(week));
        let Some((succeeded, failed)) = week else { continue };
        *(if state == State::Succeeded { succeeded } else { failed }) = usize::try_from(count).unwrap_or_default();
    }
    Ok(all)
}
