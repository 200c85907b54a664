//! What is known of artifacts that still have their packages, read for many of them at a time.

use std::{collections::BTreeSet, ops::Bound};

use chrono::NaiveDateTime;
use diesel::{dsl::exists, prelude::*};

use super::around::{Around, Ran, parse};
use crate::{
    db::Conn,
    error::Error,
    id::{ArtifactId, EnvironmentId, StageId},
    models::{pipeline::Pipeline, stage::Stage},
    package::version::Version,
    rules::{
        retention::{self, Facts, InSource, Installed},
        state::State,
    },
    schema::{artifact_bindings, artifacts},
};

/// How many artifacts are looked at in one go.
const BATCH: i64 = 500;

/// How many higher versions are counted at most: no settings keep more.
const ENOUGH: usize = 100;

/// An artifact that has its packages, as far as retention asks.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = artifacts)]
pub struct Kept {
    pub id: ArtifactId,
    pub source_environment_id: EnvironmentId,
    pub unique_name_key: String,
    pub display_name: String,
    pub version: String,
    managed_size: i64,
    unmanaged_size: i64,
    created_at: NaiveDateTime,
    brought_back_at: Option<NaiveDateTime>,
    /// Whether its source's version is bound to it.
    #[diesel(select_expression = is_bound())]
    #[diesel(select_expression_type = is_bound)]
    bound: bool,
}

#[diesel::dsl::auto_type]
fn is_bound() -> _ {
    exists(artifact_bindings::table.filter(artifact_bindings::artifact_id.eq(artifacts::id)))
}

/// An artifact with all that the rule asks, and what lists show.
pub struct Known {
    pub kept: Kept,
    pub facts: Facts,
    pub last_used: NaiveDateTime,
}

impl Kept {
    /// The next ones after this one, oldest first, and whether there may be more.
    pub fn after(conn: &mut Conn, after: Option<ArtifactId>) -> Result<(Vec<Kept>, bool), Error> {
        let after = after.map_or(String::new(), |id| id.to_string());
        let next = Kept::query().filter(artifacts::retired_at.is_null()).filter(artifacts::id.gt(after));
        let next: Vec<Kept> = next.order(artifacts::id).limit(BATCH).load(conn)?;
        let more = next.len() == BATCH as usize;
        Ok((next, more))
    }

    /// Those of these that have their packages.
    pub fn among(conn: &mut Conn, ids: &[ArtifactId]) -> Result<Vec<Kept>, Error> {
        let these = Kept::query().filter(artifacts::retired_at.is_null()).filter(artifacts::id.eq_any(ids));
        Ok(these.order(artifacts::id).load(conn)?)
    }

    /// The bytes of both packages.
    pub fn size(&self) -> i64 {
        self.managed_size + self.unmanaged_size
    }

    fn line(&self) -> (EnvironmentId, String) {
        (self.source_environment_id, self.unique_name_key.clone())
    }
}

/// All that is known of these artifacts, as of `now`.
pub fn known(conn: &mut Conn, now: NaiveDateTime, kept: Vec<Kept>) -> Result<Vec<Known>, Error> {
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let around = Around::read(conn, &kept)?;
    kept.into_iter().map(|kept| around.known(now, kept)).collect()
}

impl Around {
    fn known(&self, now: NaiveDateTime, kept: Kept) -> Result<Known, Error> {
        let version = parse(&kept.version)?;
        let runs = self.runs.get(&kept.id).map_or([].as_slice(), Vec::as_slice);
        let uses = runs.iter().flat_map(|(ran, _)| [Some(ran.started_at), ran.ended_at]);
        let uses = uses.chain([Some(kept.created_at), kept.brought_back_at]).flatten();
        let last_used = uses.max().unwrap_or(kept.created_at);
        let above = (Bound::Excluded(&version), Bound::Unbounded);
        let higher = |all: &BTreeSet<Version>| all.range::<Version, _>(above).take(ENOUGH).count();
        let facts = Facts {
            idle_days: (now - last_used).num_days(),
            higher_versions: self.versions.get(&kept.line()).map_or(0, higher),
            unfinished: runs.iter().any(|(ran, _)| !ran.state.is_final()),
            had_by: self.had_by(&kept, &version, runs),
            source: self.sources.get(&kept.source_environment_id).cloned().unwrap_or_default(),
            in_source: self.in_source(&kept, &version),
            stages: self.stages.iter().filter_map(|(stage, of)| self.stage(stage, of, &kept, runs)).collect(),
            version,
        };
        Ok(Known { kept, facts, last_used })
    }

    // By what was seen there, and by what succeeded there last, where nobody has looked since.
    fn had_by(&self, kept: &Kept, version: &Version, runs: &[(Ran, bool)]) -> Vec<String> {
        let has = |at: &EnvironmentId| {
            let seen = self.sightings.get(&(*at, kept.unique_name_key.clone()));
            seen.is_some_and(|(seen, managed)| *managed && seen == version)
                || runs.iter().any(|(ran, newest)| *newest && ran.target_environment_id == *at)
        };
        let names = self.environments.iter().filter(|(at, _)| has(at)).map(|(_, name)| name.clone());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn in_source(&self, kept: &Kept, version: &Version) -> InSource {
        let source = kept.source_environment_id;
        if !kept.bound || !self.environments.contains_key(&source) {
            return InSource::NotShown;
        }
        match self.sightings.get(&kept.line()) {
            Some((seen, false)) if seen == version => InSource::Shown,
            None if !self.seen.contains(&source) => InSource::Unknown,
            _ => InSource::NotShown,
        }
    }

    fn stage(&self, stage: &Stage, of: &Pipeline, kept: &Kept, runs: &[(Ran, bool)]) -> Option<retention::Stage> {
        let to = |id: StageId| runs.iter().map(|(ran, _)| ran).filter(move |ran| ran.stage_id == id);
        let previous =
            self.stages.iter().map(|(other, _)| other).find(|other| Some(other.id) == stage.previous_stage_id);
        let reached = previous.is_some_and(|previous| {
            let here = previous.target.environment_id;
            to(previous.id)
                .any(|ran| ran.state == State::Succeeded && here.is_none_or(|at| at == ran.target_environment_id))
        });
        let target = stage.target.environment_id;
        let installed = match target.filter(|at| self.seen.contains(at)) {
            None => Installed::Unknown,
            Some(at) => match self.sightings.get(&(at, kept.unique_name_key.clone())) {
                Some((version, _)) => Installed::Version(version.clone()),
                None => Installed::Nothing,
            },
        };
        let (tried, succeeded) = (to(stage.id).count() > 0, to(stage.id).any(|ran| ran.state == State::Succeeded));
        (reached || tried).then(|| retention::Stage {
            name: stage.name.clone(),
            pipeline: of.name.clone(),
            target: stage.target.name.clone(),
            installed,
            reached,
            tried,
            succeeded,
            allow_redeployment: of.allow_redeploy,
        })
    }
}
