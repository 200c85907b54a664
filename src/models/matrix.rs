//! What is where: the solutions that a pipeline moves, and what each of its environments has of them, as last seen.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::{prelude::*, query_dsl::positional_order_dsl::PositionalOrderDsl};

use super::{environment::Environment, part::Part, reach::Reach, run::Newest, sighting::Sighting, stage::Stage};
use crate::{
    db::{Conn, natively},
    error::Error,
    id::{EnvironmentId, PipelineId, StageId},
    package::version::Version,
    rules::{state::State, whereabouts},
    schema::{newest_runs, sightings},
};

/// How many solutions a page has.
pub const PAGE: usize = 50;
/// How many are read at once where only some are asked for.
const MANY: usize = 250;

/// An environment of a pipeline.
#[derive(Debug, Clone)]
pub struct Column {
    pub environment: Environment,
    /// The stage whose target it is; none for a development environment.
    pub stage: Option<Stage>,
    /// Whether the person may look into it, not only at what the pipeline brought there.
    pub open: bool,
    /// The columns from which versions come here.
    before: Vec<usize>,
}

/// What one environment has of one solution.
#[derive(Debug, Clone)]
pub struct Cell {
    pub seen: Option<Sighting>,
    /// The newest run to the stage.
    pub run: Option<Newest>,
    /// The higher version that what comes before it has.
    pub behind: Option<Version>,
    /// The version that has succeeded in the stage before and was never here.
    pub awaited: Option<Version>,
}

impl Cell {
    /// What could come here next.
    pub fn next(&self) -> Option<&Version> {
        self.behind.as_ref().or(self.awaited.as_ref())
    }
}

/// One solution in all environments of the pipeline.
#[derive(Debug, Clone)]
pub struct Row {
    pub unique_name: String,
    pub display_name: String,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    Behind,
    /// What is behind, or could come where it never was.
    MovesOn,
    Failed,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Where it is looked for; anywhere if none.
    pub environment: Option<EnvironmentId>,
    pub only: Option<Only>,
    /// The folded unique name after which the page begins.
    pub after: String,
    /// How many solutions are looked at for one page, about: who asks for what is rare goes on from there.
    pub within: usize,
}

/// One page of a pipeline's matrix.
#[derive(Debug, Clone)]
pub struct Matrix {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// After which folded unique name the next page begins, where there may be one.
    pub next: Option<String>,
}

/// What was read for rows: what was seen in environments, and the newest runs to stages, by folded unique name.
#[derive(Debug, Default)]
pub struct Cells {
    pub seen: HashMap<(EnvironmentId, String), Sighting>,
    pub runs: HashMap<(StageId, String), Newest>,
}

impl Matrix {
    /// What the person sees of it, by unique name.
    pub fn of(conn: &mut Conn, who: &Reach, pipeline: PipelineId, wanted: &Wanted) -> Result<Matrix, Error> {
        let columns = columns(who, pipeline, &Part::of(conn, &[pipeline])?);
        let at_once = if wanted.is_any() { MANY } else { PAGE };
        let (mut rows, mut after, mut looked_at) = (Vec::new(), wanted.after.clone(), 0);
        loop {
            let keys = keys(conn, pipeline, &columns, &after, at_once + 1)?;
            let more = keys.len() > at_once;
            let keys = &keys[..keys.len().min(at_once)];
            let Some(last) = keys.last() else { break };
            (after, looked_at) = (last.clone(), looked_at + keys.len());
            let cells = Cells::read(conn, pipeline, &columns, keys)?;
            for (key, row) in keys.iter().zip(cells.rows(&columns, keys)?) {
                if rows.len() == PAGE {
                    return Ok(Matrix { columns, rows, next: Some(after) });
                }
                after.clone_from(key);
                rows.extend(Some(row).filter(|row| wanted.is(&columns, row)));
            }
            if !more {
                break;
            }
            if rows.len() == PAGE || looked_at >= wanted.within {
                return Ok(Matrix { columns, rows, next: Some(after) });
            }
        }
        Ok(Matrix { columns, rows, next: None })
    }
}

impl Wanted {
    fn is_any(&self) -> bool {
        self.environment.is_some() || self.only.is_some()
    }

    /// Whether a row is asked for.
    pub fn is(&self, columns: &[Column], row: &Row) -> bool {
        let places = columns.iter().zip(&row.cells);
        let mut here = places.filter(|(column, _)| self.environment.is_none_or(|id| column.environment.id == id));
        here.any(|(_, cell)| match self.only {
            None => self.environment.is_none() || cell.seen.is_some(),
            Some(Only::Behind) => cell.behind.is_some(),
            Some(Only::MovesOn) => cell.next().is_some(),
            Some(Only::Failed) => cell.run.as_ref().is_some_and(|run| run.state == State::Failed),
        })
    }
}

/// The development environments that the person may look into, then the stages in order.
pub fn columns(who: &Reach, pipeline: PipelineId, parts: &[Part]) -> Vec<Column> {
    let sources = parts.iter().filter(|part| part.is_source_of(pipeline));
    let sources = sources.filter_map(|part| part.environment.clone()).filter(|at| who.role_in(at.id).is_some());
    let column = |environment| Column { environment, stage: None, open: true, before: Vec::new() };
    let mut columns: Vec<Column> = sources.map(column).collect();
    let sources: Vec<usize> = (0..columns.len()).collect();
    let mut places: HashMap<StageId, usize> = HashMap::new();
    for (_, stage) in Stage::in_order(Part::stages(parts, pipeline)) {
        let part = parts.iter().find(|part| part.record.id == stage.target_id);
        let Some(environment) = part.and_then(|part| part.environment.clone()) else { continue };
        let before = match stage.previous_stage_id {
            None => sources.clone(),
            Some(previous) => places.get(&previous).copied().into_iter().collect(),
        };
        places.insert(stage.id, columns.len());
        columns.push(Column { open: who.role_in(environment.id).is_some(), environment, stage: Some(stage), before });
    }
    columns
}

