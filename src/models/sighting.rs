//! Sightings: what Sluice last saw in an environment. Lists and cards read them; who decides asks live.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    db::{self, Conn, columns, natively, unvaried},
    error::Error,
    id::EnvironmentId,
    package::version::Version,
    schema::{environments, sightings},
};

/// A solution as it was last seen in an environment.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sightings)]
pub struct Sighting {
    pub environment_id: EnvironmentId,
    pub unique_name: String,
    pub display_name: String,
    pub publisher: String,
    pub version: String,
    pub managed: bool,
    /// Whether it belongs to the platform.
    pub system: bool,
    /// When the solution last changed there.
    pub modified_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
}

/// What was seen of one solution.
#[derive(Debug, Clone)]
pub struct Seen {
    pub unique_name: String,
    pub display_name: String,
    pub publisher: String,
    pub version: Version,
    pub managed: bool,
    pub system: bool,
    pub modified_at: NaiveDateTime,
}

impl Sighting {
    /// All of an environment, by display name.
    pub fn all(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<Sighting>, Error> {
        let all = Sighting::query().filter(sightings::environment_id.eq(at));
        Ok(all.order((sightings::display_name, sightings::unique_name_key)).load(conn)?)
    }

    /// One solution in an environment.
    pub fn of(conn: &mut Conn, at: EnvironmentId, unique_name: &str) -> Result<Option<Sighting>, Error> {
        let this = sightings::environment_id.eq(at).and(sightings::unique_name_key.eq(db::fold(unique_name)));
        Ok(unvaried!(Sighting::query().filter(this)).first(conn).optional()?)
    }

    /// Several solutions in an environment, by their unique names, as long as it is not retired.
    pub fn in_live(
        conn: &mut Conn,
        at: EnvironmentId,
        unique_names: &BTreeSet<String>,
    ) -> Result<Vec<Sighting>, Error> {
        let keys: Vec<String> = unique_names.iter().map(|name| db::fold(name)).collect();
        let there = Sighting::query().inner_join(environments::table).filter(environments::retired_at.is_null());
        Ok(there.filter(sightings::environment_id.eq(at).and(sightings::unique_name_key.eq_any(keys))).load(conn)?)
    }

    /// Its version, parsed.
    ///
    /// # Errors
    /// Never for what was written by us.
    pub fn version(&self) -> Result<Version, Error> {
        self.version.parse().map_err(|e| Error::internal(format!("sighting of {}: {e}", self.unique_name)))
    }

    /// Writes down what was seen of one solution.
    pub fn write(conn: &mut Conn, at: EnvironmentId, seen: &Seen) -> Result<(), Error> {
        let key = db::fold(&seen.unique_name);
        let values = (
            sightings::unique_name.eq(&seen.unique_name),
            sightings::display_name.eq(&seen.display_name),
            sightings::publisher.eq(&seen.publisher),
            sightings::version.eq(seen.version.to_string()),
            sightings::managed.eq(seen.managed),
            sightings::system.eq(seen.system),
            sightings::modified_at.eq(seen.modified_at),
            sightings::seen_at.eq(db::now()),
        );
        let keys = (sightings::environment_id.eq(at), sightings::unique_name_key.eq(&key));
        let row = diesel::insert_into(sightings::table).values((keys, values.clone()));
        let known = row.on_conflict((sightings::environment_id, sightings::unique_name_key));
        unvaried!(natively(known.do_update().set(values))).execute(conn)?;
        Ok(())
    }

    /// Writes down everything that was seen in an environment: what was not is gone.
    pub fn replace(conn: &mut Conn, at: EnvironmentId, seen: &[Seen]) -> Result<(), Error> {
        let here = sightings::table.filter(sightings::environment_id.eq(at));
        let now = diesel::update(here).set(sightings::seen_at.eq(db::now()));
        let known: Vec<(String, Sighting)> =
            unvaried!(now.returning((sightings::unique_name_key, columns::<Sighting>()))).load(conn)?;
        let mut known: HashMap<String, Sighting> = known.into_iter().collect();
        for one in seen {
            if known.remove(&db::fold(&one.unique_name)).is_none_or(|known| !known.says(one)) {
                Sighting::write(conn, at, one)?;
            }
        }
        known.into_keys().try_for_each(|key| Sighting::remove(conn, at, &key))
    }

    // Whether what was seen is what is known already.
    fn says(&self, seen: &Seen) -> bool {
        self.unique_name == seen.unique_name
            && self.display_name == seen.display_name
            && self.publisher == seen.publisher
            && self.version == seen.version.to_string()
            && (self.managed, self.system) == (seen.managed, seen.system)
            && self.modified_at == seen.modified_at
    }

    /// Writes down that a solution is gone.
    pub fn remove(conn: &mut Conn, at: EnvironmentId, unique_name: &str) -> Result<(), Error> {
        diesel::delete(sightings::table.find((at, db::fold(unique_name)))).execute(conn)?;
        Ok(())
    }
}
