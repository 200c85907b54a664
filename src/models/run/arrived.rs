//! How a version first comes to a stage.

use diesel::{
    dsl::{exists, min, not},
    prelude::*,
};

use super::Run;
use crate::{
    db::{Conn, natively, unvaried},
    error::Error,
    id::ArtifactId,
    schema::runs,
};

impl Run {
    /// It succeeded: if no run has brought this artifact to the stage before, keeps when its way through the pipeline began.
    pub(super) fn arrived(&self, conn: &mut Conn, artifact: ArtifactId) -> Result<(), Error> {
        let (first, before) = diesel::alias!(runs as first, runs as before);
        natively!(conn, |c| {
            let way = first.field(runs::artifact_id).eq(artifact);
            let way = first.filter(way.and(first.field(runs::pipeline_id).eq(self.pipeline_id)));
            let began = way.select(min(first.field(runs::started_at)));
            let way = before.field(runs::artifact_id).eq(artifact);
            let way = before.filter(way.and(before.field(runs::pipeline_id).eq(self.pipeline_id)));
            let here = before.field(runs::stage_id).eq(self.stage_id);
            let here = way.filter(here.and(before.field(runs::way_began_at).is_not_null()));
            let itself = runs::table.find(self.id).filter(not(exists(here)));
            unvaried!(diesel::update(itself).set(runs::way_began_at.eq(began.single_value()))).execute(c)
        })?;
        Ok(())
    }
}
