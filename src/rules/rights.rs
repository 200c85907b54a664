//! Who may do what: one ordered right per person and pipeline, and the roles of an environment.

use super::words::words;

/// What a person may do with a pipeline; each right includes the ones before it.
#[derive(PartialEq, Eq, PartialOrd, Ord, Copy, Clone, Debug, Hash)]
pub enum Right {
    None,
    View,
    Run,
    Manage,
}

words!(Right {
    None = "none", "None";
    View = "view", "View";
    Run = "run", "Run";
    Manage = "manage", "Manage";
});

/// What a share of a pipeline gives.
#[derive(PartialEq, Eq, PartialOrd, Ord, Copy, Clone, Debug, Hash)]
pub enum Access {
    View,
    Run,
}

words!(Access {
    View = "view", "View";
    Run = "run", "Run";
});

/// A role that a host gives to a person or a group.
#[derive(PartialEq, Eq, PartialOrd, Ord, Copy, Clone, Debug, Hash)]
pub enum HostRole {
    User,
    Administrator,
}

words!(HostRole {
    User = "user", "Deployment Pipeline User";
    Administrator = "administrator", "Deployment Pipeline Administrator";
});

/// A role in one environment; each includes the ones before it.
#[derive(PartialEq, Eq, PartialOrd, Ord, Copy, Clone, Debug, Hash)]
pub enum EnvironmentRole {
    BasicUser,
    SystemCustomizer,
    SystemAdministrator,
}

words!(EnvironmentRole {
    BasicUser = "basic_user", "Basic User";
    SystemCustomizer = "system_customizer", "System Customizer";
    SystemAdministrator = "system_administrator", "System Administrator";
});

impl EnvironmentRole {
    /// May see the environment and its solutions: every role.
    pub fn may_look(self) -> bool {
        self >= EnvironmentRole::BasicUser
    }

    /// May export and import solutions.
    pub fn may_change(self) -> bool {
        self >= EnvironmentRole::SystemCustomizer
    }

    /// May install Power Platform Pipelines, force links and override by hand.
    pub fn may_administer(self) -> bool {
        self >= EnvironmentRole::SystemAdministrator
    }
}

/// How one person stands to one pipeline and its host, own grants and those of their groups together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub system_administrator: bool,
    pub roles: Vec<HostRole>,
    pub shares: Vec<Access>,
}

impl Standing {
    /// What is missing to run a pipeline, as something to be asked for; none where nothing is.
    pub fn lacks_to_run(&self, pipeline: &str) -> Option<String> {
        let share = format!("Run access to {pipeline}");
        let role = HostRole::User.label();
        match (right(self), self.shares.contains(&Access::Run), self.roles.is_empty()) {
            (Right::Run | Right::Manage, ..) => None,
            (_, true, _) => Some(role.to_owned()),
            (_, false, false) => Some(share),
            (_, false, true) => Some(format!("{share} and the {role} role")),
        }
    }
}

/// The highest right that a standing gives.
pub fn right(standing: &Standing) -> Right {
    if standing.system_administrator || standing.roles.contains(&HostRole::Administrator) {
        return Right::Manage;
    }
    match standing.shares.iter().max() {
        None => Right::None,
        Some(Access::Run) if !standing.roles.is_empty() => Right::Run,
        Some(_) => Right::View,
    }
}

/// Whether a person may cancel a run or move its time: its starter, while they see the pipeline, or Manage.
pub fn may_cancel_or_move(right: Right, started_it: bool) -> bool {
    right == Right::Manage || (started_it && right >= Right::View)
}
