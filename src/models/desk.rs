//! A desk: what somebody finds on Home besides runs. The records that failed, the solutions that can move on, and those
//! that they made, of which no more is read than is told.

use std::collections::BTreeSet;

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Nullable, Text},
};

use super::{
    deployment_environment::DeploymentEnvironment,
    matrix::{self, Cells, Column, Matrix, Only, Wanted, columns},
    part::{Failed, Part},
    reach::Reach,
    run::Newest,
    seen_pipeline::SeenPipeline,
    sighting::Sighting,
};
use crate::{
    db::{Conn, union_all},
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId, PipelineId, StageId},
    rules::{rights::EnvironmentRole, stages::ValidationStatus},
    schema::{deployment_environments, environments, newest_runs, runs, sightings, stages},
};

/// How many records and solutions are told.
const MOST: usize = 5;
/// How many pipelines, and how many solutions of them, are looked at for what can move on.
const PIPELINES: usize = 3;
const SOLUTIONS: i64 = 100;

/// What was read for one person.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// The records that failed their validation, of the hosts that the person administers, each with its host's name.
    pub failed: Vec<(DeploymentEnvironment, String)>,
    /// What can move on in each of the first pipelines, with its key.
    pub moves: Vec<(PipelineId, Matrix)>,
    /// The solutions that changed last where the person may change them, each with its environment's name.
    pub made: Vec<(Sighting, String)>,
}

impl Desk {
    /// That of the person, with these pipelines before them.
    pub fn of(conn: &mut Conn, who: &Reach, pipelines: &[SeenPipeline]) -> Result<Desk, Error> {
        let first: Vec<PipelineId> = pipelines.iter().take(PIPELINES).map(|seen| seen.pipeline.id).collect();
        let hosts = who.hosts();
        let ids: Vec<EnvironmentId> = hosts.iter().map(|host| host.id).collect();
        let parts = Part::and_failed(conn, &first, Failed { hosts: &ids, most: MOST as i64 })?;
        let mut desk = Desk::default();
        for part in parts.iter().filter(|part| part.record.status == ValidationStatus::Failed) {
            let host = hosts.iter().find(|host| host.id == part.record.host_id && part.record.retired_at.is_none());
            desk.failed.extend(host.map(|host| (part.record.clone(), host.name.clone())));
        }
        desk.failed.sort_unstable_by_key(|(record, _)| std::cmp::Reverse(record.id));
        desk.failed.dedup_by_key(|(record, _)| record.id);
        desk.failed.truncate(MOST);
        let columns: Vec<_> = first.iter().map(|id| (*id, columns(who, *id, &parts))).collect();
        let mut cells = Cells::default();
        for line in read(conn, who, &parts, &first, &columns)? {
            match line.place {
                Some(place) => desk.made.push((line.seen, place)),
                None => cells.take(line),
            }
        }
        for (id, columns) in columns {
            desk.moves.push((id, cells.moving(columns)?));
        }
        Ok(desk)
    }
}

/// What was seen of a solution.
#[derive(Queryable)]
struct Line {
    key: String,
    seen: Sighting,
    /// For which stage, and the newest run to it.
    stage: Option<StageId>,
    newest: Option<Newest>,
    /// The environment's name, where it is told for itself.
    place: Option<String>,
}

impl Cells {
    fn take(&mut self, line: Line) {
        if let (Some(stage), Some(newest)) = (line.stage, line.newest) {
            self.runs.insert((stage, line.key.clone()), newest);
        }
        self.seen.insert((line.seen.environment_id, line.key), line.seen);
    }

    // What can move on in a pipeline, of what is made in its sources or came through it.
    fn moving(&self, columns: Vec<Column>) -> Result<Matrix, Error> {
        let (sources, stages) = (matrix::sources(&columns), matrix::stages(&columns));
        let made = self.seen.iter().filter(|((at, _), seen)| sources.contains(at) && !seen.managed && !seen.system);
        let carried = self.runs.keys().filter(|(stage, _)| stages.contains(stage));
        let keys: BTreeSet<&String> = made.map(|((_, key), _)| key).chain(carried.map(|(_, key)| key)).collect();
        let keys: Vec<String> = keys.into_iter().cloned().collect();
        let wanted = Wanted { only: Some(Only::MovesOn), ..Wanted::default() };
        let rows = self.rows(&columns, &keys)?.into_iter().filter(|row| wanted.is(&columns, row)).collect();
        Ok(Matrix { columns, rows, next: None })
    }
}

