//! The rows of a solution's components and needs.

use diesel::prelude::*;

use super::needs::Need;
use crate::{
    db::{Conn, fold, insert_all, natively, unvaried},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Component, Package},
    schema::{embedded_components, embedded_requirements},
};

#[derive(HasQuery)]
#[diesel(table_name = embedded_components)]
struct Had {
    kind: String,
    kind_name: String,
    name: String,
    guid: Option<String>,
    display_name: Option<String>,
}

/// The components of a solution, in the package's order.
pub fn components(conn: &mut Conn, solution: RowId) -> Result<Vec<Component>, Error> {
    let of_solution = Had::query().filter(embedded_components::solution_id.eq(solution));
    let rows: Vec<Had> = of_solution.order(embedded_components::id).load(conn)?;
    let component = |Had { kind, kind_name, name, guid: id, display_name }: Had| Component {
        kind,
        kind_name,
        name,
        id,
        display_name,
    };
    Ok(rows.into_iter().map(component).collect())
}

/// Writes what a package has and needs, in place of what its solution had and needed.
pub fn replace(conn: &mut Conn, at: EnvironmentId, solution: RowId, package: &Package) -> Result<(), Error> {
    let components = embedded_components::table.filter(embedded_components::solution_id.eq(solution));
    natively!(conn, |c| unvaried!(diesel::delete(components)).execute(c))?;
    let requirements = embedded_requirements::table.filter(embedded_requirements::solution_id.eq(solution));
    natively!(conn, |c| unvaried!(diesel::delete(requirements)).execute(c))?;
    let components = &package.inventory.components;
    let rows: Vec<_> = components.iter().map(|component| ComponentRow::of(at, solution, component)).collect();
    insert_all!(conn, embedded_components::table, &rows)?;
    let needs = Need::all(&package.manifest).into_iter();
    let rows: Vec<_> =
        needs.map(|need| NeedRow { id: RowId::new(), solution_id: solution, environment_id: at, need }).collect();
    Ok(insert_all!(conn, embedded_requirements::table, &rows)?)
}

#[derive(Insertable)]
#[diesel(table_name = embedded_components)]
struct ComponentRow<'a> {
    id: RowId,
    solution_id: RowId,
    environment_id: EnvironmentId,
    kind: &'a str,
    kind_name: &'a str,
    name: &'a str,
    name_key: String,
    guid: Option<&'a str>,
    display_name: Option<&'a str>,
}

#[derive(Insertable)]
#[diesel(table_name = embedded_requirements)]
struct NeedRow {
    id: RowId,
    solution_id: RowId,
    environment_id: EnvironmentId,
    #[diesel(embed)]
    need: Need,
}

impl<'a> ComponentRow<'a> {
    fn of(at: EnvironmentId, solution: RowId, component: &'a Component) -> ComponentRow<'a> {
        ComponentRow {
            id: RowId::new(),
            solution_id: solution,
            environment_id: at,
            kind: &component.kind,
            kind_name: &component.kind_name,
            name: &component.name,
            name_key: fold(&component.name),
            guid: component.id.as_deref(),
            display_name: component.display_name.as_deref(),
        }
    }
}
