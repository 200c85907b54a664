//! One deployment under judgement: the facts as the database has them, for the rules to decide on.

mod traveller;

use std::sync::Arc;

use self::traveller::Traveller;
use super::{Situation, occupant::Occupant};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, RunId},
    models::{
        artifact::Artifact,
        environment::Environment,
        pipeline,
        stage::Stage,
        way::{Place, Way},
    },
    package::{checks::Checks, version::Version},
    rules::{
        checks,
        connections::Connections,
        deploy::{self, Asked},
        facts::{self, Facts, Intent, Lane, Position},
        rights::{self, Right},
        settings::{self, DeploymentSettings},
        stages::ValidationStatus,
        verdict::Judgement,
    },
};

/// Which deployment is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub stage: &'a Stage,
    /// The development environment; needed for the first stage only.
    pub source: Option<EnvironmentId>,
    /// The artifact that is to travel; else the one that Next would take.
    pub artifact: Option<&'a Artifact>,
    pub redeploy: bool,
    pub own: Own,
}

/// What there is already of the deployment that is asked about.
#[derive(Debug, Clone, Copy)]
pub enum Own {
    /// None of it, as nobody has begun it.
    Nothing,
    /// This run, which does not wait for its own lane.
    Run(RunId),
    /// A run that has the lane, and is told by the target itself what that has.
    Lane,
}

/// A deployment with everything the rules need to know of it.
#[derive(Debug, Clone)]
pub struct Case {
    pub way: Arc<Way>,
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

impl Case {
    /// Reads the facts.
    pub fn read(conn: &mut Conn, situation: &mut Situation, ask: Ask) -> Result<Case, Error> {
        let way = situation.way.clone();
        let Way { who, pipeline, host, standing, sources, stages, .. } = &*way;
        let previous = ask.stage.previous_stage_id.map(|id| way.stage(conn, id)).transpose()?;
        let traveller = Traveller::find(conn, situation, &ask, previous.as_ref())?;
        let target = ask.stage.target.environment_id.map(|id| way.place(conn, id)).transpose()?;
        let may_import = target.as_ref().is_some_and(Place::may_change);
        let target = target.map(|target| target.environment);
        let may_export = !matches!(traveller.position, Position::First { may_export: false, .. });
        let may_run = rights::right(standing) >= Right::Run;
        let facts = Facts {
            host: facts::Host {
                name: host.name().to_owned(),
                region: host.environment.region.clone(),
                allow_cross_region: host.allow_cross_region,
                require_managed: host.require_managed,
                administrators: if may_run { Vec::new() } else { situation.whom(conn)?.on_host(host.id) },
            },
            pipeline: facts::Pipeline {
                name: pipeline.name.clone(),
                lacks: pipeline::lacks(sources, stages),
                allow_redeployment: pipeline.allow_redeploy,
            },
            stage: ask.stage.name.clone(),
            solution: traveller.display_name.clone(),
            source: facts::Source {
                name: traveller.source.as_ref().map_or(String::new(), |source| source.name.clone()),
                region: traveller.source.as_ref().map(|source| source.region.clone()),
                administrators: grantors(conn, situation, may_export, traveller.source.as_ref())?,
            },
            position: traveller.position,
            target: target_facts(conn, situation, &ask, target.as_ref(), may_import)?,
            person: facts::Person {
                name: who.name.clone(),
                active: who.active,
                standing: standing.clone(),
                may_import,
            },
            intent: intent(conn, situation, &ask, traveller.artifact.as_ref())?,
            candidate: traveller.candidate,
            findings: None,
            settings: None,
            lane: lane(conn, situation, target.as_ref(), ask.own)?,
        };
        Ok(Case {
            previous,
            source: traveller.source,
            target,
            display_name: traveller.display_name,
            publisher: traveller.publisher,
            artifact: traveller.artifact,
            facts,
            way,
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
                display_name: &artifact.display_name,
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

fn target_facts(
    conn: &mut Conn,
    situation: &mut Situation,
    ask: &Ask,
    target: Option<&Environment>,
    may_import: bool,
) -> Result<facts::Target, Error> {
    let shown = target.filter(|_| !matches!(ask.own, Own::Lane));
    let seen = shown.map(|target| situation.seen(conn, target.id)).transpose()?.flatten();
    let record = &ask.stage.target;
    let live = record.retired_at.is_none() && target.is_some_and(|target| target.retired_at.is_none());
    Ok(facts::Target {
        name: target.map_or_else(|| record.name.clone(), |target| target.name.clone()),
        status: if live || record.status != ValidationStatus::Success {
            record.status
        } else {
            ValidationStatus::Failed
        },
        bound_here: target.is_some_and(|target| target.bound_host_id == Some(situation.way.host.id)),
        region: target.map_or(String::new(), |target| target.region.clone()),
        managed: target.is_some_and(|target| target.managed),
        version: seen.map(|seen| seen.version()).transpose()?,
        administrators: grantors(conn, situation, may_import, target)?,
    })
}

// Whom to ask, where something has to be asked for.
fn grantors(
    conn: &mut Conn,
    situation: &mut Situation,
    may: bool,
    environment: Option<&Environment>,
) -> Result<Vec<String>, Error> {
    match environment.filter(|_| !may) {
        Some(environment) => situation.administrators(conn, environment.id),
        None => Ok(Vec::new()),
    }
}

fn intent(conn: &mut Conn, situation: &mut Situation, ask: &Ask, artifact: Option<&Artifact>) -> Result<Intent, Error> {
    if !ask.redeploy {
        return Ok(Intent::Deploy);
    }
    let Some(artifact) = artifact else { return Ok(Intent::Redeploy { succeeded_here: false }) };
    Ok(Intent::Redeploy { succeeded_here: situation.journey(conn, artifact)?.succeeded_in(ask.stage) })
}

fn lane(conn: &mut Conn, situation: &Situation, target: Option<&Environment>, own: Own) -> Result<Lane, Error> {
    let Some(target) = target else { return Ok(Lane::Free) };
    let own = match own {
        Own::Nothing => None,
        Own::Run(run) => Some(run),
        Own::Lane => return Ok(Lane::Free),
    };
    let occupant = situation.occupant(conn, target.id)?;
    Ok(Occupant::lane(occupant.as_ref(), &situation.way.who, own))
}
