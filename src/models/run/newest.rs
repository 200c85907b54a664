//! The newest run of a solution to a stage, as far as an overview tells of it.

use diesel::prelude::*;

use crate::{
    db::{Conn, natively, unvaried},
    error::Error,
    id::{RunId, StageId},
    rules::state::State,
    schema::runs,
};

/// What an overview tells of the newest run of a solution to a stage.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = runs)]
pub struct Newest {
    pub id: RunId,
    pub state: State,
    /// The solution's unique name.
    pub solution_name: String,
    pub solution_display_name: String,
}

impl Newest {
    /// The newest run of the solution of this folded unique name to the stage.
    pub fn of(conn: &mut Conn, stage: StageId, solution_key: &str) -> Result<Option<Newest>, Error> {
        let these = runs::stage_id.eq(stage).and(runs::solution_key.eq(solution_key));
        Ok(natively!(conn, |c| unvaried!(Newest::query().filter(these).order(runs::id.desc())).first(c)).optional()?)
    }
}
