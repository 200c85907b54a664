//! What is where: the solutions that a pipeline moves, and what each of its environments has of them, as last seen.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    environment::Environment, reach::Reach, run::Newest, seen_pipeline::SeenPipeline, sighting::Sighting, stage::Stage,
    way::Place,
};
use crate::{
    db::{Conn, natively},
    error::Error,
    id::{EnvironmentId, StageId},
    package::version::Version,
    rules::{state::State, whereabouts},
    schema::{runs, sightings},
};

/// How many solutions a page has.
pub const PAGE: usize = 50;
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

impl Matrix {
    /// What the person sees of it, by unique name.
    pub fn of(conn: &mut Conn, who: &Reach, pipeline: &SeenPipeline, wanted: &Wanted) -> Result<Matrix, Error> {
        let columns = columns(conn, who, pipeline)?;
        let (mut rows, mut after, mut looked_at) = (Vec::new(), wanted.after.clone(), 0);
        loop {
            let keys = keys(conn, &columns, &after)?;
            let more = keys.len() > PAGE;
            let keys = &keys[..keys.len().min(PAGE)];
            let Some(last) = keys.last() else { break };
            (after, looked_at) = (last.clone(), looked_at + keys.len());
            for (key, row) in keys.iter().zip(read(conn, &columns, keys)?) {
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
    fn is(&self, columns: &[Column], row: &Row) -> bool {
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
pub fn columns(conn: &mut Conn, who: &Reach, pipeline: &SeenPipeline) -> Result<Vec<Column>, Error> {
    let (way, mut columns) = (pipeline.way(conn, who)?, Vec::new());
    for id in way.sources.iter().filter_map(|source| source.environment_id) {
        let Place { environment, role } = way.place(conn, id)?;
        if role.is_some() {
            columns.push(Column { environment, stage: None, open: true, before: Vec::new() });
        }
    }
    let sources: Vec<usize> = (0..columns.len()).collect();
    let mut places: HashMap<StageId, usize> = HashMap::new();
    for (_, stage) in Stage::in_order(way.stages.clone()) {
        let Some(id) = stage.target.environment_id else { continue };
        let Place { environment, role } = way.place(conn, id)?;
        let before = match stage.previous_stage_id {
            None => sources.clone(),
            Some(previous) => places.get(&previous).copied().into_iter().collect(),
        };
        places.insert(stage.id, columns.len());
        columns.push(Column { environment, open: role.is_some(), stage: Some(stage), before });
    }
    Ok(columns)
}

// The folded unique names of one page and one more: what the development environments have, and what any run carried.
fn keys(conn: &mut Conn, columns: &[Column], after: &str) -> Result<Vec<String>, Error> {
    let most = PAGE + 1;
    let mut keys = BTreeSet::new();
    for column in columns {
        match &column.stage {
            None => keys.extend(to_be_moved(conn, column.environment.id, after, most)?),
            Some(stage) => keys.extend(carried(conn, stage.id, after, most)?),
        }
    }
    Ok(keys.into_iter().take(most).collect())
}

fn to_be_moved(conn: &mut Conn, at: EnvironmentId, after: &str, most: usize) -> Result<Vec<String>, Error> {
    let here = sightings::environment_id.eq(at).and(sightings::unique_name_key.gt(after));
    let moves = sightings::managed.eq(false).and(sightings::system.eq(false));
    let names = sightings::table.filter(here.and(moves)).order(sightings::unique_name_key);
    let names = names.limit(i64::try_from(most).unwrap_or(i64::MAX)).select(sightings::unique_name_key);
    Ok(natively!(conn, |c| names.load(c))?)
}

// From one solution to the next, however many runs each has.
fn carried(conn: &mut Conn, stage: StageId, after: &str, most: usize) -> Result<Vec<String>, Error> {
    let mut keys: Vec<String> = Vec::new();
    while keys.len() < most {
        let last = keys.last().map_or(after, String::as_str);
        let later = runs::table.filter(runs::stage_id.eq(stage)).filter(runs::solution_key.gt(last));
        let next = later.order((runs::solution_key, runs::id)).select(runs::solution_key);
        match natively!(conn, |c| next.first::<String>(c)).optional()? {
            Some(key) => keys.push(key),
            None => break,
        }
    }
    Ok(keys)
}

fn read(conn: &mut Conn, columns: &[Column], keys: &[String]) -> Result<Vec<Row>, Error> {
    let places: Vec<EnvironmentId> = columns.iter().map(|column| column.environment.id).collect();
    let seen: Vec<(String, Sighting)> = sightings::table
        .filter(sightings::environment_id.eq_any(places))
        .filter(sightings::unique_name_key.eq_any(keys))
        .select((sightings::unique_name_key, Sighting::as_select()))
        .load(conn)?;
    let mut seen: HashMap<(EnvironmentId, String), Sighting> =
        seen.into_iter().map(|(key, one)| ((one.environment_id, key), one)).collect();
    keys.iter().map(|key| row(conn, columns, key, &mut seen)).collect()
}

fn row(
    conn: &mut Conn,
    columns: &[Column],
    key: &str,
    seen: &mut HashMap<(EnvironmentId, String), Sighting>,
) -> Result<Row, Error> {
    let mut cells = Vec::new();
    for column in columns {
        let run = column.stage.as_ref().map(|stage| Newest::of(conn, stage.id, key)).transpose()?.flatten();
        let seen = seen.get(&(column.environment.id, key.to_owned())).cloned();
        // What was brought there by other ways is for those who may look into the environment.
        let seen = seen.filter(|_| column.open || run.is_some());
        cells.push(Cell { seen, run, behind: None, awaited: None });
    }
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

/// When what is shown was looked at longest ago.
pub fn as_of(rows: &[Row]) -> Option<NaiveDateTime> {
    rows.iter().flat_map(|row| &row.cells).filter_map(|cell| Some(cell.seen.as_ref()?.seen_at)).min()
}
