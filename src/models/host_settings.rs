//! What a host allows and requires for all its pipelines.

use diesel::prelude::*;

use super::{
    audit,
    host::{Host, ManageHost},
    permit::Permit,
    person::Person,
};
use crate::{db::Conn, error::Error, id::EnvironmentId, schema::hosts};

/// The settings of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostSettings {
    /// *Allow deployments across regions*.
    pub allow_cross_region: bool,
    /// *Require managed environments*.
    pub require_managed: bool,
}

impl Host {
    /// The host as it stands now; until the transaction ends nobody else changes its settings or roles.
    pub fn lock(conn: &mut Conn, id: EnvironmentId) -> Result<Host, Error> {
        let row = hosts::table.find(id);
        diesel::update(row).set(hosts::allow_cross_region.eq(hosts::allow_cross_region)).execute(conn)?;
        Host::by_id(conn, id)
    }

    /// Changes the settings.
    pub fn change_settings(conn: &mut Conn, permit: &Permit<ManageHost>, new: HostSettings) -> Result<(), Error> {
        let host = Host::lock(conn, permit.id)?;
        diesel::update(hosts::table.find(host.id))
            .set((hosts::allow_cross_region.eq(new.allow_cross_region), hosts::require_managed.eq(new.require_managed)))
            .execute(conn)?;
        let (across, managed) = (on(new.allow_cross_region), on(new.require_managed));
        let detail = format!("deployments across regions {across}, managed environments required {managed}");
        host.recorded_at_host(conn, permit.person(), "change settings", detail)
    }

    /// Logs a change of what belongs to the host itself.
    pub(in crate::models) fn recorded_at_host(
        &self,
        conn: &mut Conn,
        by: &Person,
        action: &str,
        detail: String,
    ) -> Result<(), Error> {
        let (kind, id) = ("host", self.id.to_string());
        audit::record(conn, Some(by), audit::Entry { action, kind, id, name: self.name(), detail })
    }
}

fn on(set: bool) -> &'static str {
    if set { "on" } else { "off" }
}
