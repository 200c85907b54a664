//! The rows of a solution's components and needs.

use diesel::prelude::*;

use super::needs::Need;
use crate::{
    db::{Conn, fold},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Component, Package},
    schema::{embedded_components, embedded_requirements},
};

/// The components of a solution, in the package's order.
pub fn components(conn: &mut Conn, solution: RowId) -> Result<Vec<Component>, Error> {
    let columns = (
        embedded_components::kind,
        embedded_components::kind_name,
        embedded_components::name,
        embedded_components::guid,
        embedded_components::display_name,
    );
    let rows: Vec<(String, String, String, Option<String>, Option<String>)> = embedded_components::table
        .filter(embedded_components::solution_id.eq(solution))
        .order(embedded_components::id)
        .select(columns)
        .load(conn)?;
    let component = |(kind, kind_name, name, id, display_name)| Component { kind, kind_name, name, id, display_name };
    Ok(rows.into_iter().map(component).collect())
}

/// Writes what a package has and needs, in place of what its solution had and needed.
pub fn replace(conn: &mut Conn, at: EnvironmentId, solution: RowId, package: &Package) -> Result<(), Error> {
    diesel::delete(embedded_components::table.filter(embedded_components::solution_id.eq(solution))).execute(conn)?;
    diesel::delete(embedded_requirements::table.filter(embedded_requirements::solution_id.eq(solution)))
        .execute(conn)?;
    for component in &package.inventory.components {
        add_component(conn, at, solution, component)?;
    }
    for need in Need::all(&package.manifest) {
        add_need(conn, at, solution, &need)?;
    }
    Ok(())
}

fn add_component(conn: &mut Conn, at: EnvironmentId, solution: RowId, component: &Component) -> Result<(), Error> {
    diesel::insert_into(embedded_components::table)
        .values((
            embedded_components::id.eq(RowId::new()),
            embedded_components::solution_id.eq(solution),
            embedded_components::environment_id.eq(at),
            embedded_components::kind.eq(&component.kind),
            embedded_components::kind_name.eq(&component.kind_name),
            embedded_components::name.eq(&component.name),
            embedded_components::name_key.eq(fold(&component.name)),
            embedded_components::guid.eq(&component.id),
            embedded_components::display_name.eq(&component.display_name),
        ))
        .execute(conn)?;
    Ok(())
}

fn add_need(conn: &mut Conn, at: EnvironmentId, solution: RowId, need: &Need) -> Result<(), Error> {
    diesel::insert_into(embedded_requirements::table)
        .values((
            embedded_requirements::id.eq(RowId::new()),
            embedded_requirements::solution_id.eq(solution),
            embedded_requirements::environment_id.eq(at),
            embedded_requirements::kind.eq(&need.kind),
            embedded_requirements::kind_name.eq(&need.kind_name),
            embedded_requirements::label.eq(&need.label),
            embedded_requirements::name_key.eq(&need.name_key),
            embedded_requirements::guid.eq(&need.guid),
            embedded_requirements::parent_key.eq(&need.parent_key),
            embedded_requirements::required_solution.eq(&need.required_solution),
            embedded_requirements::required_version.eq(&need.required_version),
        ))
        .execute(conn)?;
    Ok(())
}
