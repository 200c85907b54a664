//! What is where: the solutions of a pipeline as rows, its environments as columns.

use std::fmt::Display;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use super::{
    runs::{
        badge::{self, Badge},
        every,
    },
    solutions::solution_path,
    timelines::timeline_path,
};
use crate::{
    error::Error,
    handlers::{clock, visit::Visit},
    id::{EnvironmentId, PipelineId},
    models::{
        matrix::{self, Cell, Column, Matrix, Only, Wanted},
        person::{Person, UseAccount},
        seen_pipeline::SeenPipeline,
    },
    rules::state::State,
    web::{
        address,
        errors::is_partial,
        html::Html,
        layout::Layout,
        respond::{Answer, html_if_changed},
        time::{Clock, Moment},
    },
};

#[derive(Template)]
#[template(path = "matrix/index.html", blocks = ["live"])]
struct Index {
    layout: Layout,
    asked: Asked,
    /// Keys and names.
    pipelines: Vec<(String, String)>,
    environments: Vec<(String, String)>,
    states: [(String, String); 2],
    pipeline: String,
    columns: Vec<ColumnView>,
    rows: Vec<RowView>,
    as_of: Option<Moment>,
    here: String,
    /// The same without filters.
    everything: String,
    next: Option<String>,
    /// After how many seconds to look again; none where nothing changes by itself.
    every: Option<u8>,
}

struct ColumnView {
    name: String,
    /// What the environment is in the pipeline: a stage, or where solutions are made.
    role: String,
}

struct RowView {
    name: String,
    href: String,
    timeline: String,
    cells: Vec<CellView>,
}

struct CellView {
    version: Option<String>,
    changed: Option<Moment>,
    /// What could come there.
    behind: Option<String>,
    /// The newest run, where it says more than the version: it moves, or it failed.
    badge: Option<Badge>,
    /// The newest run, else the solution's page; none where there is nothing that the person may see.
    href: Option<String>,
}

/// How many solutions one page looks at for those that fit.
const LOOKED_AT: usize = 1_000;

/// What the matrix is narrowed to; what makes no sense narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pipeline: String,
    #[serde(default)]
    environment: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
}

/// `GET /matrix`
pub async fn index(visit: Visit<UseAccount>, asked: web::Query<Asked>) -> Answer {
    let asked = asked.into_inner();
    let partial = is_partial(visit.request());
    let index = visit.read(move |c, may, layout| {
        let pipelines = SeenPipeline::visible_to(c, may.reach())?;
        let wanted = asked.pipeline.parse::<PipelineId>().ok();
        let chosen = pipelines.iter().find(|one| Some(one.pipeline.id) == wanted).or(pipelines.first());
        let chosen = chosen.map(|chosen| chosen.pipeline.id);
        let matrix = chosen.map(|chosen| Matrix::of(c, may.reach(), chosen, &asked.wanted())).transpose()?;
        let index = Index::new(layout, may.person(), &pipelines, chosen, matrix, asked)?;
        if partial { Html::of(index.as_live()) } else { Html::of(index) }
    });
    html_if_changed(visit.request(), index.await?)
}

impl Index {
    fn new(
        layout: Layout,
        person: &Person,
        pipelines: &[SeenPipeline],
        chosen: Option<PipelineId>,
        matrix: Option<Matrix>,
        asked: Asked,
    ) -> Result<Index, Error> {
        let clock = clock::of(person);
        let (columns, rows, next) = matrix.map_or_else(Default::default, |all| (all.columns, all.rows, all.next));
        let pipeline = chosen.map(|id| id.to_string()).unwrap_or_default();
        let states = rows.iter().flat_map(|row| &row.cells).filter_map(|cell| Some(cell.run.as_ref()?.state));
        let states: Vec<State> = states.collect();
        let has = |wanted: &[State]| states.iter().any(|state| wanted.contains(state));
        Ok(Index {
            every: every(has(&[State::Validating, State::Queued, State::Deploying]), has(&[State::Scheduled])),
            as_of: matrix::as_of(&rows).map(|at| clock.tell(at)),
            rows: rows.into_iter().map(|row| RowView::new(row, &columns, &pipeline, &clock)).collect(),
            environments: columns
                .iter()
                .map(|column| (column.environment.id.to_string(), column.environment.name.clone()))
                .collect(),
            columns: columns.iter().map(ColumnView::new).collect(),
            pipelines: pipelines.iter().map(|one| (one.pipeline.id.to_string(), one.pipeline.name.clone())).collect(),
            states: [("behind".into(), "Behind".into()), ("failed".into(), "Failed".into())],
            next: next.map(|after| asked.path(&pipeline, &after)),
            here: asked.path(&pipeline, &asked.after),
            everything: Asked::default().path(&pipeline, ""),
            pipeline,
            layout,
            asked,
        })
    }
}

