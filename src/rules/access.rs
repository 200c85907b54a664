//! What somebody may do and where that comes from: the right with the grants that give it, in words.

use super::rights::{Access, EnvironmentRole, HostRole, Right, Standing, right};

/// A role or a share that somebody has, of their own or through a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    pub what: T,
    /// The group's name; none for one's own.
    pub through: Option<String>,
}

/// A standing with the source of each of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    pub system_administrator: bool,
    pub roles: Vec<Given<HostRole>>,
    pub shares: Vec<Given<Access>>,
}

impl Held {
    /// The same without the sources.
    pub fn standing(&self) -> Standing {
        Standing {
            system_administrator: self.system_administrator,
            roles: self.roles.iter().map(|role| role.what).collect(),
            shares: self.shares.iter().map(|share| share.what).collect(),
        }
    }

    /// The highest right that it gives.
    pub fn right(&self) -> Right {
        right(&self.standing())
    }

    /// The part of it that gives the right: nothing less would, and without it the right is lower.
    pub fn reasons(&self) -> Held {
        let right = self.right();
        let shares =
            |counts: fn(&Access) -> bool| self.shares.iter().filter(|one| counts(&one.what)).cloned().collect();
        match right {
            Right::None => Held::default(),
            Right::View => Held { shares: shares(|_| true), ..Held::default() },
            Right::Run => {
                Held { shares: shares(|access| *access == Access::Run), roles: self.roles.clone(), ..Held::default() }
            }
            Right::Manage => Held {
                system_administrator: self.system_administrator,
                roles: self.roles.iter().filter(|role| role.what == HostRole::Administrator).cloned().collect(),
                ..Held::default()
            },
        }
    }

    /// Whether they would run the pipeline if they had a role on the host.
    pub fn lacks_role(&self) -> bool {
        self.right() == Right::View && self.shares.iter().any(|share| share.what == Access::Run)
    }

    /// The right on a pipeline of `host`, where it comes from, and what is missing for Run, such as
    /// "Run (through group Makers; Deployment Pipeline User)".
    pub fn explained(&self, host: &str) -> String {
        let reasons = self.reasons();
        match self.right() {
            Right::None => "None".to_owned(),
            Right::View if self.lacks_role() => {
                format!("View ({}); Run needs a role on {host}", sharing(&reasons.shares))
            }
            Right::View => format!("View ({})", sharing(&reasons.shares)),
            Right::Run => {
                format!("Run ({}; {})", sharing(&reasons.shares), HostRole::User.through(&reasons.roles))
            }
            Right::Manage => format!("Manage ({})", reasons.managing()),
        }
    }

    /// What they may do on `host` itself, and where that comes from; `waiting` are its pipelines that are shared to run
    /// with them.
    pub fn explained_on_host(&self, host: &str, waiting: &[String]) -> String {
        let reasons = self.reasons();
        match (self.right(), self.roles.is_empty()) {
            (Right::Manage, _) => format!("Manage ({})", reasons.managing()),
            (_, false) => {
                format!("Can run pipelines shared with Run ({})", HostRole::User.through(&self.roles))
            }
            (_, true) if waiting.is_empty() => "None".to_owned(),
            (_, true) => format!("View; Run of {} needs a role on {host}", list(waiting)),
        }
    }

    fn managing(&self) -> String {
        let tenant = self.system_administrator.then(|| "system administrator".to_owned());
        let host = (!self.roles.is_empty()).then(|| HostRole::Administrator.through(&self.roles));
        list(&tenant.into_iter().chain(host).collect::<Vec<_>>())
    }
}

impl HostRole {
    // The role's label with the groups it comes through; one's own comes through none.
    fn through(self, given: &[Given<HostRole>]) -> String {
        let theirs: Vec<_> = given.iter().filter(|role| role.what == self).cloned().collect();
        match groups(&theirs) {
            Some(groups) => format!("{} {groups}", self.label()),
            None => self.label().to_owned(),
        }
    }
}

/// The highest role in an environment with where it comes from, such as "System Customizer (through group Makers)".
pub fn role_explained(system_administrator: bool, roles: &[Given<EnvironmentRole>]) -> String {
    if system_administrator {
        return format!("{} (in every environment)", EnvironmentRole::SystemAdministrator.label());
    }
    let Some(highest) = roles.iter().map(|role| role.what).max() else { return "No role".to_owned() };
    let theirs: Vec<_> = roles.iter().filter(|role| role.what == highest).cloned().collect();
    match groups(&theirs) {
        Some(groups) => format!("{} ({groups})", highest.label()),
        None => highest.label().to_owned(),
    }
}

fn sharing(shares: &[Given<Access>]) -> String {
    let direct = shares.iter().any(|share| share.through.is_none()).then(|| "shared directly".to_owned());
    let groups = names(shares);
    let through = (!groups.is_empty()).then(|| through(&groups));
    list(&direct.into_iter().chain(through).collect::<Vec<_>>())
}

// Through which groups, where nothing of it is one's own.
fn groups<T>(given: &[Given<T>]) -> Option<String> {
    let own = given.iter().any(|one| one.through.is_none());
    (!own && !given.is_empty()).then(|| through(&names(given)))
}

fn through(groups: &[String]) -> String {
    format!("through {} {}", if groups.len() == 1 { "group" } else { "groups" }, list(groups))
}

fn names<T>(given: &[Given<T>]) -> Vec<String> {
    let mut names: Vec<String> = given.iter().filter_map(|one| one.through.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Names as a sentence lists them: "A", "A and B", "A, B and C".
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
