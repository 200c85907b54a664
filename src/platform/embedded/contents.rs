//! Everything in an environment, as far as solutions can need it from one another.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use uuid::Uuid;

use super::{inventory, needs::Need, solution::Installed};
use crate::{
    db::{Conn, fold, unvaried},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Component, Inventory, Package, kinds, version::Version},
    schema::{embedded_components, embedded_requirements},
};

/// The solutions of an environment, what each has and what each needs.
pub struct Contents {
    solutions: Vec<Installed>,
    /// The solutions that have a component, by its kind and its folded name or its GUID.
    holders: HashMap<(String, String), Vec<RowId>>,
    needs: Vec<(RowId, Need)>,
}

/// A solution that has a component: the component's kind, its folded name and its GUID.
type Held = (RowId, String, String, Option<String>);

const HELD: (
    embedded_components::solution_id,
    embedded_components::kind,
    embedded_components::name_key,
    embedded_components::guid,
) = (
    embedded_components::solution_id,
    embedded_components::kind,
    embedded_components::name_key,
    embedded_components::guid,
);

/// A need of a solution that was met and is no more.
pub struct Broken {
    /// The solution's display name.
    pub solution: String,
    pub need: Need,
}

impl Contents {
    /// All that the environment has now.
    pub fn all(conn: &mut Conn, at: EnvironmentId) -> Result<Contents, Error> {
        let mut contents = Contents::of(Installed::all(conn, at)?, needs(conn, at)?);
        let here = embedded_components::environment_id.eq(at);
        let rows = unvaried!(embedded_components::table.filter(here).select(HELD)).load::<Held>(conn)?;
        rows.into_iter().for_each(|held| contents.hold(held));
        Ok(contents)
    }

    /// All that the environment with these solutions has, and what one of them has, in its package's order.
    pub fn with(
        conn: &mut Conn,
        at: EnvironmentId,
        solutions: Vec<Installed>,
        of: RowId,
    ) -> Result<(Contents, Vec<Component>), Error> {
        let mut contents = Contents::of(solutions, needs(conn, at)?);
        let components = inventory::around(conn, at, of)?;
        for (solution, had) in &components {
            contents.hold((*solution, had.kind.clone(), had.name_key.clone(), had.guid.clone()));
        }
        let own = components.into_iter().filter(|(solution, _)| *solution == of);
        Ok((contents, own.map(|(_, had)| had.into()).collect()))
    }

    fn of(solutions: Vec<Installed>, needs: Vec<(RowId, Need)>) -> Contents {
        Contents { solutions, holders: HashMap::new(), needs }
    }

    /// What of it matters to a package that comes: what has the same components, what the package needs, and what its
    /// solution may break.
    pub fn around(conn: &mut Conn, at: EnvironmentId, package: &Package) -> Result<Contents, Error> {
        let needs = needs(conn, at)?;
        let matters = Matters::to(package, &needs);
        if !matters.are_few() {
            return Contents::all(conn, at);
        }
        let mut contents = Contents::of(Vec::new(), needs);
        let mut ids: BTreeSet<RowId> = contents.needs.iter().map(|(solution, _)| *solution).collect();
        for (kind, key) in matters.keys {
            let here = embedded_components::environment_id.eq(at);
            let this = here.and(embedded_components::kind.eq(kind)).and(embedded_components::name_key.eq(key));
            let rows = unvaried!(embedded_components::table.filter(this).select(HELD)).load::<Held>(conn)?;
            ids.extend(rows.iter().map(|(solution, ..)| *solution));
            rows.into_iter().for_each(|held| contents.hold(held));
        }
        for name in matters.names {
            contents.solutions.extend(Installed::find(conn, at, &name)?);
        }
        for id in ids {
            if contents.solutions.iter().all(|solution| solution.id != id) {
                contents.solutions.push(Installed::by_id(conn, id)?);
            }
        }
        contents.solutions.sort_unstable_by_key(|solution| solution.id);
        Ok(contents)
    }

    fn hold(&mut self, (solution, kind, name_key, guid): Held) {
        if let Some(guid) = guid.filter(|guid| *guid != name_key) {
            self.holders.entry((kind.clone(), guid)).or_default().push(solution);
        }
        self.holders.entry((kind, name_key)).or_default().push(solution);
    }

    /// The solution of this unique name.
    pub fn solution(&self, unique_name: &str) -> Option<&Installed> {
        let key = fold(unique_name);
        self.solutions.iter().find(|solution| solution.unique_name_key == key)
    }

    /// The solutions that have this component, the first one first.
    pub fn holders(&self, kind: &str, name: &str) -> impl Iterator<Item = &Installed> {
        let ids = self.holders.get(&(kind.to_owned(), fold(name))).map(Vec::as_slice).unwrap_or_default();
        self.solutions.iter().filter(move |solution| ids.contains(&solution.id))
    }

    /// What this solution needs.
    pub fn needs(&self, solution: RowId) -> impl Iterator<Item = &Need> {
        self.needs.iter().filter(move |(of, _)| *of == solution).map(|(_, need)| need)
    }

