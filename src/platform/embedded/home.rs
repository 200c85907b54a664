//! The environment that an act is on, as its row says.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{VERSION, stop::Stop};
use crate::{
    db::{self, Conn, columns, unvaried},
    error::Error,
    id::EnvironmentId,
    platform::{PlatformError, Probe},
    schema::environments,
};

/// What an embedded environment knows of itself.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = environments)]
pub struct Home {
    pub id: EnvironmentId,
    pub name: String,
    region: String,
    managed: bool,
    dataverse: bool,
    retired_at: Option<NaiveDateTime>,
}

impl Home {
    /// The environment with this key.
    pub fn find(conn: &mut Conn, id: EnvironmentId) -> Result<Option<Home>, Error> {
        Ok(unvaried!(Home::query().filter(environments::id.eq(id))).first(conn).optional()?)
    }

    /// The environment, which nobody else changes until the transaction ends.
    pub fn lock(conn: &mut Conn, id: EnvironmentId) -> Result<Option<Home>, Error> {
        if db::writes_alone(conn) {
            return Home::find(conn, id);
        }
        // Written with what it says already; not its key, which others refer to.
        let same = environments::retired_at.eq(environments::retired_at);
        let lock = diesel::update(environments::table.find(id)).set(same);
        Ok(unvaried!(lock.returning(columns::<Home>())).get_result(conn).optional()?)
    }

    /// What it says of itself.
    pub fn probe(self) -> Result<Probe, PlatformError> {
        self.live()?;
        Ok(Probe { region: self.region, managed: self.managed, dataverse: self.dataverse, version: VERSION.to_owned() })
    }

    /// Whether it can have solutions.
    pub fn usable(&self) -> Result<(), Stop> {
        self.live()?;
        match self.dataverse {
            true => Ok(()),
            false => {
                let message = format!(
                    "{} has no Dataverse database, so it cannot have solutions: choose an environment that has one.",
                    self.name
                );
                Err(PlatformError::refused("no-dataverse", message).into())
            }
        }
    }

    fn live(&self) -> Result<(), PlatformError> {
        match self.retired_at {
            None => Ok(()),
            Some(_) => {
                let message = format!("{} has been retired: choose another environment.", self.name);
                Err(PlatformError::refused("environment-retired", message))
            }
        }
    }
}

/// The refusal where there is no such environment.
pub fn unknown() -> PlatformError {
    PlatformError::refused("environment-absent", "There is no such environment: it may have been removed.")
}