impl Index {
    // Only what is whole on the page can be put into another order there.
    fn is_whole(&self) -> bool {
        self.next.is_none() && self.asked.after.is_empty()
    }

    // The cells of a row, each with its column.
    fn places<'a>(&'a self, row: &'a RowView) -> impl Iterator<Item = (&'a ColumnView, &'a CellView)> {
        self.columns.iter().zip(&row.cells)
    }
}

impl Asked {
    /// Whether rows are left out.
    pub fn is_any(&self) -> bool {
        self.wanted().environment.is_some() || self.wanted().only.is_some()
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            environment: self.environment.parse::<EnvironmentId>().ok(),
            only: match self.only.as_str() {
                "behind" => Some(Only::Behind),
                "failed" => Some(Only::Failed),
                _ => None,
            },
            after: self.after.clone(),
            within: LOOKED_AT,
        }
    }

    fn path(&self, pipeline: &str, after: &str) -> String {
        let all = [("pipeline", pipeline), ("environment", &self.environment), ("only", &self.only), ("after", after)];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(all.into_iter().filter(|(_, value)| !value.is_empty()));
        match query.finish() {
            query if query.is_empty() => "/matrix".to_owned(),
            query => format!("/matrix?{query}"),
        }
    }
}

impl ColumnView {
    fn new(column: &Column) -> ColumnView {
        let role = column.stage.as_ref().map_or("Development", |stage| &stage.name);
        ColumnView { name: column.environment.name.clone(), role: role.to_owned() }
    }
}

impl RowView {
    fn new(row: matrix::Row, columns: &[Column], pipeline: &str, clock: &Clock) -> RowView {
        let (places, href) = (columns.iter().zip(&row.cells), path_of(&row, columns, pipeline));
        let cells = places.map(|(column, cell)| CellView::new(column, cell, &row.unique_name, clock)).collect();
        RowView { href, cells, timeline: timeline_path(&row.unique_name, pipeline), name: row.display_name }
    }
}

/// Where a row's solution stands on its stage cards: its own page for who may look into its source, else the pipeline's.
pub fn path_of(row: &matrix::Row, columns: &[Column], pipeline: impl Display) -> String {
    let places = columns.iter().zip(&row.cells);
    let mut sources = places.filter(|(column, cell)| column.stage.is_none() && cell.seen.is_some());
    match sources.next() {
        Some((column, _)) => {
            let path = solution_path(column.environment.id, &row.unique_name);
            format!("{path}/pipelines?pipeline={pipeline}")
        }
        None => format!("/pipelines/{pipeline}?solution={}", address::part(&row.unique_name)),
    }
}

impl CellView {
    fn new(column: &Column, cell: &Cell, unique_name: &str, clock: &Clock) -> CellView {
        let settled = |state| matches!(state, State::Succeeded | State::Canceled);
        let solution = || solution_path(column.environment.id, unique_name);
        CellView {
            version: cell.seen.as_ref().map(|seen| seen.version.clone()),
            changed: cell.seen.as_ref().map(|seen| clock.tell(seen.modified_at)),
            behind: cell.behind.as_ref().map(|ahead| format!("{ahead} can follow")),
            badge: cell.run.as_ref().filter(|run| !settled(run.state)).map(|run| badge::of_state(run.state)),
            href: match &cell.run {
                Some(run) => Some(format!("/runs/{}", run.id)),
                None => cell.seen.as_ref().filter(|_| column.open).map(|_| solution()),
            },
        }
    }
}
