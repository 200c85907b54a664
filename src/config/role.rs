//! What a server does of all that a tenant needs.

use std::str::FromStr;

/// A server's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Web,
    Worker,
    All,
}

impl Role {
    /// Whether it serves the site.
    pub fn has_pages(self) -> bool {
        self != Role::Worker
    }

    /// Whether it does the work.
    pub fn works(self) -> bool {
        self != Role::Web
    }
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "web" => Ok(Role::Web),
            "worker" => Ok(Role::Worker),
            "all" => Ok(Role::All),
            _ => Err("SLUICE_ROLE is web, worker or all"),
        }
    }
}
