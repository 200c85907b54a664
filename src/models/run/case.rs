//! One deployment under judgement: the facts as the database has them, for the rules to decide on.

use diesel::prelude::*;

use super::Run;
use crate::{
    db::{self, Conn},
    error::Error,
    id::{ArtifactId, EnvironmentId, RunId},
    models::{
        artifact::Artifact, environment::Environment, host::Host, lane, operation::Operation, person::Person,
        pipeline::Pipeline, sighting::Sighting, stage::Stage,
    },
    package::{checks::Checks, version::Version},
    rules::{
        checks,
        connections::Connections,
        deploy::{self, Asked},
        facts::{self, Earlier, Facts, InSource, Intent, Lane, Position},
        settings::{self, DeploymentSettings},
        stages::ValidationStatus,
        state::State,
        verdict::Judgement,
    },
    schema::runs,
};

/// Which deployment is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub person: &'a Person,
    pub pipeline: &'a Pipeline,
    pub stage: &'a Stage,
    /// The solution's unique name.
    pub solution: &'a str,
    /// The development environment; needed for the first stage only.
    pub source: Option<EnvironmentId>,
    /// The artifact that is to travel; else the one that Next would take.
    pub artifact: Option<ArtifactId>,
    pub redeploy: bool,
    /// The run itself, once there is one: it does not wait for its own lane.
    pub run: Option<RunId>,
}

/// A deployment with everything the rules need to know of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub host: Host,
    pub previous: Option<Stage>,
    /// Where it comes from; none where nothing has come this far.
    pub source: Option<Environment>,
    /// Where it goes; none while the stage's target is not validated.
    pub target: Option<Environment>,
    pub display_name: String,
    pub publisher: String,
    /// The artifact that would travel; none where Next has to export one.
    pub artifact: Option<Artifact>,
    pub facts: Facts,
}

// What would travel, and how far it has come.
struct Traveller {
    position: Position,
    source: Option<Environment>,
    artifact: Option<Artifact>,
    display_name: String,
    publisher: String,
    candidate: Option<facts::Candidate>,
}

impl Case {
    /// Reads the facts.
    pub fn read(conn: &mut Conn, ask: Ask) -> Result<Case, Error> {
        let host = Host::by_id(conn, ask.pipeline.host_id)?;
        let previous = ask.stage.previous_stage_id.map(|id| Stage::by_id(conn, id)).transpose()?;
        let traveller = match &previous {
            None => first(conn, &ask)?,
            Some(previous) => later(conn, &ask, previous)?,
        };
        let target = ask.stage.target.environment_id.map(|id| Environment::by_id(conn, id)).transpose()?;
        let facts = Facts {
            host: facts::Host {
                name: host.name().to_owned(),
                region: host.environment.region.clone(),
                allow_cross_region: host.allow_cross_region,
                require_managed: host.require_managed,
            },
            pipeline: facts::Pipeline {
                name: ask.pipeline.name.clone(),
                lacks: ask.pipeline.lacks(conn)?,
                allow_redeployment: ask.pipeline.allow_redeploy,
            },
            stage: ask.stage.name.clone(),
            solution: traveller.display_name.clone(),
            source: facts::Source {
                name: traveller.source.as_ref().map_or(String::new(), |source| source.name.clone()),
                region: traveller.source.as_ref().map(|source| source.region.clone()),
            },
            position: traveller.position,
            target: target_facts(conn, &ask, target.as_ref())?,
            person: facts::Person {
                name: ask.person.name.clone(),
                active: ask.person.active,
                right: ask.pipeline.right(conn, ask.person)?,
                may_import: may_change(conn, ask.person, target.as_ref())?,
            },
            intent: intent(conn, &ask, traveller.artifact.as_ref())?,
            candidate: traveller.candidate,
            findings: None,
            settings: None,
            lane: lane(conn, target.as_ref(), ask.run)?,
        };
        Ok(Case {
            host,
            previous,
            source: traveller.source,
            target,
            display_name: traveller.display_name,
            publisher: traveller.publisher,
            artifact: traveller.artifact,
            facts,
        })
    }

    /// Adds what the target says of the package now; `takes` is the newest package version that it takes, if asked.
    pub fn checked(&mut self, checks: &Checks, takes: Option<&Version>) -> Result<(), Error> {
        self.facts.target.version = checks.installed.as_ref().map(|installed| installed.version.clone());
        if let Some(artifact) = &self.artifact {
            let described = artifact.described()?;
            let version = artifact.version()?;
            let candidate = checks::Candidate {
                unique_name: &artifact.unique_name,
                version: &version,
                managed: true,
                publisher: &described.publisher,
                package_version: described.package_version.as_deref(),
                organization_version: described.organization_version.as_deref(),
                schema_type: described.schema_type.as_deref(),
                size: artifact.managed_size.unsigned_abs(),
            };
            let target =
                checks::TargetFacts { name: &self.facts.target.name, version: takes, ..checks::TargetFacts::default() };
            self.facts.findings = Some(checks::findings(&candidate, &target, checks));
        }
        Ok(())
    }

