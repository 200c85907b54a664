//! Journeys: where an artifact has been on a pipeline, and whether it is what its version is bound to.

use diesel::prelude::*;

use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{ArtifactId, EnvironmentId, PipelineId, RunId, StageId},
    models::{artifact::Artifact, stage::Stage},
    rules::{facts::Earlier, state::State},
    schema::{artifact_bindings, artifacts, runs},
};

/// A run to a stage, as far as it tells whether something may go on from there.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct Passage {
    pub id: RunId,
    pub stage_id: StageId,
    pub state: State,
    pub target_environment_id: EnvironmentId,
    pub target_name: String,
}

/// All runs of one artifact on one pipeline.
#[derive(Debug, Clone)]
pub struct Journey {
    pub artifact: ArtifactId,
    /// What its version is bound to.
    pub bound: Option<ArtifactId>,
    /// The newest first.
    passages: Vec<Passage>,
}

impl Journey {
    /// Where this artifact has been.
    pub fn of(conn: &mut Conn, artifact: &Artifact, pipeline: PipelineId) -> Result<Journey, Error> {
        let binding = artifact_bindings::source_environment_id
            .eq(artifacts::source_environment_id)
            .and(artifact_bindings::unique_name_key.eq(artifacts::unique_name_key))
            .and(artifact_bindings::version_key.eq(artifacts::version));
        let run = runs::artifact_id.eq(artifacts::id.nullable()).and(runs::pipeline_id.eq(pipeline));
        let rows: Vec<(Option<ArtifactId>, Option<Passage>)> = unvaried!(
            artifacts::table
                .left_join(artifact_bindings::table.on(binding))
                .left_join(runs::table.on(run))
                .filter(artifacts::id.eq(artifact.id))
                .select((artifact_bindings::artifact_id.nullable(), Option::<Passage>::as_select()))
        )
        .load(conn)?;
        let bound = rows.first().and_then(|(bound, _)| *bound);
        let mut passages: Vec<Passage> = rows.into_iter().filter_map(|(_, passage)| passage).collect();
        passages.sort_unstable_by_key(|passage| std::cmp::Reverse(passage.id));
        let version = artifact.version()?;
        let bound = match Artifact::is_key(&artifact.version, &version) {
            true => bound,
            false => Artifact::bound(conn, artifact.source_environment_id, &artifact.unique_name, &version)?,
        };
        Ok(Journey { artifact: artifact.id, bound, passages })
    }

    /// How far it has come in a stage.
    pub fn earlier(&self, stage: &Stage) -> Earlier {
        earlier(stage, self.passages.iter().filter(|passage| passage.stage_id == stage.id))
    }

    /// Whether it has succeeded in a stage, wherever that led.
    pub fn succeeded_in(&self, stage: &Stage) -> bool {
        self.passages.iter().any(|passage| passage.stage_id == stage.id && passage.state == State::Succeeded)
    }
}

/// How far something has come in a stage by these runs to it, the newest first.
pub fn earlier<'a>(stage: &Stage, passages: impl Iterator<Item = &'a Passage> + Clone) -> Earlier {
    let mut succeeded = passages.clone().filter(|passage| passage.state == State::Succeeded);
    if succeeded.clone().any(|passage| Some(passage.target_environment_id) == stage.target.environment_id) {
        return Earlier::Succeeded;
    }
    if passages.clone().any(|passage| !passage.state.is_final()) {
        return Earlier::UnderWay;
    }
    succeeded.next().map_or(Earlier::NotYet, |passage| Earlier::SucceededElsewhere(passage.target_name.clone()))
}
