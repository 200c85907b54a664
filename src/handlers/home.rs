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
    id::EnvironmentId,
    models::{
        attention,
        deployment_environment::DeploymentEnvironment,
        environment::Environment,
        matrix::{Column, Matrix, Only, Row, Wanted},
        person::UseAccount,
        reach::Reach,
        run::{Scope, newest},
        seen_pipeline::SeenPipeline,
        setup::{Setup, deployed},
        sighting::Sighting,
        stage::Stage,
    },
    package::version::Version,
    rules::rights::{EnvironmentRole, Right},
    web::{
        address,
        layout::Layout,
        respond::Answer,
        time::{Clock, Moment},
    },
};

/// How many of each are listed.
const MOST: u8 = 5;
/// How many pipelines, and about how many solutions of each, are looked at for what can move on.
const PIPELINES: usize = 3;
const SOLUTIONS: usize = 100;

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
        let (clock, scope) = (clock::of(who), Scope::of(conn, who)?);
        let runs = |seen: &SeenPipeline| seen.right >= Right::Run;
        let mine: Vec<SeenPipeline> = SeenPipeline::visible_to(conn, who)?.into_iter().filter(runs).collect();
        // Who only looks on is not asked to do anything.
        let theirs = Scope::Some(mine.iter().map(|seen| seen.pipeline.clone().named()).collect());
        let setup = match who.system_administrator && !deployed(conn)? {
            true => Some(setup::steps(&Setup::of(conn)?)),
            false => None,
        };
        Ok(Show {
            layout,
            name: who.name.clone(),
            setup,
            records: failed_records(conn, who)?,
            failed: rows(&clock, attention::failed_runs(conn, &theirs)?),
            waiting: rows(&clock, attention::waiting_runs(conn, &theirs)?),
            behind: behind(conn, who, &mine)?,
            chart: Chart::of(conn, &scope, &clock)?,
            solutions: made(conn, who, &clock)?,
            runs: rows(&clock, newest(conn, &scope, MOST.into())?),
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

fn failed_records(conn: &mut Conn, who: &Reach) -> Result<Vec<(DeploymentEnvironment, String)>, Error> {
    let mut records = Vec::new();
    for record in attention::failed_records(conn, who)? {
        let host = Environment::by_id(conn, record.host_id)?.name;
        records.push((record, host));
    }
    Ok(records)
}

fn behind(conn: &mut Conn, who: &Reach, pipelines: &[SeenPipeline]) -> Result<Vec<Behind>, Error> {
    let wanted = Wanted { only: Some(Only::MovesOn), within: SOLUTIONS, ..Wanted::default() };
    let mut all = Vec::new();
    for seen in pipelines.iter().take(PIPELINES) {
        let matrix = Matrix::of(conn, who, seen, &wanted)?;
        for row in &matrix.rows {
            let places = matrix.columns.iter().zip(&row.cells);
            all.extend(places.filter_map(|(column, cell)| {
                Some(Behind {
                    ahead: cell.next()?.clone(),
                    solution: row.display_name.clone(),
                    version: cell.seen.as_ref().map(|seen| seen.version.clone()),
                    target: column.environment.name.clone(),
                    pipeline: seen.pipeline.name.clone(),
                    href: path_of(row, &matrix.columns, seen.pipeline.id),
                    deploy: deploy_path(column.stage.as_ref()?, row, &matrix.columns),
                })
            }));
        }
    }
    all.truncate(MOST.into());
    Ok(all)
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

fn made(conn: &mut Conn, who: &Reach, clock: &Clock) -> Result<Vec<Made>, Error> {
    let places = Environment::with_role(conn, who, EnvironmentRole::SystemCustomizer)?;
    let ids: Vec<EnvironmentId> = places.iter().map(|place| place.id).collect();
    let name = |id| places.iter().find(|place| place.id == id).map_or(String::new(), |place| place.name.clone());
    let last = Sighting::last_changed(conn, &ids, MOST.into())?;
    let made = |seen: Sighting| Made {
        href: solution_path(seen.environment_id, &seen.unique_name),
        environment: name(seen.environment_id),
        changed: clock.tell(seen.modified_at),
        name: seen.display_name,
        version: seen.version,
    };
    Ok(last.into_iter().map(made).collect())
}
