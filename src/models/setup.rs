//! How far a tenant is on its way to the first deployment.

use diesel::{dsl::exists, prelude::*};

use super::{host::Host, pipeline::Pipeline};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, PipelineId},
    rules::{stages::ValidationStatus, state::State, validation::RecordKind},
    schema::{deployment_environments, environments, pipelines, runs, shares},
};

/// How many pipelines are looked at: who has more is long past the first deployment.
const FEW: i64 = 20;

/// What there is already of what a first deployment needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Live environments that can have solutions.
    pub environments: usize,
    /// The oldest host.
    pub host: Option<EnvironmentId>,
    /// The development environment that was registered first, of those that are validated.
    pub source: Option<EnvironmentId>,
    /// Whether the record of a target was.
    pub target: bool,
    /// The oldest live pipeline, with its host.
    pub pipeline: Option<(EnvironmentId, PipelineId)>,
    /// Whether nothing is missing in one of the pipelines.
    pub complete: bool,
    /// Whether somebody was given a pipeline.
    pub shared: bool,
}

impl Setup {
    /// As it is now.
    pub fn of(conn: &mut Conn) -> Result<Setup, Error> {
        let places = environments::table.filter(environments::retired_at.is_null());
        let places: i64 = places.filter(environments::dataverse.eq(true)).count().get_result(conn)?;
        let hosts = Host::query().filter(environments::retired_at.is_null());
        let host: Option<Host> = hosts.order(environments::id).first(conn).optional()?;
        let live = Pipeline::query().filter(pipelines::retired_at.is_null()).order(pipelines::id);
        let live: Vec<Pipeline> = live.limit(FEW).load(conn)?;
        let mut complete = false;
        for pipeline in &live {
            complete |= pipeline.lacks(conn)?.is_empty();
        }
        Ok(Setup {
            environments: usize::try_from(places).unwrap_or_default(),
            host: host.map(|host| host.id),
            source: validated(conn, RecordKind::Development)?,
            target: validated(conn, RecordKind::Target)?.is_some(),
            pipeline: live.first().map(|pipeline| (pipeline.host_id, pipeline.id)),
            complete,
            shared: diesel::select(exists(shares::table.select(shares::id))).get_result(conn)?,
        })
    }
}

/// Whether a run ever succeeded here.
pub fn deployed(conn: &mut Conn) -> Result<bool, Error> {
    let succeeded = runs::table.filter(runs::state.eq(State::Succeeded));
    Ok(diesel::select(exists(succeeded)).get_result(conn)?)
}

fn validated(conn: &mut Conn, kind: RecordKind) -> Result<Option<EnvironmentId>, Error> {
    let records = deployment_environments::table
        .filter(deployment_environments::environment_id.is_not_null())
        .filter(deployment_environments::kind.eq(kind))
        .filter(deployment_environments::status.eq(ValidationStatus::Success))
        .filter(deployment_environments::retired_at.is_null())
        .order(deployment_environments::id)
        .select(deployment_environments::environment_id.assume_not_null());
    Ok(records.first(conn).optional()?)
}