    /// Adds what the run sets, judged against what the target has.
    pub fn settled(&mut self, checks: &Checks, settings: &DeploymentSettings, connections: &Connections) {
        let problems = settings::problems(checks, settings, connections, &self.facts.target.name);
        self.facts.settings = Some(problems);
    }

    /// Asks the rules.
    pub fn judge(&self, asked: Asked) -> Judgement {
        deploy::judge(asked, &self.facts)
    }
}

// To the first stage travels what the development environment has, or what its version is bound to.
fn first(conn: &mut Conn, ask: &Ask) -> Result<Traveller, Error> {
    let given = ask.artifact.map(|id| Artifact::by_id(conn, id)).transpose()?;
    let source_id = given.as_ref().map(|artifact| artifact.source_environment_id).or(ask.source);
    let source = source_id.map(|id| Environment::by_id(conn, id)).transpose()?;
    let seen = source_id.map(|id| Sighting::of(conn, id, ask.solution)).transpose()?.flatten();
    let version = match (&given, &seen) {
        (Some(artifact), _) => Some(artifact.version()?),
        (None, Some(seen)) => Some(seen.version()?),
        (None, None) => None,
    };
    let bound = match (source_id, &version) {
        (Some(source), Some(version)) => Artifact::bound(conn, source, ask.solution, version)?,
        _ => None,
    };
    let changed_since = match (&bound, &seen) {
        (Some(bound), Some(seen)) => seen.version()? == bound.version()? && seen.modified_at > bound.created_at,
        _ => false,
    };
    let artifact = given.or_else(|| bound.clone());
    let candidate = version.map(|version| facts::Candidate {
        version,
        artifact: artifact.as_ref().map(|artifact| artifact.id.to_string()),
        bound: bound.map(|bound| bound.id.to_string()),
        changed_since,
        intact: true,
    });
    let link = match source_id {
        Some(id) => {
            let sources = ask.pipeline.sources(conn)?;
            sources.into_iter().find(|record| record.environment_id == Some(id)).map(|record| record.status)
        }
        None => None,
    };
    let solution = match &seen {
        None => InSource::Absent,
        Some(seen) if seen.system => InSource::System,
        Some(seen) if seen.managed => InSource::Managed,
        Some(_) => InSource::Unmanaged,
    };
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), ask.solution);
    let may_export = may_change(conn, ask.person, source.as_ref())?;
    let position = Position::First { link, solution, may_export };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

// To a later stage travels what succeeded in the stage before it: the newest, or the one that was asked for.
fn later(conn: &mut Conn, ask: &Ask, previous: &Stage) -> Result<Traveller, Error> {
    let newest = match ask.artifact {
        Some(id) => Some(id),
        None => newest_success(conn, previous, ask.solution)?,
    };
    let artifact = newest.map(|id| Artifact::by_id(conn, id)).transpose()?;
    let earlier = earlier(conn, previous, ask.solution, artifact.as_ref())?;
    let bound = match &artifact {
        Some(one) => Artifact::bound(conn, one.source_environment_id, &one.unique_name, &one.version()?)?,
        None => None,
    };
    let seen = match (&artifact, ask.source) {
        (None, Some(id)) => Sighting::of(conn, id, ask.solution)?,
        _ => None,
    };
    let candidate = match &artifact {
        Some(one) => Some(facts::Candidate {
            version: one.version()?,
            artifact: Some(one.id.to_string()),
            bound: bound.map(|bound| bound.id.to_string()),
            changed_since: false,
            intact: true,
        }),
        // Nothing has come this far: what the source has is what would.
        None => seen.as_ref().map(waiting).transpose()?,
    };
    let source = artifact.as_ref().map(|one| Environment::by_id(conn, one.source_environment_id)).transpose()?;
    let (display_name, publisher) = called(seen.as_ref(), artifact.as_ref(), ask.solution);
    let position =
        Position::Later { previous: previous.name.clone(), previous_target: previous.target.name.clone(), earlier };
    Ok(Traveller { position, source, artifact, display_name, publisher, candidate })
}

fn waiting(seen: &Sighting) -> Result<facts::Candidate, Error> {
    let version = seen.version()?;
    Ok(facts::Candidate { version, artifact: None, bound: None, changed_since: false, intact: true })
}

fn newest_success(conn: &mut Conn, stage: &Stage, solution: &str) -> Result<Option<ArtifactId>, Error> {
    let Some(target) = stage.target.environment_id else { return Ok(None) };
    let newest = runs::table
        .filter(runs::stage_id.eq(stage.id))
        .filter(runs::solution_key.eq(db::fold(solution)))
        .filter(runs::state.eq(State::Succeeded))
        .filter(runs::target_environment_id.eq(target))
        .order((runs::ended_at.desc(), runs::id.desc()))
        .select(runs::artifact_id)
        .first::<Option<ArtifactId>>(conn)
        .optional()?;
    Ok(newest.flatten())
}

