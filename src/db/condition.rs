//! How the database is: whether it answers, whether its tables are this program's, and how busy the pool is.

use std::{collections::BTreeSet, time::Duration};

use diesel::{
    migration::{Migration, MigrationSource},
    prelude::*,
};

use super::{Db, MIGRATIONS, MultiBackend};
use crate::error::Error;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// How many connections the pool has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    pub in_use: u32,
    pub idle: u32,
    /// How many there may be.
    pub max: u32,
}

impl Db {
    /// What the pool is doing at this moment.
    pub fn pool_use(&self) -> PoolUse {
        let state = self.pool.state();
        let in_use = state.connections.saturating_sub(state.idle_connections);
        PoolUse { in_use, idle: state.idle_connections, max: self.pool.max_size() }
    }

    /// Whether its tables are those that this program knows: no older, no newer ones. On this thread, which may block.
    ///
    /// # Errors
    /// When the database does not answer, or has no connection to spare for so long.
    pub fn is_current_now(&self, patience: Duration) -> Result<bool, Error> {
        use __diesel_schema_migrations::dsl;
        let applied: Vec<String> =
            dsl::__diesel_schema_migrations.select(dsl::version).load(&mut *self.pool.get_timeout(patience)?)?;
        Ok(applied.into_iter().collect::<BTreeSet<_>>() == own()?)
    }
}

fn own() -> Result<BTreeSet<String>, Error> {
    let migrations: Vec<Box<dyn Migration<MultiBackend>>> = MIGRATIONS.migrations().map_err(Error::Internal)?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}
