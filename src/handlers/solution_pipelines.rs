//! Stage cards: a solution's *Pipelines*, and a pipeline's own page.

pub mod card;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use self::card::{CardView, Opens, SourceCard};
use super::{
    by_hand::Hand,
    deployments::{RowView, rows},
    runs::every,
    solutions::solution_path,
    timelines::timeline_path,
};
use crate::{
    db::{self, Conn},
    error::Error,
    handlers::{clock, visit::Visit},
    id::{EnvironmentId, PipelineId},
    models::{
        environment::{Environment, ViewEnvironment},
        pipeline::lacks,
        reach::Reach,
        run::{Situation, cards, origins, recent, solutions_of},
        seen_pipeline::{SeenPipeline, ViewPipeline},
        sighting::Sighting,
    },
    rules::{rights::Right, stages::Lacks},
    web::{
        errors::is_partial,
        html::Html,
        layout::Layout,
        respond::{Answer, fragment, html},
    },
};

#[derive(Template)]
#[template(path = "solution_pipelines/show.html", blocks = ["live"])]
struct Show {
    layout: Layout,
    environment: Environment,
    hand: Hand,
    seen: Sighting,
    here: String,
    pipelines: Vec<(String, String)>,
    chosen: String,
    source_card: Option<SourceCard>,
    board: Option<Board>,
}

#[derive(Template)]
#[template(path = "solution_pipelines/of_pipeline.html", blocks = ["live"])]
struct OfPipeline {
    layout: Layout,
    pipeline: SeenPipeline,
    lacks: Vec<String>,
    solutions: Vec<(String, String)>,
    chosen: String,
    source_card: Option<SourceCard>,
    board: Option<Board>,
}

/// The cards of a pipeline for a solution, with its latest runs.
pub struct Board {
    pub path: String,
    extent: Extent,
    /// Why the person cannot deploy anything here; none where they may run the pipeline.
    pub refusal: Option<String>,
    pub lacks: Vec<String>,
    pub cards: Vec<CardView>,
    runs: Vec<RowView>,
    /// None for a pipeline that moves nothing any more.
    timeline: Option<String>,
    more: String,
    /// After how many seconds to look again; none where nothing changes by itself.
    pub every: Option<u8>,
}

impl Show {
    /// Whether it can be exported.
    fn is_source(&self) -> bool {
        !self.seen.managed && !self.seen.system
    }

    fn is_managed(&self) -> bool {
        self.seen.managed
    }

    fn is_system(&self) -> bool {
        self.seen.system
    }

    /// Its commands have no Deploy, for the stages have it.
    fn leads_on(&self) -> bool {
        false
    }
}

/// How much of a board is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// The cards and the runs.
    #[default]
    Whole,
    /// The cards alone.
    Cards,
}

/// Which pipeline was chosen.
#[derive(Deserialize)]
pub struct WhichPipeline {
    pipeline: Option<PipelineId>,
    #[serde(default)]
    extent: Extent,
}

/// Which solution was chosen.
#[derive(Deserialize)]
pub struct WhichSolution {
    solution: Option<String>,
}

/// `GET /environments/{environment}/solutions/{solution}/pipelines`
pub async fn show(
    visit: Visit<ViewEnvironment>,
    path: web::Path<(String, String)>,
    which: web::Query<WhichPipeline>,
) -> Answer {
    let name = path.into_inner().1;
    let WhichPipeline { pipeline: wanted, extent } = which.into_inner();
    let partial = is_partial(visit.request());
    let show = visit.read(move |c, may, layout| {
        let environment = may.environment.clone();
        let fitting = SeenPipeline::from_source(c, may.reach(), environment.id)?;
        let chosen = fitting.iter().find(|one| Some(one.pipeline.id) == wanted).or(fitting.first());
        let (seen, situation) = found(c, may.reach(), chosen, environment.id, &name)?.ok_or(Error::NotFound)?;
        let board = match (chosen, situation) {
            (Some(pipeline), Some(situation)) if !seen.managed => {
                Some(of_source(c, pipeline, situation, &seen, extent)?)
            }
            _ => None,
        };
        let show = Show {
            layout,
            hand: Hand::of(c, &may)?,
            source_card: Some(SourceCard::of(&environment, &seen, &clock::of(may.person()))),
            here: solution_path(environment.id, &seen.unique_name),
            chosen: chosen.map(|one| one.pipeline.id.to_string()).unwrap_or_default(),
            pipelines: fitting.iter().map(|one| (one.pipeline.id.to_string(), one.pipeline.name.clone())).collect(),
            environment,
            seen,
            board,
        };
        if partial { Html::of(show.as_live()) } else { Html::of(show) }
    });
    let show = show.await?;
    if partial { fragment(show) } else { html(show) }
}

