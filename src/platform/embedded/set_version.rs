//! Set version: an unmanaged solution raised, so that its changes can travel.

use diesel::prelude::*;

use super::{
    Change,
    home::Home,
    solution::Installed,
    stop::{Stop, refuse},
};
use crate::{
    db::{self, Conn},
    package::version::Version,
    platform::Outcome,
    schema::embedded_solutions,
};

/// Raises the version of an unmanaged solution.
pub fn set_version(conn: &mut Conn, home: &Home, unique_name: &str, version: &Version) -> Result<Change, Stop> {
    let Some(mut solution) = Installed::find(conn, home.id, unique_name)? else {
        return refuse("0x80040217", format!("{} has no solution {unique_name}.", home.name));
    };
    let name = &solution.display_name;
    if solution.managed {
        let message = format!("{name} is managed in {}: raise its version where it is developed.", home.name);
        return refuse("0x80048036", message);
    }
    if *version <= solution.version {
        let message = format!("{name} has version {}: enter a higher one than that.", solution.version);
        return refuse("0x8004F01E", message);
    }
    solution.version = version.clone();
    solution.modified_at = db::now();
    Ok(Box::new(move |conn| {
        diesel::update(embedded_solutions::table.find(solution.id))
            .set((
                embedded_solutions::version.eq(solution.version.to_string()),
                embedded_solutions::modified_at.eq(solution.modified_at),
            ))
            .execute(conn)?;
        Ok(Outcome::VersionSet { solution: solution.summary() })
    }))
}
