//! Who can give what is missing, in a sentence that can be acted on.

use super::rights::{EnvironmentRole, HostRole};

/// Those who can give rights in one place: known by their role there and, some of them, by name.
#[derive(Debug, Clone, Copy)]
pub struct Grantors<'a> {
    role: &'static str,
    preposition: &'static str,
    place: &'a str,
    names: &'a [String],
}

impl<'a> Grantors<'a> {
    /// The System Administrators of an environment.
    pub fn of_environment(place: &'a str, names: &'a [String]) -> Grantors<'a> {
        Grantors { role: EnvironmentRole::SystemAdministrator.label(), preposition: "in", place, names }
    }

    /// The Deployment Pipeline Administrators of a host.
    pub fn of_host(place: &'a str, names: &'a [String]) -> Grantors<'a> {
        Grantors { role: HostRole::Administrator.label(), preposition: "on", place, names }
    }

    /// Such as "Ada Lovelace or another System Administrator of Contoso QA"; where nobody has the role, "a system
    /// administrator", who may do all of it too.
    pub fn who(&self) -> String {
        match self.names {
            [] => "a system administrator".to_owned(),
            names => format!("{} or another {} of {}", names.join(", "), self.role, self.place),
        }
    }

    /// The place, after who has been named: "there", or by its name where they were named without it.
    pub fn there(&self) -> String {
        match self.names {
            [] => format!("{} {}", self.preposition, self.place),
            _ => "there".to_owned(),
        }
    }

    /// For the person who lacks it: "Ask Ada Lovelace or another System Administrator of Contoso QA to give you System
    /// Customizer there."
    pub fn ask_for(&self, what: &str) -> String {
        format!("Ask {} to give you {what} {}.", self.who(), self.there())
    }

    /// For others who read it: "Ada Lovelace or another System Administrator of Contoso QA can give Vic System
    /// Customizer there."
    pub fn can_give(&self, what: &str, to: &str) -> String {
        let who = self.who();
        // Only "a system administrator" begins small.
        let who = who.strip_prefix("a ").map_or(who.clone(), |rest| format!("A {rest}"));
        format!("{who} can give {to} {what} {}.", self.there())
    }
}