    /// Whether something that a solution needs is there.
    pub fn meets(&self, need: &Need) -> bool {
        need.is_builtin() || self.has_solution(need) || self.has_component(need) || self.has_parent(need)
    }

    /// The version of the solution that should bring it.
    pub fn installed(&self, need: &Need) -> Option<&Version> {
        self.brings(need).map(|solution| &solution.version)
    }

    /// The display name of the solution that should bring it.
    pub fn bringing(&self, need: &Need) -> Option<&str> {
        self.brings(need).map(|solution| solution.display_name.as_str())
    }

    fn brings(&self, need: &Need) -> Option<&Installed> {
        need.required_solution.as_deref().and_then(|name| self.solution(name))
    }

    // The fourth number floats: platforms raise it without adding anything.
    fn has_solution(&self, need: &Need) -> bool {
        let Some(installed) = self.installed(need) else { return false };
        need.version().is_none_or(|least| installed.numbers()[..3] >= least.numbers()[..3])
    }

    fn has_component(&self, need: &Need) -> bool {
        let mut keys = need.name_key.iter().chain(&need.guid);
        keys.any(|key| self.has(&need.kind, key))
    }

    // What no solution brings is part of a table that people made, and comes with it.
    fn has_parent(&self, need: &Need) -> bool {
        let parent = need.parent_key.as_deref().filter(|parent| parent.contains('_'));
        need.required_solution.is_none() && parent.is_some_and(|parent| self.has(kinds::TABLE, parent))
    }

    fn has(&self, kind: &str, key: &str) -> bool {
        self.holders.get(&(kind.to_owned(), key.to_owned())).is_some_and(|holders| !holders.is_empty())
    }

    /// Takes a solution and what it has away; what it needs stays known.
    pub fn remove(&mut self, solution: RowId) {
        self.solutions.retain(|one| one.id != solution);
        for holders in self.holders.values_mut() {
            holders.retain(|id| *id != solution);
        }
    }

    /// Puts a solution here, in place of the one of the same key.
    pub fn put(&mut self, solution: Installed, inventory: &Inventory) {
        self.remove(solution.id);
        for component in &inventory.components {
            self.hold((solution.id, component.kind.clone(), fold(&component.name), component.id.clone()));
        }
        self.solutions.push(solution);
    }

    /// What other solutions need and have now, and will not have once this one is changed so; the change stays.
    pub fn broken_by(&mut self, solution: RowId, change: impl FnOnce(&mut Contents)) -> Vec<Broken> {
        let others = self.needs.iter().enumerate().filter(|(_, (of, _))| *of != solution);
        let met: Vec<usize> = others.filter(|(_, (_, need))| self.meets(need)).map(|(index, _)| index).collect();
        change(self);
        let broken = met.into_iter().map(|index| &self.needs[index]).filter(|(_, need)| !self.meets(need));
        let named = broken.filter_map(|(of, need)| {
            let solution = self.solutions.iter().find(|solution| solution.id == *of)?.display_name.clone();
            Some(Broken { solution, need: need.clone() })
        });
        named.collect()
    }
}

/// How many components and solutions are looked up one by one; more are read sooner all at once.
const FEW: usize = 50;

/// What in an environment matters to a package.
struct Matters {
    /// Components, by kind and folded name or GUID.
    keys: BTreeSet<(String, String)>,
    /// Solutions, by folded unique name.
    names: BTreeSet<String>,
    /// Whether some components are known by their GUIDs.
    by_guid: bool,
}

impl Matters {
    fn to(package: &Package, others: &[(RowId, Need)]) -> Matters {
        let (manifest, components) = (&package.manifest, &package.inventory.components);
        let mut keys: BTreeSet<_> = components.iter().map(|one| (one.kind.clone(), fold(&one.name))).collect();
        let mut names = BTreeSet::from([fold(&manifest.unique_name)]);
        names.extend(manifest.parent.as_deref().map(fold));
        let mut by_guid = keys.iter().any(|(_, key)| Uuid::parse_str(key).is_ok());
        let own = Need::all(manifest);
        for need in own.iter().chain(others.iter().map(|(_, need)| need)) {
            names.extend(need.required_solution.as_deref().map(fold));
            keys.extend(need.name_key.iter().chain(&need.guid).map(|key| (need.kind.clone(), key.clone())));
            by_guid |= need.guid.is_some();
            keys.extend(need.parent_key.iter().map(|key| (kinds::TABLE.to_owned(), key.clone())));
        }
        Matters { keys, names, by_guid }
    }

    // No index has components by their GUIDs.
    fn are_few(&self) -> bool {
        self.keys.len() + self.names.len() <= FEW && !self.by_guid
    }
}

fn needs(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<(RowId, Need)>, Error> {
    Ok(unvaried!(
        embedded_requirements::table
            .filter(embedded_requirements::environment_id.eq(at))
            .order(embedded_requirements::id)
            .select((embedded_requirements::solution_id, Need::as_select()))
    )
    .load(conn)?)
}
