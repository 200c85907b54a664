//! What there is around artifacts that have their packages, read for many of them at a time.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::{Bool, Text},
};

use super::facts::Kept;
use crate::{
    db::{Conn, among, number, union_all, unvaried},
    error::Error,
    id::{ArtifactId, EnvironmentId, PipelineId, StageId},
    models::{pipeline::Pipeline, stage::Stage},
    package::version::Version,
    rules::state::State,
    schema::{artifacts, deployment_environments, environments, pipelines, runs, sightings, stages},
};

/// A run with one of the artifacts.
#[derive(HasQuery)]
#[diesel(table_name = runs)]
pub struct Ran {
    #[diesel(select_expression = runs::artifact_id.assume_not_null())]
    pub artifact_id: ArtifactId,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub target_environment_id: EnvironmentId,
    pub state: State,
    pub started_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
}

/// What there is around some artifacts.
#[derive(Default)]
pub struct Around {
    /// The runs of each, with whether it is what succeeded last where it went.
    pub runs: HashMap<ArtifactId, Vec<(Ran, bool)>>,
    /// Live stages of the live pipelines that the artifacts came to.
    pub stages: Vec<(Stage, Pipeline)>,
    /// Live environments, by name.
    pub environments: HashMap<EnvironmentId, String>,
    pub sources: HashMap<EnvironmentId, String>,
    /// Environments of which anything was ever seen.
    pub seen: HashSet<EnvironmentId>,
    /// What was seen of the artifacts' solutions: version, and whether it is managed.
    pub sightings: HashMap<(EnvironmentId, String), (Version, bool)>,
    pub versions: HashMap<(EnvironmentId, String), BTreeSet<Version>>,
}

/// Of which kind it is, its environment, a name, a version, and what else is to be told of it.
type Line = (i32, EnvironmentId, String, String, bool, bool);

/// An environment by its name: whether it is live, and whether anything was seen of it.
const ENVIRONMENT: i32 = 0;
/// What was seen of a solution: whether it is managed.
const SIGHTING: i32 = 1;
/// A version of which there is an artifact that has its packages.
const VERSION: i32 = 2;

impl Around {
    /// All of it, in three statements.
    pub fn read(conn: &mut Conn, kept: &[Kept]) -> Result<Around, Error> {
        let mut around = Around::default();
        for (ran, newest) in ran(conn, kept)? {
            around.runs.entry(ran.artifact_id).or_default().push((ran, newest));
        }
        around.stages = around.read_stages(conn)?;
        let sources: HashSet<EnvironmentId> = kept.iter().map(|kept| kept.source_environment_id).collect();
        for line in lines(conn, kept, &sources)? {
            around.take(line, &sources)?;
        }
        Ok(around)
    }

    fn read_stages(&self, conn: &mut Conn) -> Result<Vec<(Stage, Pipeline)>, Error> {
        let through: HashSet<PipelineId> = self.runs.values().flatten().map(|(ran, _)| ran.pipeline_id).collect();
        Ok(stages::table
            .inner_join(deployment_environments::table)
            .inner_join(pipelines::table)
            .filter(stages::retired_at.is_null().and(pipelines::retired_at.is_null()))
            .filter(pipelines::id.eq_any(through))
            .order(stages::id)
            .select((Stage::as_select(), Pipeline::as_select()))
            .load(conn)?)
    }

    fn take(&mut self, line: Line, sources: &HashSet<EnvironmentId>) -> Result<(), Error> {
        match line {
            (ENVIRONMENT, at, name, _, live, seen) => {
                if sources.contains(&at) {
                    self.sources.insert(at, name.clone());
                }
                if live {
                    self.environments.insert(at, name);
                }
                if seen {
                    self.seen.insert(at);
                }
            }
            (SIGHTING, at, key, version, managed, _) => {
                self.sightings.insert((at, key), (parse(&version)?, managed));
            }
            (_, source, key, version, ..) => {
                self.versions.entry((source, key)).or_default().insert(parse(&version)?);
            }
        }
        Ok(())
    }
}

// The runs with these artifacts, and whether each is what succeeded last where it went.
fn ran(conn: &mut Conn, kept: &[Kept]) -> Result<Vec<(Ran, bool)>, Error> {
    let later = diesel::alias!(runs as later);
    let overtaken = later
        .filter(later.field(runs::target_environment_id).eq(runs::target_environment_id))
        .filter(later.field(runs::solution_key).eq(runs::solution_key))
        .filter(later.field(runs::state).eq(State::Succeeded))
        .filter(later.field(runs::ended_at).gt(runs::ended_at));
    let newest = runs::state.eq(State::Succeeded).and(not(exists(overtaken)));
    let ids = kept.iter().map(|kept| kept.id);
    Ok(runs::table.filter(runs::artifact_id.eq_any(ids)).select((Ran::as_select(), newest)).load(conn)?)
}

// The live environments and the artifacts' sources, what was seen of the artifacts' solutions, and the versions of which
// there are artifacts.
fn lines(conn: &mut Conn, kept: &[Kept], sources: &HashSet<EnvironmentId>) -> Result<Vec<Line>, Error> {
    let keys: BTreeSet<&str> = kept.iter().map(|kept| kept.unique_name_key.as_str()).collect();
    let nothing = || sql::<Text>("''");
    let anything = sightings::table.filter(sightings::environment_id.eq(environments::id));
    let live = environments::retired_at.is_null();
    let named = environments::table.select((
        number(ENVIRONMENT),
        environments::id,
        environments::name,
        nothing(),
        live,
        exists(anything),
    ));
    let seen = sightings::table.select((
        number(SIGHTING),
        sightings::environment_id,
        sightings::unique_name_key,
        sightings::version,
        sightings::managed,
        sql::<Bool>("FALSE"),
    ));
    let versions = artifacts::table.filter(artifacts::retired_at.is_null()).distinct().select((
        number(VERSION),
        artifacts::source_environment_id,
        artifacts::unique_name_key,
        artifacts::version,
        sql::<Bool>("FALSE"),
        sql::<Bool>("FALSE"),
    ));
    let named = named.filter(live.or(among(environments::id, sources)));
    let seen = seen.filter(among(sightings::unique_name_key, &keys));
    let versions = versions.filter(among(artifacts::unique_name_key, &keys));
    Ok(unvaried!(union_all(named, seen).union_all(versions)).load(conn)?)
}

/// A version as it is stored.
pub fn parse(version: &str) -> Result<Version, Error> {
    version.parse().map_err(|e| Error::internal(format!("version {version}: {e}")))
}
