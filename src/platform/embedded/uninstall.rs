//! Uninstall: a solution taken out of an environment with all that only it brought.

use diesel::prelude::*;

use super::{
    Change, bindings,
    contents::{Broken, Contents},
    home::Home,
    solution::Installed,
    stop::{Stop, refuse},
};
use crate::{db::Conn, platform::Outcome, schema::embedded_solutions};

/// Uninstalls a solution that no other one needs.
pub fn uninstall(conn: &mut Conn, home: &Home, unique_name: &str) -> Result<Change, Stop> {
    let at = home.id;
    let mut contents = Contents::all(conn, at)?;
    let Some(solution) = contents.solution(unique_name).cloned() else {
        return refuse("0x80040217", format!("{} has no solution {unique_name}.", home.name));
    };
    let broken = contents.broken_by(solution.id, |contents| contents.remove(solution.id));
    if !broken.is_empty() {
        return refuse("0x8004F01F", needed(&solution, &broken));
    }
    Ok(Box::new(move |conn| {
        diesel::delete(embedded_solutions::table.find(solution.id)).execute(conn)?;
        bindings::drop_orphans(conn, at)?;
        Ok(Outcome::Uninstalled)
    }))
}

fn needed(solution: &Installed, broken: &[Broken]) -> String {
    let mut by: Vec<&str> = broken.iter().map(|broken| broken.solution.as_str()).collect();
    by.sort_unstable();
    by.dedup();
    let by = by.join(", ");
    format!("{} cannot be uninstalled, as {by} needs something of it: uninstall {by} first.", solution.display_name)
}
