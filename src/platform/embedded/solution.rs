//! The solutions of an environment.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{bindings, contents::Contents, home::Home};
use crate::{
    artifacts::Stored,
    db::{self, Conn, fold, natively, unvaried},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Manifest, Publisher, version::Version},
    platform::{SolutionDetails, SolutionSummary},
    schema::{embedded_solutions, environments},
};

/// A solution in an environment, as its row says.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = embedded_solutions)]
pub struct Installed {
    pub id: RowId,
    pub unique_name: String,
    pub unique_name_key: String,
    pub display_name: String,
    pub description: String,
    #[diesel(deserialize_as = String)]
    pub version: Version,
    pub managed: bool,
    /// The unique name of its publisher.
    pub publisher: String,
    pub publisher_name: String,
    pub prefix: String,
    pub installed_at: NaiveDateTime,
    pub modified_at: NaiveDateTime,
}

impl Installed {
    /// The solution of this unique name.
    pub fn find(conn: &mut Conn, at: EnvironmentId, unique_name: &str) -> Result<Option<Installed>, Error> {
        let here = embedded_solutions::environment_id.eq(at);
        let this = here.and(embedded_solutions::unique_name_key.eq(fold(unique_name)));
        Ok(unvaried!(Installed::query().filter(this)).first(conn).optional()?)
    }

    /// The solution with this key.
    pub fn by_id(conn: &mut Conn, id: RowId) -> Result<Installed, Error> {
        Ok(unvaried!(Installed::query().filter(embedded_solutions::id.eq(id))).first(conn)?)
    }

    /// Every solution, in the order of their installation.
    pub fn all(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<Installed>, Error> {
        let here = embedded_solutions::environment_id.eq(at);
        Ok(unvaried!(Installed::query().filter(here).order(embedded_solutions::id)).load(conn)?)
    }

    /// The solution as it will be after the import of a package, in place of the one that is there before.
    pub fn planned(before: Option<&Installed>, manifest: &Manifest) -> Installed {
        let now = db::now();
        Installed {
            id: before.map_or_else(RowId::new, |before| before.id),
            unique_name: manifest.unique_name.clone(),
            unique_name_key: fold(&manifest.unique_name),
            display_name: manifest.display_name.clone(),
            description: manifest.description.clone(),
            version: manifest.version.clone(),
            managed: manifest.managed,
            publisher: manifest.publisher.unique_name.clone(),
            publisher_name: manifest.publisher.display_name.clone(),
            prefix: manifest.publisher.prefix.clone(),
            installed_at: before.map_or(now, |before| before.installed_at),
            modified_at: now,
        }
    }

    /// The package that it was imported from.
    pub fn package(&self, conn: &mut Conn) -> Result<Stored, Error> {
        let columns = (embedded_solutions::package_hash, embedded_solutions::package_size);
        let (hash, size): (String, i64) = embedded_solutions::table.find(self.id).select(columns).first(conn)?;
        Ok(Stored { hash: hash.parse().map_err(Error::internal)?, size: size.unsigned_abs() })
    }

    /// The solution as lists show it.
    pub fn summary(&self) -> SolutionSummary {
        SolutionSummary {
            unique_name: self.unique_name.clone(),
            display_name: self.display_name.clone(),
            version: self.version.clone(),
            managed: self.managed,
            system: false,
            publisher: Publisher {
                unique_name: self.publisher.clone(),
                display_name: self.publisher_name.clone(),
                prefix: self.prefix.clone(),
            },
            modified_at: self.modified_at,
        }
    }

    /// Writes it with the package that it comes from, in place of the row that has its key.
    pub fn save(&self, conn: &mut Conn, at: EnvironmentId, package: &Stored) -> Result<(), Error> {
        let values = (
            embedded_solutions::unique_name.eq(&self.unique_name),
            embedded_solutions::display_name.eq(&self.display_name),
            embedded_solutions::description.eq(&self.description),
            embedded_solutions::version.eq(self.version.to_string()),
            embedded_solutions::managed.eq(self.managed),
            embedded_solutions::publisher.eq(&self.publisher),
            embedded_solutions::publisher_name.eq(&self.publisher_name),
            embedded_solutions::prefix.eq(&self.prefix),
            embedded_solutions::package_hash.eq(package.hash.as_str()),
            embedded_solutions::package_size.eq(package.size.cast_signed()),
            embedded_solutions::modified_at.eq(self.modified_at),
        );
        let fixed = (
            embedded_solutions::id.eq(self.id),
            embedded_solutions::environment_id.eq(at),
            embedded_solutions::unique_name_key.eq(&self.unique_name_key),
            embedded_solutions::installed_at.eq(self.installed_at),
        );
        let row = diesel::insert_into(embedded_solutions::table).values((fixed, values.clone()));
        let known = row.on_conflict(embedded_solutions::id).do_update().set(values);
        unvaried!(natively(known)).execute(conn)?;
        Ok(())
    }
}

/// An environment with every solution that it has, in the order of their installation.
pub fn all_with_home(conn: &mut Conn, at: EnvironmentId) -> Result<Option<(Home, Vec<Installed>)>, Error> {
    let there = environments::table.left_join(embedded_solutions::table).filter(environments::id.eq(at));
    let rows = there.order(embedded_solutions::id).select((Home::as_select(), Option::<Installed>::as_select()));
    let rows: Vec<(Home, Option<Installed>)> = unvaried!(rows).load(conn)?;
    let (homes, solutions): (Vec<Home>, Vec<Option<Installed>>) = rows.into_iter().unzip();
    Ok(homes.into_iter().next().map(|home| (home, solutions.into_iter().flatten().collect())))
}

/// How lists show these solutions: by display name.
pub fn summaries(solutions: &[Installed]) -> Vec<SolutionSummary> {
    let mut all: Vec<SolutionSummary> = solutions.iter().map(Installed::summary).collect();
    all.sort_by_cached_key(|solution| (fold(&solution.display_name), fold(&solution.unique_name)));
    all
}

/// The one of these solutions that has this name, with all that it holds.
pub fn details(
    conn: &mut Conn,
    at: EnvironmentId,
    solutions: Vec<Installed>,
    unique_name: &str,
) -> Result<Option<SolutionDetails>, Error> {
    let key = fold(unique_name);
    let Some(solution) = solutions.iter().find(|solution| solution.unique_name_key == key).cloned() else {
        return Ok(None);
    };
    let (mut contents, components) = Contents::with(conn, at, solutions, solution.id)?;
    let requires = contents.needs(solution.id);
    let requires = requires.map(|need| need.requirement(contents.meets(need), contents.bringing(need))).collect();
    let broken = contents.broken_by(solution.id, |contents| contents.remove(solution.id));
    let mut required_by: Vec<String> = broken.into_iter().map(|broken| broken.solution).collect();
    required_by.sort_unstable();
    required_by.dedup();
    let (connection_references, variables) = bindings::of(conn, at, &components)?;
    Ok(Some(SolutionDetails {
        summary: solution.summary(),
        description: solution.description,
        installed_at: solution.installed_at,
        requires,
        required_by,
        connection_references,
        variables,
        components,
    }))
}