/// `GET /pipelines/{pipeline}`
pub async fn of_pipeline(visit: Visit<ViewPipeline>, which: web::Query<WhichSolution>) -> Answer {
    let (wanted, partial) = (which.into_inner().solution, is_partial(visit.request()));
    let show = visit.read(move |c, may, layout| {
        let pipeline = (*may).clone();
        let solutions = solutions_of(c, pipeline.pipeline.id)?;
        let wanted = wanted.map(|name| db::fold(&name));
        let chosen = solutions.iter().find(|(name, _)| Some(db::fold(name)) == wanted).or(solutions.first()).cloned();
        let board = match &chosen {
            Some((name, _)) => {
                let path = format!("/pipelines/{}?solution={name}", pipeline.pipeline.id);
                let situation = pipeline.situation(c, may.reach(), name)?;
                Some(board(c, &pipeline, situation, None, (path, Extent::Whole))?)
            }
            None => None,
        };
        let lacks = match &board {
            Some(board) => board.lacks.clone(),
            None => in_words(&pipeline.pipeline.lacks(c)?),
        };
        let show = OfPipeline {
            layout,
            lacks,
            chosen: chosen.map(|(name, _)| name).unwrap_or_default(),
            source_card: None,
            solutions,
            pipeline,
            board,
        };
        if partial { Html::of(show.as_live()) } else { Html::of(show) }
    });
    let show = show.await?;
    if partial { fragment(show) } else { html(show) }
}

/// What an environment has of a solution, with what else there is to know of it on a pipeline that begins there, if any.
pub fn found(
    conn: &mut Conn,
    who: &Reach,
    pipeline: Option<&SeenPipeline>,
    at: EnvironmentId,
    name: &str,
) -> Result<Option<(Sighting, Option<Situation>)>, Error> {
    let Some(pipeline) = pipeline else { return Ok(Sighting::of(conn, at, name)?.map(|seen| (seen, None))) };
    let situation = pipeline.situation(conn, who, name)?;
    Ok(situation.seen(conn, at)?.map(|seen| (seen, Some(situation))))
}

/// The cards for a solution of a development environment.
pub fn of_source(
    conn: &mut Conn,
    pipeline: &SeenPipeline,
    mut situation: Situation,
    solution: &Sighting,
    extent: Extent,
) -> Result<Board, Error> {
    let source = solution.environment_id;
    let here = solution_path(source, &solution.unique_name);
    let part = if extent == Extent::Cards { "&extent=cards" } else { "" };
    let path = format!("{here}/pipelines?pipeline={}{part}", pipeline.pipeline.id);
    situation.solution.clone_from(&solution.unique_name);
    board(conn, pipeline, situation, Some(source), (path, extent))
}

fn board(
    conn: &mut Conn,
    seen: &SeenPipeline,
    mut situation: Situation,
    source: Option<EnvironmentId>,
    (path, extent): (String, Extent),
) -> Result<Board, Error> {
    let (way, solution) = (situation.way.clone(), situation.solution.clone());
    let clock = clock::of(&way.who);
    let (found, more) = match extent {
        Extent::Whole => recent(conn, seen.pipeline.id, &solution)?,
        Extent::Cards => Default::default(),
    };
    let may_run = seen.right >= Right::Run;
    let cards = cards(conn, &mut situation, source)?;
    let view = |card| CardView::of(&clock, card, may_run, &solution, source);
    let mut cards: Vec<_> = cards.iter().map(view).collect();
    if let Some(first) = cards.first_mut().filter(|_| may_run && source.is_none()) {
        first.opens = Opens::of(origins(conn, &situation)?);
    }
    if let Some(first) = cards.iter_mut().find(|card| card.is_ready()) {
        first.leads = true;
    }
    Ok(Board {
        refusal: if may_run { None } else { Some(seen.clone().refused_by(situation.whom(conn)?).not_run()) },
        lacks: in_words(&lacks(&way.sources, &way.stages)),
        every: every(cards.iter().any(|card| card.active), cards.iter().any(|card| card.planned)),
        cards,
        timeline: seen.pipeline.retired_at.is_none().then(|| timeline_path(&solution, seen.pipeline.id)),
        runs: rows(&clock, found),
        more: match more {
            true => format!("/deployments?pipeline={}&solution={solution}", seen.pipeline.id),
            false => String::new(),
        },
        path,
        extent,
    })
}

fn in_words(lacks: &Lacks) -> Vec<String> {
    lacks.all().map(str::to_owned).collect()
}
