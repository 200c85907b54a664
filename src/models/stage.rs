//! Stages: the steps of a pipeline, each with one target.

mod editing;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::deployment_environment::DeploymentEnvironment;
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{DeploymentEnvironmentId, PipelineId, StageId},
    rules::stages::{self, StageFacts},
    schema::{deployment_environments, stages as table},
};

pub use editing::StageInput;

/// A stage of a pipeline with the record of its target.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = table, base_query = table::table.inner_join(deployment_environments::table))]
pub struct Stage {
    pub id: StageId,
    pub pipeline_id: PipelineId,
    pub name: String,
    pub description: String,
    /// The stage that a version must succeed in first; none for the first stage.
    pub previous_stage_id: Option<StageId>,
    pub target_id: DeploymentEnvironmentId,
    pub retired_at: Option<NaiveDateTime>,
    #[diesel(embed)]
    pub target: DeploymentEnvironment,
}

impl Stage {
    /// The stage with this key, retired or not.
    pub fn by_id(conn: &mut Conn, id: StageId) -> Result<Stage, Error> {
        Ok(unvaried!(Stage::query().filter(table::id.eq(id))).first(conn)?)
    }

    /// The live stages of a pipeline, oldest first.
    pub fn of_pipeline(conn: &mut Conn, id: PipelineId) -> Result<Vec<Stage>, Error> {
        let live = table::retired_at.is_null().and(table::pipeline_id.eq(id));
        Ok(unvaried!(Stage::query().filter(live).order(table::id)).load(conn)?)
    }

    /// The live stages of several pipelines, oldest first.
    pub fn of_pipelines(conn: &mut Conn, ids: &[PipelineId]) -> Result<Vec<Stage>, Error> {
        let live = Stage::query().filter(table::retired_at.is_null());
        Ok(live.filter(table::pipeline_id.eq_any(ids)).order(table::id).load(conn)?)
    }

    /// What the rules need to know of it.
    pub fn facts(&self) -> StageFacts<StageId, DeploymentEnvironmentId> {
        StageFacts {
            id: self.id,
            name: self.name.clone(),
            previous: self.previous_stage_id,
            target: self.target_id,
            target_name: self.target.name.clone(),
        }
    }

    /// The same stages, each after its previous one, with its depth in the tree.
    pub fn in_order(stages: Vec<Stage>) -> Vec<(usize, Stage)> {
        let facts: Vec<_> = stages.iter().map(Stage::facts).collect();
        let order: Vec<_> = stages::in_order(&facts).into_iter().map(|(depth, stage)| (depth, stage.id)).collect();
        let at = |id| order.iter().position(|(_, other)| *other == id).unwrap_or(usize::MAX);
        let mut stages = stages;
        stages.sort_by_key(|stage| at(stage.id));
        order.iter().map(|(depth, _)| *depth).zip(stages).collect()
    }
}
