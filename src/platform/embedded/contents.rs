//! Everything in an environment, as far as solutions can need it from one another.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{needs::Need, solution::Installed};
use crate::{
    db::{Conn, fold},
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Inventory, kinds, version::Version},
    schema::{embedded_components, embedded_requirements},
};

/// The solutions of an environment, what each has and what each needs.
pub struct Contents {
    solutions: Vec<Installed>,
    /// The solutions that have a component, by its kind and its folded name or its GUID.
    holders: HashMap<(String, String), Vec<RowId>>,
    needs: Vec<(RowId, Need)>,
}

/// A need of a solution that was met and is no more.
pub struct Broken {
    /// The solution's display name.
    pub solution: String,
    pub need: Need,
}

impl Contents {
    /// What the environment has now.
    pub fn load(conn: &mut Conn, at: EnvironmentId) -> Result<Contents, Error> {
        let mut contents = Contents { solutions: Installed::all(conn, at)?, holders: HashMap::new(), needs: vec![] };
        let columns = (
            embedded_components::solution_id,
            embedded_components::kind,
            embedded_components::name_key,
            embedded_components::guid,
        );
        let rows: Vec<(RowId, String, String, Option<String>)> =
            embedded_components::table.filter(embedded_components::environment_id.eq(at)).select(columns).load(conn)?;
        for (solution, kind, name_key, guid) in rows {
            contents.hold(solution, kind, name_key, guid);
        }
        contents.needs = embedded_requirements::table
            .filter(embedded_requirements::environment_id.eq(at))
            .order(embedded_requirements::id)
            .select((embedded_requirements::solution_id, Need::as_select()))
            .load(conn)?;
        Ok(contents)
    }

    fn hold(&mut self, solution: RowId, kind: String, name_key: String, guid: Option<String>) {
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
        need.required_solution.as_deref().and_then(|name| self.solution(name)).map(|solution| &solution.version)
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
            self.hold(solution.id, component.kind.clone(), fold(&component.name), component.id.clone());
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
