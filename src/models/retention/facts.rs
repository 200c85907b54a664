//! What is known of artifacts that still have their packages, read for many of them at a time.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::Bound,
};

use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};

use crate::{
    db::Conn,
    error::Error,
    id::{ArtifactId, EnvironmentId, PipelineId, StageId},
    models::{pipeline::Pipeline, stage::Stage},
    package::version::Version,
    rules::{
        retention::{self, Facts, InSource, Installed},
        state::State,
    },
    schema::{artifact_bindings, artifacts, environments, pipelines, runs, sightings},
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
}

/// An artifact with all that the rule asks, and what lists show.
pub struct Known {
    pub kept: Kept,
    pub facts: Facts,
    pub last_used: NaiveDateTime,
}

impl Kept {
    /// The next ones after this one, oldest first; fewer than there could be only at the end.
    pub fn after(conn: &mut Conn, after: Option<ArtifactId>) -> Result<Vec<Kept>, Error> {
        let after = after.map_or(String::new(), |id| id.to_string());
        let next = Kept::query().filter(artifacts::retired_at.is_null()).filter(artifacts::id.gt(after));
        Ok(next.order(artifacts::id).limit(BATCH).load(conn)?)
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
    let around = Around::read(conn, &kept)?;
    kept.into_iter().map(|kept| around.known(now, kept)).collect()
}

/// A run with one of the artifacts.
#[derive(HasQuery)]
#[diesel(table_name = runs)]
struct Ran {
    #[diesel(select_expression = runs::artifact_id.assume_not_null())]
    artifact_id: ArtifactId,
    pipeline_id: PipelineId,
    stage_id: StageId,
    target_environment_id: EnvironmentId,
    state: State,
    started_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
}

/// What there is around some artifacts.
struct Around {
    runs: HashMap<ArtifactId, Vec<Ran>>,
    /// Live stages of the live pipelines that the artifacts came to.
    stages: Vec<Stage>,
    pipelines: HashMap<PipelineId, Pipeline>,
    /// Live environments, by name.
    environments: HashMap<EnvironmentId, String>,
    sources: HashMap<EnvironmentId, String>,
    /// Environments of which anything was ever seen.
    seen: HashSet<EnvironmentId>,
    /// What was seen of the artifacts' solutions: version, and whether it is managed.
    sightings: HashMap<(EnvironmentId, String), (Version, bool)>,
    /// Where an artifact is what succeeded last.
    newest_success: HashSet<(ArtifactId, EnvironmentId)>,
    bound: HashSet<ArtifactId>,
    versions: HashMap<(EnvironmentId, String), BTreeSet<Version>>,
}

impl Around {
    fn read(conn: &mut Conn, kept: &[Kept]) -> Result<Around, Error> {
        let ids: Vec<ArtifactId> = kept.iter().map(|kept| kept.id).collect();
        let keys: BTreeSet<&str> = kept.iter().map(|kept| kept.unique_name_key.as_str()).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let ran: Vec<Ran> = Ran::query().filter(runs::artifact_id.eq_any(&ids)).load(conn)?;
        let through: HashSet<PipelineId> = ran.iter().map(|ran| ran.pipeline_id).collect();
        let live = Pipeline::query().filter(pipelines::retired_at.is_null());
        let found: Vec<Pipeline> = live.filter(pipelines::id.eq_any(through)).load(conn)?;
        let through: Vec<PipelineId> = found.iter().map(|pipeline| pipeline.id).collect();
        let mut runs: HashMap<_, Vec<Ran>> = HashMap::new();
        for ran in ran {
            runs.entry(ran.artifact_id).or_default().push(ran);
        }
        let bound = artifact_bindings::table.filter(artifact_bindings::artifact_id.eq_any(&ids));
        let bound: Vec<ArtifactId> = bound.select(artifact_bindings::artifact_id).load(conn)?;
        let seen: Vec<EnvironmentId> = sightings::table.select(sightings::environment_id).distinct().load(conn)?;
        let (environments, sources) = environments(conn, kept)?;
        Ok(Around {
            runs,
            stages: Stage::of_pipelines(conn, &through)?,
            pipelines: found.into_iter().map(|pipeline| (pipeline.id, pipeline)).collect(),
            environments,
            sources,
            seen: seen.into_iter().collect(),
            sightings: sighted(conn, &keys)?,
            newest_success: newest_success(conn, &ids)?,
            bound: bound.into_iter().collect(),
            versions: versions(conn, &keys)?,
        })
    }

    fn known(&self, now: NaiveDateTime, kept: Kept) -> Result<Known, Error> {
        let version = parse(&kept.version)?;
        let runs = self.runs.get(&kept.id).map_or([].as_slice(), Vec::as_slice);
        let uses = runs.iter().flat_map(|ran| [Some(ran.started_at), ran.ended_at]);
        let uses = uses.chain([Some(kept.created_at), kept.brought_back_at]).flatten();
        let last_used = uses.max().unwrap_or(kept.created_at);
        let above = (Bound::Excluded(&version), Bound::Unbounded);
        let higher = |all: &BTreeSet<Version>| all.range::<Version, _>(above).take(ENOUGH).count();
        let facts = Facts {
            idle_days: (now - last_used).num_days(),
            higher_versions: self.versions.get(&kept.line()).map_or(0, higher),
            unfinished: runs.iter().any(|ran| !ran.state.is_final()),
            had_by: self.had_by(&kept, &version),
            source: self.sources.get(&kept.source_environment_id).cloned().unwrap_or_default(),
            in_source: self.in_source(&kept, &version),
            stages: self.stages.iter().filter_map(|stage| self.stage(stage, &kept, runs)).collect(),
            version,
        };
        Ok(Known { kept, facts, last_used })
    }

