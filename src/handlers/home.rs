//! Home: what needs somebody's attention, what they can do next, and what ran lately.

mod pace;
mod setup;

use askama::Template;

use self::{pace::Chart, setup::Step};
use super::{
    deployments::{RowView, rows},
    matrix::path_of,
    solutions::solution_path,
};
use crate::{
    db::Conn,
    error::Error,
    handlers::{clock, visit::Visit},
    id::PipelineId,
    models::{
        attention::Lately,
        deployment_environment::DeploymentEnvironment,
        desk::Desk,
        matrix::{Column, Matrix, Row},
        person::UseAccount,
        reach::Reach,
        seen_pipeline::SeenPipeline,
        setup::{Setup, deployed},
        sighting::Sighting,
        stage::Stage,
    },
    package::version::Version,
    rules::rights::Right,
    web::{
        address,
        layout::Layout,
        respond::Answer,
        time::{Clock, Moment},
    },
};

/// How many solutions that can move on are listed.
const MOST: usize = 5;

#[derive(Template)]
#[template(path = "home/show.html")]
struct Show {
    layout: Layout,
    name: String,
    /// The way to the first deployment, until there is one.
    setup: Option<Vec<Step>>,
    /// Each with the name of its host.
    records: Vec<(DeploymentEnvironment, String)>,
    failed: Vec<RowView>,
    waiting: Vec<RowView>,
    behind: Vec<Behind>,
    /// None before the first deployment.
    chart: Option<Chart>,
    solutions: Vec<Made>,
    runs: Vec<RowView>,
}

/// A solution of which a stage has an older version than what comes before it, or none yet.
struct Behind {
    solution: String,
    version: Option<String>,
    /// The higher one that could come.
    ahead: Version,
    target: String,
    pipeline: String,
    /// Where it stands, and where it is deployed.
    href: String,
    deploy: String,
}

/// A solution in an environment where the person may change it.
struct Made {
    name: String,
    version: String,
    environment: String,
    href: String,
    changed: Moment,
}

/// `GET /`
pub async fn show(visit: Visit<UseAccount>) -> Answer {
    visit.page(|c, may, layout| Show::of(c, layout, may.reach())).await
}

impl Show {
    fn of(conn: &mut Conn, layout: Layout, who: &Reach) -> Result<Show, Error> {
        let clock = clock::of(who);
        let (mut mine, scope) = SeenPipeline::in_scope(conn, who)?;
        // Who only looks on is not asked to do anything.
        mine.retain(|seen| seen.right >= Right::Run);
        let ids: Vec<PipelineId> = mine.iter().map(|seen| seen.pipeline.id).collect();
        let (runs, desk) = (Lately::of(conn, &scope, &ids)?, Desk::of(conn, who, &mine)?);
        let chart = Chart::of(conn, &scope, &clock)?;
        let lately = chart.as_ref().is_some_and(|chart| chart.succeeded > 0);
        let setup = match who.system_administrator && !lately && !deployed(conn)? {
            true => Some(setup::steps(&Setup::of(conn)?)),
            false => None,
        };
        Ok(Show {
            layout,
            name: who.name.clone(),
            setup,
            records: desk.failed,
            failed: rows(&clock, runs.failed),
            waiting: rows(&clock, runs.waiting),
            behind: behind(&desk.moves, &mine),
            chart,
            solutions: desk.made.into_iter().map(|(seen, environment)| Made::of(seen, environment, &clock)).collect(),
            runs: rows(&clock, runs.newest),
        })
    }

    // The first step that is not done is the one to take.
    fn is_next(&self, at: &usize) -> bool {
        self.setup.as_ref().is_some_and(|steps| steps.iter().position(|step| !step.done) == Some(*at))
    }

    fn needs_attention(&self) -> bool {
        !(self.records.is_empty() && self.failed.is_empty() && self.waiting.is_empty())
    }

    fn is_empty(&self) -> bool {
        !self.needs_attention() && self.behind.is_empty() && self.solutions.is_empty() && self.runs.is_empty()
    }
}

fn behind(moves: &[(PipelineId, Matrix)], pipelines: &[SeenPipeline]) -> Vec<Behind> {
    let mut all = Vec::new();
    for ((id, matrix), seen) in moves.iter().zip(pipelines) {
        for row in &matrix.rows {
            let places = matrix.columns.iter().zip(&row.cells);
            all.extend(places.filter_map(|(column, cell)| {
                Some(Behind {
                    ahead: cell.next()?.clone(),
                    solution: row.display_name.clone(),
                    version: cell.seen.as_ref().map(|seen| seen.version.clone()),
                    target: column.environment.name.clone(),
                    pipeline: seen.pipeline.name.clone(),
                    href: path_of(row, &matrix.columns, id),
                    deploy: deploy_path(column.stage.as_ref()?, row, &matrix.columns),
                })
            }));
        }
    }
    all.truncate(MOST);
    all
}

// Where Next is; the first stage takes what has the highest version among the development environments.
fn deploy_path(stage: &Stage, row: &Row, columns: &[Column]) -> String {
    let (pipeline, id, solution) = (stage.pipeline_id, stage.id, address::part(&row.unique_name));
    let path = format!("/pipelines/{pipeline}/stages/{id}/runs/new?solution={solution}");
    let sources = columns.iter().zip(&row.cells).filter(|(column, _)| column.stage.is_none());
    let seen = sources.filter_map(|(_, cell)| cell.seen.as_ref()).filter(|seen| !seen.managed);
    let newest = seen.max_by_key(|seen| seen.version().ok());
    match newest.filter(|_| stage.previous_stage_id.is_none()) {
        Some(source) => format!("{path}&source={}", source.environment_id),
        None => path,
    }
}

impl Made {
    fn of(seen: Sighting, environment: String, clock: &Clock) -> Made {
        Made {
            href: solution_path(seen.environment_id, &seen.unique_name),
            environment,
            changed: clock.tell(seen.modified_at),
            name: seen.display_name,
            version: seen.version,
        }
    }
}