// What is where of the first solutions of these pipelines, and, with the names of their environments, the solutions that
// changed last where the person may change them.
fn read(
    conn: &mut Conn,
    who: &Reach,
    parts: &[Part],
    pipelines: &[PipelineId],
    columns: &[(PipelineId, Vec<Column>)],
) -> Result<Vec<Line>, Error> {
    let columns = || columns.iter().flat_map(|(_, columns)| columns);
    let sources: Vec<EnvironmentId> =
        columns().filter(|column| column.stage.is_none()).map(|column| column.environment.id).collect();
    let places: Vec<EnvironmentId> = columns().map(|column| column.environment.id).collect();
    let targets: Vec<StageId> = columns().filter_map(|column| Some(column.stage.as_ref()?.id)).collect();
    let mine: Vec<EnvironmentId> =
        who.environments(EnvironmentRole::SystemCustomizer).into_iter().map(|environment| environment.id).collect();
    let records: Vec<DeploymentEnvironmentId> = parts.iter().map(|part| part.record.id).collect();
    let (own, came) = (diesel::alias!(sightings as own), diesel::alias!(newest_runs as came));
    let of_environment = deployment_environments::environment_id.eq(sightings::environment_id.nullable());
    let of_target = deployment_environments::id.eq(stages::target_id);
    let to_stage = newest_runs::stage_id.eq(stages::id).and(newest_runs::pipeline_id.eq(stages::pipeline_id));
    let made = own.filter(own.field(sightings::environment_id).eq_any(sources));
    let made = made.filter(own.field(sightings::managed).eq(false).and(own.field(sightings::system).eq(false)));
    let made = made.order(own.field(sightings::unique_name_key)).select(own.field(sightings::unique_name_key));
    let carried = came.filter(came.field(newest_runs::pipeline_id).eq_any(pipelines.to_vec()));
    let carried = carried.filter(came.field(newest_runs::stage_id).eq_any(targets.clone()));
    let carried = carried.order(came.field(newest_runs::solution_key)).distinct();
    let carried = carried.select(came.field(newest_runs::solution_key));
    let first = made.limit(SOLUTIONS).union(carried.limit(SOLUTIONS));
    let there = sightings::table
        .inner_join(deployment_environments::table.on(of_environment))
        .left_join(stages::table.on(of_target.and(stages::id.eq_any(targets.clone()))))
        .left_join(newest_runs::table.on(to_stage.and(newest_runs::solution_key.eq(sightings::unique_name_key))))
        .left_join(runs::table.on(runs::id.eq(newest_runs::run_id)))
        .filter(deployment_environments::id.eq_any(records).and(sightings::environment_id.eq_any(places)))
        .filter(sightings::unique_name_key.eq_any(first))
        .select((
            sightings::unique_name_key,
            Sighting::as_select(),
            stages::id.nullable(),
            (runs::id, runs::state, runs::solution_name, runs::solution_display_name).nullable(),
            sql::<Nullable<Text>>("NULL"),
        ));
    let mut made = sightings::table
        .inner_join(environments::table)
        .filter(sightings::managed.eq(false).and(sightings::system.eq(false)))
        .filter(environments::retired_at.is_null())
        .order((sightings::modified_at.desc(), sightings::unique_name_key))
        .limit(MOST as i64)
        .select((
            sightings::unique_name_key,
            Sighting::as_select(),
            sql::<Nullable<Text>>("NULL"),
            sql::<Nullable<(Text, Text, Text, Text)>>("NULL, NULL, NULL, NULL"),
            environments::name.nullable(),
        ))
        .into_boxed();
    if !who.system_administrator {
        made = made.filter(sightings::environment_id.eq_any(mine));
    }
    Ok(union_all(there, made).load(conn)?)
}