    // By what was seen there, and by what succeeded there last, where nobody has looked since.
    fn had_by(&self, kept: &Kept, version: &Version) -> Vec<String> {
        let has = |at: &EnvironmentId| {
            let seen = self.sightings.get(&(*at, kept.unique_name_key.clone()));
            seen.is_some_and(|(seen, managed)| *managed && seen == version)
                || self.newest_success.contains(&(kept.id, *at))
        };
        let names = self.environments.iter().filter(|(at, _)| has(at)).map(|(_, name)| name.clone());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn in_source(&self, kept: &Kept, version: &Version) -> InSource {
        let source = kept.source_environment_id;
        if !self.bound.contains(&kept.id) || !self.environments.contains_key(&source) {
            return InSource::NotShown;
        }
        match self.sightings.get(&kept.line()) {
            Some((seen, false)) if seen == version => InSource::Shown,
            None if !self.seen.contains(&source) => InSource::Unknown,
            _ => InSource::NotShown,
        }
    }

    fn stage(&self, stage: &Stage, kept: &Kept, runs: &[Ran]) -> Option<retention::Stage> {
        let pipeline = self.pipelines.get(&stage.pipeline_id)?;
        let to = |id: StageId| runs.iter().filter(move |ran| ran.stage_id == id);
        let previous = self.stages.iter().find(|other| Some(other.id) == stage.previous_stage_id);
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
            pipeline: pipeline.name.clone(),
            target: stage.target.name.clone(),
            installed,
            reached,
            tried,
            succeeded,
            allow_redeployment: pipeline.allow_redeploy,
        })
    }
}

type Names = HashMap<EnvironmentId, String>;

// The live environments, and the artifacts' sources, live or not.
fn environments(conn: &mut Conn, kept: &[Kept]) -> Result<(Names, Names), Error> {
    let names = environments::table.select((environments::id, environments::name));
    let live: Vec<(EnvironmentId, String)> = names.filter(environments::retired_at.is_null()).load(conn)?;
    let sources: HashSet<EnvironmentId> = kept.iter().map(|kept| kept.source_environment_id).collect();
    let sources: Vec<(EnvironmentId, String)> = names.filter(environments::id.eq_any(sources)).load(conn)?;
    Ok((live.into_iter().collect(), sources.into_iter().collect()))
}

type Sighted = HashMap<(EnvironmentId, String), (Version, bool)>;

fn sighted(conn: &mut Conn, keys: &[&str]) -> Result<Sighted, Error> {
    let seen: Vec<(EnvironmentId, String, String, bool)> = sightings::table
        .filter(sightings::unique_name_key.eq_any(keys))
        .select((sightings::environment_id, sightings::unique_name_key, sightings::version, sightings::managed))
        .load(conn)?;
    seen.into_iter().map(|(at, key, version, managed)| Ok(((at, key), (parse(&version)?, managed)))).collect()
}

fn newest_success(conn: &mut Conn, ids: &[ArtifactId]) -> Result<HashSet<(ArtifactId, EnvironmentId)>, Error> {
    let later = diesel::alias!(runs as later);
    let overtaken = later
        .filter(later.field(runs::target_environment_id).eq(runs::target_environment_id))
        .filter(later.field(runs::solution_key).eq(runs::solution_key))
        .filter(later.field(runs::state).eq(State::Succeeded))
        .filter(later.field(runs::ended_at).gt(runs::ended_at));
    let newest: Vec<(ArtifactId, EnvironmentId)> = runs::table
        .filter(runs::artifact_id.eq_any(ids))
        .filter(runs::state.eq(State::Succeeded))
        .filter(not(exists(overtaken)))
        .select((runs::artifact_id.assume_not_null(), runs::target_environment_id))
        .load(conn)?;
    Ok(newest.into_iter().collect())
}

fn versions(conn: &mut Conn, keys: &[&str]) -> Result<HashMap<(EnvironmentId, String), BTreeSet<Version>>, Error> {
    let all: Vec<(EnvironmentId, String, String)> = artifacts::table
        .filter(artifacts::retired_at.is_null())
        .filter(artifacts::unique_name_key.eq_any(keys))
        .select((artifacts::source_environment_id, artifacts::unique_name_key, artifacts::version))
        .distinct()
        .load(conn)?;
    let mut versions: HashMap<_, BTreeSet<Version>> = HashMap::new();
    for (source, key, version) in all {
        versions.entry((source, key)).or_default().insert(parse(&version)?);
    }
    Ok(versions)
}

fn parse(version: &str) -> Result<Version, Error> {
    version.parse().map_err(|e| Error::internal(format!("version {version}: {e}")))
}
