//! Stage cards: a solution's *Pipelines*, and a pipeline's own page.

pub mod card;

use actix_web::{HttpResponse, web};
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
        run::{Filter, Scope, cards, history, origins, pipelines_from, solutions_of},
        seen_pipeline::{SeenPipeline, ViewPipeline},
        sighting::Sighting,
    },
    rules::rights::Right,
    web::{
        errors::is_partial,
        layout::Layout,
        respond::{Answer, page},
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
    let show = visit.read(move |c, may, layout| {
        let environment = may.environment.clone();
        let seen = Sighting::of(c, environment.id, &name)?.ok_or(Error::NotFound)?;
        let fitting = pipelines_from(c, may.reach(), environment.id)?;
        let chosen = fitting.iter().find(|one| Some(one.pipeline.id) == wanted).or(fitting.first());
        let board = match chosen {
            Some(pipeline) if !seen.managed => Some(of_source(c, may.reach(), pipeline, &seen, extent)?),
            _ => None,
        };
        Ok(Show {
            layout,
            hand: Hand::of(c, &may)?,
            source_card: Some(SourceCard::of(&environment, &seen, &clock::of(may.person()))),
            here: solution_path(environment.id, &seen.unique_name),
            chosen: chosen.map(|one| one.pipeline.id.to_string()).unwrap_or_default(),
            pipelines: fitting.iter().map(|one| (one.pipeline.id.to_string(), one.pipeline.name.clone())).collect(),
            environment,
            seen,
            board,
        })
    });
    let show = show.await?;
    if is_partial(visit.request()) {
        return fragment(show.as_live().render()?);
    }
    page(show)
}

/// `GET /pipelines/{pipeline}`
pub async fn of_pipeline(visit: Visit<ViewPipeline>, which: web::Query<WhichSolution>) -> Answer {
    let wanted = which.into_inner().solution;
    let show = visit.read(move |c, may, layout| {
        let pipeline = (*may).clone();
        let solutions = solutions_of(c, pipeline.pipeline.id)?;
        let wanted = wanted.map(|name| db::fold(&name));
        let chosen = solutions.iter().find(|(name, _)| Some(db::fold(name)) == wanted).or(solutions.first()).cloned();
        let board = match &chosen {
            Some((name, _)) => {
                let path = format!("/pipelines/{}?solution={name}", pipeline.pipeline.id);
                Some(board(c, may.reach(), &pipeline, name, None, (path, Extent::Whole))?)
            }
            None => None,
        };
        Ok(OfPipeline {
            layout,
            lacks: pipeline.pipeline.lacks(c)?.all().map(str::to_owned).collect(),
            chosen: chosen.map(|(name, _)| name).unwrap_or_default(),
            source_card: None,
            solutions,
            pipeline,
            board,
        })
    });
    let show = show.await?;
    if is_partial(visit.request()) {
        return fragment(show.as_live().render()?);
    }
    page(show)
}

/// The cards for a solution of a development environment.
pub fn of_source(
    conn: &mut Conn,
    who: &Reach,
    pipeline: &SeenPipeline,
    solution: &Sighting,
    extent: Extent,
) -> Result<Board, Error> {
    let source = solution.environment_id;
    let here = solution_path(source, &solution.unique_name);
    let part = if extent == Extent::Cards { "&extent=cards" } else { "" };
    let path = format!("{here}/pipelines?pipeline={}{part}", pipeline.pipeline.id);
    board(conn, who, pipeline, &solution.unique_name, Some(source), (path, extent))
}

fn board(
    conn: &mut Conn,
    who: &Reach,
    seen: &SeenPipeline,
    solution: &str,
    source: Option<EnvironmentId>,
    (path, extent): (String, Extent),
) -> Result<Board, Error> {
    let clock = clock::of(who);
    let filter = Filter { pipeline: Some(seen.pipeline.id), solution: Some(solution.to_owned()), ..Filter::default() };
    let (found, more) = match extent {
        Extent::Whole => history(conn, &Scope::All, &filter)?,
        Extent::Cards => Default::default(),
    };
    let may_run = seen.right >= Right::Run;
    let way = seen.way(conn, who)?;
    let cards = cards(conn, &way, solution, source)?;
    let mut cards: Vec<_> = cards
        .iter()
        .map(|card| CardView::of(conn, &clock, card, may_run, solution, source))
        .collect::<Result<_, Error>>()?;
    if let Some(first) = cards.first_mut().filter(|_| may_run && source.is_none()) {
        first.opens = Opens::of(origins(conn, &way, solution)?);
    }
    if let Some(first) = cards.iter_mut().find(|card| card.is_ready()) {
        first.leads = true;
    }
    Ok(Board {
        refusal: if may_run { None } else { Some(seen.clone().refused(conn)?.not_run()) },
        lacks: lacks(&way.sources, &way.stages).all().map(str::to_owned).collect(),
        every: every(cards.iter().any(|card| card.active), cards.iter().any(|card| card.planned)),
        cards,
        timeline: seen.pipeline.retired_at.is_none().then(|| timeline_path(solution, seen.pipeline.id)),
        runs: rows(&clock, found),
        more: match more {
            true => format!("/deployments?pipeline={}&solution={solution}", seen.pipeline.id),
            false => String::new(),
        },
        path,
        extent,
    })
}

fn fragment(html: String) -> Answer {
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Vary", "HX-Request-Type"))
        .body(html))
}
