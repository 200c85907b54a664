//! Parts: the records that pipelines are made of, each with what it is there, a source or a stage's target. All are read
//! at once.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{deployment_environment::DeploymentEnvironment, environment::Environment, stage::Stage};
use crate::{
    db::{Conn, among, union_all, unvaried, within},
    error::Error,
    id::{DeploymentEnvironmentId, EnvironmentId, PipelineId, StageId},
    rules::stages::ValidationStatus,
    schema::{deployment_environments, environments, pipeline_sources, stages},
};

/// A record with its environment, and what it is in one of the pipelines; nothing where it was asked for by itself.
#[derive(Debug, Clone, Queryable)]
pub struct Part {
    pub record: DeploymentEnvironment,
    pub environment: Option<Environment>,
    stage: Option<Bare>,
    source_of: Option<PipelineId>,
}

/// A stage without its target.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = stages)]
pub struct Bare {
    id: StageId,
    pipeline_id: PipelineId,
    name: String,
    description: String,
    previous_stage_id: Option<StageId>,
    target_id: DeploymentEnvironmentId,
    retired_at: Option<NaiveDateTime>,
}

/// Records that are told by themselves: those that failed their validation last, so many at most, of these hosts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failed<'a> {
    pub hosts: &'a [EnvironmentId],
    pub most: i64,
}

impl Part {
    /// The linked development environments and the targets of the live stages of these pipelines, by name.
    pub fn of(conn: &mut Conn, pipelines: &[PipelineId]) -> Result<Vec<Part>, Error> {
        Part::and_failed(conn, pipelines, Failed::default())
    }

    /// The same, and with them the records that failed.
    pub fn and_failed(conn: &mut Conn, pipelines: &[PipelineId], failed: Failed<'_>) -> Result<Vec<Part>, Error> {
        let live = among(stages::pipeline_id, pipelines).and(stages::retired_at.is_null());
        let linked = among(pipeline_sources::pipeline_id, pipelines);
        // The same once more, by which the records are found.
        let (own, link) = (diesel::alias!(stages as own), diesel::alias!(pipeline_sources as link));
        let targets = own.filter(among(own.field(stages::pipeline_id), pipelines));
        let targets = targets.filter(own.field(stages::retired_at).is_null()).select(own.field(stages::target_id));
        let sources = link.filter(among(link.field(pipeline_sources::pipeline_id), pipelines));
        let sources = sources.select(link.field(pipeline_sources::deployment_environment_id));
        let these = within(deployment_environments::id, union_all(targets, sources));
        let all = deployment_environments::table
            .left_join(environments::table)
            .left_join(stages::table.on(stages::target_id.eq(deployment_environments::id).and(live)))
            .left_join(
                pipeline_sources::table
                    .on(pipeline_sources::deployment_environment_id.eq(deployment_environments::id).and(linked)),
            )
            .order((deployment_environments::name_key, deployment_environments::id));
        let source = pipeline_sources::pipeline_id.nullable();
        let record = DeploymentEnvironment::as_select();
        let all = all.select((record, Option::<Environment>::as_select(), Option::<Bare>::as_select(), source));
        if failed.most == 0 {
            return Ok(unvaried!(all.filter(these)).load(conn)?);
        }
        let other = diesel::alias!(deployment_environments as other);
        let failed = other
            .filter(among(other.field(deployment_environments::host_id), failed.hosts))
            .filter(other.field(deployment_environments::status).eq(ValidationStatus::Failed))
            .filter(other.field(deployment_environments::retired_at).is_null())
            .order(other.field(deployment_environments::id).desc())
            .limit(failed.most)
            .select(other.field(deployment_environments::id));
        Ok(unvaried!(all.filter(these.or(within(deployment_environments::id, failed)))).load(conn)?)
    }

    /// Whether it is a source of this pipeline.
    pub fn is_source_of(&self, pipeline: PipelineId) -> bool {
        self.source_of == Some(pipeline)
    }

    /// The live stages of this pipeline among the parts, oldest first.
    pub fn stages(parts: &[Part], pipeline: PipelineId) -> Vec<Stage> {
        let stages = parts.iter().filter_map(|part| Some(part.stage.clone()?.with(part.record.clone())));
        let mut stages: Vec<Stage> = stages.filter(|stage| stage.pipeline_id == pipeline).collect();
        stages.sort_unstable_by_key(|stage| stage.id);
        stages
    }
}

impl Bare {
    fn with(self, target: DeploymentEnvironment) -> Stage {
        Stage {
            id: self.id,
            pipeline_id: self.pipeline_id,
            name: self.name,
            description: self.description,
            previous_stage_id: self.previous_stage_id,
            target_id: self.target_id,
            retired_at: self.retired_at,
            target,
        }
    }
}
