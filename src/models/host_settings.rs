//! What a host allows and requires for all its pipelines.

use diesel::prelude::*;

use super::{
    audit::{Kind, Subject, Verb},
    host::{Host, ManageHost},
    permit::Permit,
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
        let entry = permit.by().did(Verb::ChangeSettings, host.subject());
        let (across, managed) = (Some(host.allow_cross_region), Some(host.require_managed));
        let entry = entry.switched("Allow deployments across regions", across, new.allow_cross_region);
        entry.switched("Require managed environments", managed, new.require_managed).record(conn)
    }

    /// As the audit log names it.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::Host, self.id, self.name())
    }
}