// The folded unique names of one page and one more: what the development environments have, and what any run carried.
fn keys(
    conn: &mut Conn,
    pipeline: PipelineId,
    columns: &[Column],
    after: &str,
    most: usize,
) -> Result<Vec<String>, Error> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let made = made_in(sources(columns)).filter(sightings::unique_name_key.gt(after)).limit(most);
    let carried = carried_to(pipeline, stages(columns)).filter(newest_runs::solution_key.gt(after)).limit(most);
    Ok(natively(made.union(carried).positional_order_by(1).limit(most)).load(conn)?)
}

// The folded unique names of what is made in these environments and could be moved.
#[diesel::dsl::auto_type(no_type_alias)]
fn made_in(sources: Vec<EnvironmentId>) -> _ {
    sightings::table
        .filter(sightings::environment_id.eq_any(sources))
        .filter(sightings::managed.eq(false).and(sightings::system.eq(false)))
        .order(sightings::unique_name_key)
        .select(sightings::unique_name_key)
}

// Those of what was carried to these stages.
#[diesel::dsl::auto_type(no_type_alias)]
fn carried_to(pipeline: PipelineId, stages: Vec<StageId>) -> _ {
    newest_runs::table
        .filter(newest_runs::pipeline_id.eq(pipeline).and(newest_runs::stage_id.eq_any(stages)))
        .order(newest_runs::solution_key)
        .select(newest_runs::solution_key)
        .distinct()
}

/// The development environments among the columns.
pub fn sources(columns: &[Column]) -> Vec<EnvironmentId> {
    columns.iter().filter(|column| column.stage.is_none()).map(|column| column.environment.id).collect()
}

/// The stages among the columns.
pub fn stages(columns: &[Column]) -> Vec<StageId> {
    columns.iter().filter_map(|column| Some(column.stage.as_ref()?.id)).collect()
}

impl Cells {
    fn read(conn: &mut Conn, pipeline: PipelineId, columns: &[Column], keys: &[String]) -> Result<Cells, Error> {
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(Cells::default()) };
        let places: Vec<EnvironmentId> = columns.iter().map(|column| column.environment.id).collect();
        // Between the first and the last: PostgreSQL would look for each of the keys in all that these places have.
        let seen = sightings::table
            .filter(sightings::environment_id.eq_any(places))
            .filter(sightings::unique_name_key.between(first, last))
            .filter(sightings::unique_name_key.eq_any(keys));
        let seen: Vec<(String, Sighting)> =
            seen.select((sightings::unique_name_key, Sighting::as_select())).load(conn)?;
        let runs = Newest::to(conn, pipeline, &stages(columns), keys)?;
        Ok(Cells {
            seen: seen.into_iter().map(|(key, one)| ((one.environment_id, key), one)).collect(),
            runs: runs.into_iter().map(|(stage, key, run)| ((stage, key), run)).collect(),
        })
    }

    /// The rows of these folded unique names.
    pub fn rows(&self, columns: &[Column], keys: &[String]) -> Result<Vec<Row>, Error> {
        keys.iter().map(|key| self.row(columns, key)).collect()
    }

    fn row(&self, columns: &[Column], key: &str) -> Result<Row, Error> {
        let cell = |column: &Column| {
            let run = column.stage.as_ref().and_then(|stage| self.runs.get(&(stage.id, key.to_owned())));
            let seen = self.seen.get(&(column.environment.id, key.to_owned()));
            // What was brought there by other ways is for those who may look into the environment.
            let seen = seen.filter(|_| column.open || run.is_some());
            Cell { seen: seen.cloned(), run: run.cloned(), behind: None, awaited: None }
        };
        let mut cells: Vec<Cell> = columns.iter().map(cell).collect();
        let version =
            |cell: &Cell| -> Result<Option<Version>, Error> { cell.seen.as_ref().map(Sighting::version).transpose() };
        let versions: Vec<Option<Version>> = cells.iter().map(version).collect::<Result<_, _>>()?;
        let succeeded = |place: usize| cells[place].run.as_ref().is_some_and(|run| run.state == State::Succeeded);
        let awaited = |(column, here): (&Column, &Option<Version>)| {
            let before = column.before.iter().copied().filter(|place| here.is_none() && succeeded(*place));
            before.filter_map(|place| versions[place].clone()).max()
        };
        let awaited: Vec<Option<Version>> = columns.iter().zip(&versions).map(awaited).collect();
        let places: Vec<_> = versions.into_iter().zip(columns.iter().map(|column| column.before.clone())).collect();
        for ((cell, behind), awaited) in cells.iter_mut().zip(whereabouts::behind(&places)).zip(awaited) {
            (cell.behind, cell.awaited) = (behind, awaited);
        }
        let names = cells.iter().find_map(|cell| {
            let seen = cell.seen.as_ref().map(|seen| (seen.unique_name.clone(), seen.display_name.clone()));
            seen.or_else(|| cell.run.as_ref().map(|run| (run.solution_name.clone(), run.solution_display_name.clone())))
        });
        let (unique_name, display_name) = names.unwrap_or_else(|| (key.to_owned(), key.to_owned()));
        Ok(Row { unique_name, display_name, cells })
    }
}

/// When what is shown was looked at longest ago.
pub fn as_of(rows: &[Row]) -> Option<NaiveDateTime> {
    rows.iter().flat_map(|row| &row.cells).filter_map(|cell| Some(cell.seen.as_ref()?.seen_at)).min()
}