fn earlier(conn: &mut Conn, stage: &Stage, solution: &str, artifact: Option<&Artifact>) -> Result<Earlier, Error> {
    let there = Run::query().filter(runs::stage_id.eq(stage.id)).filter(runs::solution_key.eq(db::fold(solution)));
    let all: Vec<Run> = match artifact {
        Some(artifact) => there.filter(runs::artifact_id.eq(artifact.id)).order(runs::id.desc()).load(conn)?,
        None => there.order(runs::id.desc()).limit(50).load(conn)?,
    };
    let succeeded = |run: &&Run| run.state == State::Succeeded;
    let here = |run: &&Run| Some(run.target_environment_id) == stage.target.environment_id;
    if all.iter().filter(succeeded).any(|run| here(&run)) {
        return Ok(Earlier::Succeeded);
    }
    if all.iter().any(|run| !run.state.is_final()) {
        return Ok(Earlier::UnderWay);
    }
    let elsewhere = all.iter().find(succeeded).map(|run| run.target_name.clone());
    Ok(elsewhere.map_or(Earlier::NotYet, Earlier::SucceededElsewhere))
}

fn called(seen: Option<&Sighting>, artifact: Option<&Artifact>, unique_name: &str) -> (String, String) {
    match (artifact, seen) {
        (Some(artifact), _) => (artifact.display_name.clone(), artifact.publisher.clone()),
        (None, Some(seen)) => (seen.display_name.clone(), seen.publisher.clone()),
        (None, None) => (unique_name.to_owned(), String::new()),
    }
}

fn target_facts(conn: &mut Conn, ask: &Ask, target: Option<&Environment>) -> Result<facts::Target, Error> {
    let seen = target.map(|target| Sighting::of(conn, target.id, ask.solution)).transpose()?.flatten();
    let record = &ask.stage.target;
    let live = record.retired_at.is_none() && target.is_some_and(|target| target.retired_at.is_none());
    Ok(facts::Target {
        name: target.map_or_else(|| record.name.clone(), |target| target.name.clone()),
        status: if live || record.status != ValidationStatus::Success {
            record.status
        } else {
            ValidationStatus::Failed
        },
        bound_here: target.is_some_and(|target| target.bound_host_id == Some(ask.pipeline.host_id)),
        region: target.map_or(String::new(), |target| target.region.clone()),
        managed: target.is_some_and(|target| target.managed),
        version: seen.map(|seen| seen.version()).transpose()?,
    })
}

fn may_change(conn: &mut Conn, person: &Person, environment: Option<&Environment>) -> Result<bool, Error> {
    let role = environment.map(|environment| environment.role(conn, person)).transpose()?.flatten();
    Ok(role.is_some_and(|role| role.may_change()))
}

fn intent(conn: &mut Conn, ask: &Ask, artifact: Option<&Artifact>) -> Result<Intent, Error> {
    if !ask.redeploy {
        return Ok(Intent::Deploy);
    }
    let Some(artifact) = artifact else { return Ok(Intent::Redeploy { succeeded_here: false }) };
    let succeeded = runs::table
        .filter(runs::stage_id.eq(ask.stage.id))
        .filter(runs::artifact_id.eq(artifact.id))
        .filter(runs::state.eq(State::Succeeded));
    Ok(Intent::Redeploy { succeeded_here: diesel::select(diesel::dsl::exists(succeeded)).get_result(conn)? })
}

fn lane(conn: &mut Conn, target: Option<&Environment>, own: Option<RunId>) -> Result<Lane, Error> {
    let Some(target) = target else { return Ok(Lane::Free) };
    let Some(holder) = lane::holder(conn, target.id)? else { return Ok(Lane::Free) };
    let operation = Operation::by_id(conn, holder)?;
    match operation.run_id {
        Some(run) if Some(run) == own => Ok(Lane::Free),
        Some(run) => {
            let run = Run::by_id(conn, run)?;
            let by = run.deployed_by_name.as_ref().unwrap_or(&run.started_by_name);
            Ok(Lane::Held(format!("the deployment of {} {} by {by}", run.solution_display_name, run.version)))
        }
        None => Ok(Lane::Held(format!("an act by hand ({})", operation.kind.label().to_lowercase()))),
    }
}

/// Whether the lane of a run's target is free for it, or who holds it.
pub fn lane_of(conn: &mut Conn, run: &Run) -> Result<Lane, Error> {
    let target = Environment::by_id(conn, run.target_environment_id)?;
    lane(conn, Some(&target), Some(run.id))
}
