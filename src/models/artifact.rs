//! Artifacts: both packages of one version from one source, exported once and never changed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{ArtifactId, EnvironmentId, RunId},
    package::version::Version,
    rules::deploy::removed,
    schema::{artifact_bindings, artifacts},
};

/// A pair of packages of one version.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = artifacts)]
pub struct Artifact {
    pub id: ArtifactId,
    pub source_environment_id: EnvironmentId,
    pub unique_name: String,
    pub display_name: String,
    pub publisher: String,
    pub version: String,
    pub managed_hash: String,
    /// Bytes.
    pub managed_size: i64,
    pub unmanaged_hash: String,
    /// Bytes.
    pub unmanaged_size: i64,
    manifest: String,
    pub created_at: NaiveDateTime,
    /// When retention removed its packages.
    pub retired_at: Option<NaiveDateTime>,
}

/// What the managed package says of itself, as far as rule 7 asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// The publisher's unique name.
    pub publisher: String,
    pub package_version: Option<String>,
    pub organization_version: Option<String>,
    pub schema_type: Option<String>,
}

/// What an export brought.
pub struct NewArtifact<'a> {
    pub source: EnvironmentId,
    pub unique_name: &'a str,
    pub display_name: &'a str,
    pub publisher: &'a str,
    pub version: &'a Version,
    /// Hash and bytes of the managed package.
    pub managed: (&'a str, i64),
    /// Hash and bytes of the unmanaged package.
    pub unmanaged: (&'a str, i64),
    pub described: &'a Described,
}

impl NewArtifact<'_> {
    /// Writes the artifact down.
    pub fn insert(&self, conn: &mut Conn) -> Result<Artifact, Error> {
        let id = ArtifactId::new();
        diesel::insert_into(artifacts::table)
            .values((
                artifacts::id.eq(id),
                artifacts::source_environment_id.eq(self.source),
                artifacts::unique_name.eq(self.unique_name),
                artifacts::unique_name_key.eq(db::fold(self.unique_name)),
                artifacts::display_name.eq(self.display_name),
                artifacts::publisher.eq(self.publisher),
                artifacts::version.eq(self.version.to_string()),
                artifacts::managed_hash.eq(self.managed.0),
                artifacts::managed_size.eq(self.managed.1),
                artifacts::unmanaged_hash.eq(self.unmanaged.0),
                artifacts::unmanaged_size.eq(self.unmanaged.1),
                artifacts::manifest.eq(serde_json::to_string(self.described)?),
                artifacts::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        Artifact::by_id(conn, id)
    }
}

impl Artifact {
    /// The artifact with this key.
    pub fn by_id(conn: &mut Conn, id: ArtifactId) -> Result<Artifact, Error> {
        Ok(unvaried!(Artifact::query().filter(artifacts::id.eq(id))).first(conn)?)
    }

    /// The artifact as it stands now; until the transaction ends nobody else retires it.
    pub fn lock(conn: &mut Conn, id: ArtifactId) -> Result<Artifact, Error> {
        diesel::update(artifacts::table.find(id)).set(artifacts::retired_at.eq(artifacts::retired_at)).execute(conn)?;
        Artifact::by_id(conn, id)
    }

    /// The day on which retention removed its packages, if it did.
    pub fn removed_on(&self) -> Option<NaiveDate> {
        self.retired_at.map(|at| at.date())
    }

    /// What people call it: the solution and its version.
    pub fn title(&self) -> String {
        format!("{} {}", self.display_name, self.version)
    }

    /// Says that its packages are there.
    ///
    /// # Errors
    /// A conflict that says when retention removed them.
    pub fn whole(&self) -> Result<(), Error> {
        match self.removed_on() {
            None => Ok(()),
            Some(day) => Err(Error::Conflict(format!(
                "{} Raise the version in its source and deploy that one to have packages again.",
                removed(&self.title(), day)
            ))),
        }
    }

    /// Its version, parsed.
    ///
    /// # Errors
    /// Never for what was written by us.
    pub fn version(&self) -> Result<Version, Error> {
        self.version.parse().map_err(|e| Error::internal(format!("artifact {}: {e}", self.id)))
    }

    /// What its managed package says of itself.
    pub fn described(&self) -> Result<Described, Error> {
        Ok(serde_json::from_str(&self.manifest)?)
    }

    /// The key of the artifact that this version of a solution from this source is, once one of its runs succeeded.
    pub fn bound(
        conn: &mut Conn,
        source: EnvironmentId,
        unique_name: &str,
        version: &Version,
    ) -> Result<Option<ArtifactId>, Error> {
        let bound = artifact_bindings::table
            .find((source, db::fold(unique_name), version_key(version)))
            .select(artifact_bindings::artifact_id);
        Ok(unvaried!(bound).first(conn).optional()?)
    }

    /// Whether a version's text is what bindings know it by, so that statements can compare both.
    pub fn is_key(text: &str, version: &Version) -> bool {
        text == version_key(version)
    }

    /// Binds the version to this artifact, where it is not bound yet; whether it is bound to this one now.
    pub fn bind(&self, conn: &mut Conn, run: RunId) -> Result<bool, Error> {
        let version = self.version()?;
        if let Some(bound) = Artifact::bound(conn, self.source_environment_id, &self.unique_name, &version)? {
            return Ok(bound == self.id);
        }
        unvaried!(diesel::insert_into(artifact_bindings::table).values((
            artifact_bindings::source_environment_id.eq(self.source_environment_id),
            artifact_bindings::unique_name_key.eq(db::fold(&self.unique_name)),
            artifact_bindings::version_key.eq(version_key(&version)),
            artifact_bindings::artifact_id.eq(self.id),
            artifact_bindings::run_id.eq(run.to_string()),
            artifact_bindings::created_at.eq(db::now()),
        )))
        .execute(conn)?;
        Ok(true)
    }
}

// The numbers, so that 1.0 and 1.0.0.0 are one version.
fn version_key(version: &Version) -> String {
    version.numbers().map(|number| number.to_string()).join(".")
}
