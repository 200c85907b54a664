//! How a version comes to a stage.

use diesel::{
    dsl::{case_when, exists, min, not},
    prelude::*,
};

use super::Run;
use crate::{
    db::{self, Conn, unvaried},
    rules::state::State,
    schema::runs,
};

impl Run {
    /// Ends it as one that succeeded, if it is still where we saw it; how many that are. Where no run has brought its
    /// artifact to the stage before, it keeps when the way of that through the pipeline began.
    pub(super) fn arrive(&self, conn: &mut Conn) -> QueryResult<usize> {
        let (first, before) = diesel::alias!(runs as first, runs as before);
        let way = first.filter(first.field(runs::artifact_id).eq(self.artifact_id));
        let way = way.filter(first.field(runs::pipeline_id).eq(self.pipeline_id));
        let began = way.select(min(first.field(runs::started_at))).single_value();
        let way = before.filter(before.field(runs::artifact_id).eq(self.artifact_id));
        let way = way.filter(before.field(runs::pipeline_id).eq(self.pipeline_id));
        let here = way.filter(before.field(runs::stage_id).eq(self.stage_id));
        let came = exists(here.filter(before.field(runs::way_began_at).is_not_null()));
        let ended = (runs::state.eq(State::Succeeded), runs::ended_at.eq(db::now()));
        let arrived = (ended, runs::way_began_at.eq(case_when(not(came), began)));
        let itself = runs::table.filter(runs::id.eq(self.id)).filter(runs::state.eq(self.state));
        unvaried!(diesel::update(itself).set(arrived)).execute(conn)
    }
}
