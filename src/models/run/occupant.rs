//! Occupants: who holds the lane of an environment, as far as others are told of it.

use diesel::prelude::*;

use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId, RunId},
    models::{operation::OperationKind, reach::Reach},
    rules::{
        facts::Lane,
        rights::{self, Right},
    },
    schema::{lanes, operations, runs},
};

/// The run for which a lane is held, as others are told of it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct Tenant {
    id: RunId,
    host_id: EnvironmentId,
    pipeline_id: PipelineId,
    solution_display_name: String,
    version: String,
    started_by_name: String,
    deployed_by_name: Option<String>,
}

/// What a lane is held for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = operations)]
pub struct Held {
    kind: OperationKind,
}

/// Who holds a lane: what is done, and for which run unless it is done by hand.
#[derive(Debug, Clone)]
pub struct Occupant {
    held: Held,
    run: Option<Tenant>,
}

impl Occupant {
    /// Who holds the lane of an environment now.
    pub fn of(conn: &mut Conn, at: EnvironmentId) -> Result<Option<Occupant>, Error> {
        let held = lanes::table.find(at).inner_join(operations::table.left_join(runs::table));
        let found: Option<(Held, Option<Tenant>)> =
            unvaried!(held.select((Held::as_select(), Option::<Tenant>::as_select()))).first(conn).optional()?;
        Ok(found.map(|(held, run)| Occupant::new(held, run)))
    }

    pub(super) fn new(held: Held, run: Option<Tenant>) -> Occupant {
        Occupant { held, run }
    }

    /// What the person is told who waits for the lane, or has it with this run of their own.
    pub fn lane(occupant: Option<&Occupant>, who: &Reach, own: Option<RunId>) -> Lane {
        let Some(Occupant { held: Held { kind }, run }) = occupant else { return Lane::Free };
        match run {
            Some(run) if Some(run.id) == own => Lane::Free,
            Some(run) if rights::right(&who.standing(run.host_id, run.pipeline_id)) < Right::View => {
                Lane::Held("another deployment".into())
            }
            Some(run) => {
                let by = run.deployed_by_name.as_ref().unwrap_or(&run.started_by_name);
                Lane::Held(format!("the deployment of {} {} by {by}", run.solution_display_name, run.version))
            }
            None => Lane::Held(format!("a change made by hand ({})", kind.label().to_lowercase())),
        }
    }
}
