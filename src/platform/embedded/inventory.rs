//! The rows of a solution's components and needs.

use diesel::{dsl::case_when, prelude::*};

use super::needs::Need;
use crate::{
    db::{Conn, fold, insert_all, unvaried},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Component, Package},
    schema::{embedded_components, embedded_requirements},
};

/// A component that a solution has; what it is called only where the solution was asked for.
#[derive(Queryable)]
pub struct Had {
    pub kind: String,
    pub name_key: String,
    pub guid: Option<String>,
    kind_name: Option<String>,
    name: Option<String>,
    display_name: Option<String>,
}

impl From<Had> for Component {
    fn from(Had { kind, guid: id, kind_name, name, display_name, .. }: Had) -> Component {
        Component { kind, kind_name: kind_name.unwrap_or_default(), name: name.unwrap_or_default(), id, display_name }
    }
}

/// The components of an environment, each with its solution, in the order of their packages; with names those of one of the
/// solutions, as of the others only their keys matter.
pub fn around(conn: &mut Conn, at: EnvironmentId, of: RowId) -> Result<Vec<(RowId, Had)>, Error> {
    let own = || embedded_components::solution_id.eq(of);
    let rows = embedded_components::table
        .filter(embedded_components::environment_id.eq(at))
        .order(embedded_components::id)
        .select((
            embedded_components::solution_id,
            (
                embedded_components::kind,
                embedded_components::name_key,
                embedded_components::guid,
                case_when(own(), embedded_components::kind_name),
                case_when(own(), embedded_components::name),
                case_when(own(), embedded_components::display_name),
            ),
        ));
    Ok(unvaried!(rows).load(conn)?)
}

/// Writes what a package has and needs, in place of what its solution had and needed. Most upgrades have and need what was
/// there before, of which nothing is written; `needed` is none where the solution was not there.
pub fn replace(
    conn: &mut Conn,
    at: EnvironmentId,
    solution: RowId,
    needed: Option<Vec<Need>>,
    package: &Package,
) -> Result<(), Error> {
    let had = match &needed {
        Some(_) => of(conn, solution)?,
        None => Vec::new(),
    };
    let (components, needs) = (&package.inventory.components, Need::all(&package.manifest));
    if had != *components {
        if !had.is_empty() {
            let old = embedded_components::table.filter(embedded_components::solution_id.eq(solution));
            unvaried!(diesel::delete(old)).execute(conn)?;
        }
        let rows: Vec<_> = components.iter().map(|component| ComponentRow::of(at, solution, component)).collect();
        insert_all!(conn, embedded_components::table, &rows)?;
    }
    let needed = needed.unwrap_or_default();
    if needed != needs {
        if !needed.is_empty() {
            let old = embedded_requirements::table.filter(embedded_requirements::solution_id.eq(solution));
            unvaried!(diesel::delete(old)).execute(conn)?;
        }
        let row = |need| NeedRow { id: RowId::new(), solution_id: solution, environment_id: at, need };
        let rows: Vec<_> = needs.into_iter().map(row).collect();
        insert_all!(conn, embedded_requirements::table, &rows)?;
    }
    Ok(())
}

// The components of a solution, in the order of its package.
fn of(conn: &mut Conn, solution: RowId) -> Result<Vec<Component>, Error> {
    type Row = (String, String, String, Option<String>, Option<String>);
    let rows = embedded_components::table
        .filter(embedded_components::solution_id.eq(solution))
        .order(embedded_components::id)
        .select((
            embedded_components::kind,
            embedded_components::kind_name,
            embedded_components::name,
            embedded_components::guid,
            embedded_components::display_name,
        ));
    let rows: Vec<Row> = unvaried!(rows).load(conn)?;
    let component = |(kind, kind_name, name, id, display_name)| Component { kind, kind_name, name, id, display_name };
    Ok(rows.into_iter().map(component).collect())
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
