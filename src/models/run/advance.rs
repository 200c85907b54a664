//! How a run goes on: what follows from a finished operation, and from Deploy and Cancel.

use diesel::prelude::*;

use super::{
    Ask, CancelRun, Case, DeployRun, Failure, Own, Run, Situation, Step, StepKind, StepState, kept::Kept, log,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::PersonId,
    models::{
        artifact::{Artifact, NewArtifact},
        audit::{By, Verb},
        operation::{NewOperation, Operation, OperationKind},
        permit::Permit,
        person::Person,
        way::Ways,
    },
    package::{
        checks::{Checks, Severity},
        version::Version,
    },
    rules::{
        connections::Connections,
        deploy::Asked,
        settings::{self, DeploymentSettings},
        state::{DAYS_TO_DEPLOY, Event, State},
        verdict::Judgement,
    },
    schema::runs,
};

/// What the rules are told just before a target is touched: what is to travel there, and what is known live of the target.
pub struct Live<'a> {
    pub artifact: &'a Artifact,
    /// The ways that were read in the same transaction.
    pub ways: &'a Ways,
    pub checks: &'a Checks,
    pub connections: &'a Connections,
    /// The newest package version that the target takes.
    pub takes: Option<&'a Version>,
    pub region: &'a str,
    pub managed: bool,
}

impl Run {
    /// The export is done: the run holds this artifact.
    pub fn exported(&self, conn: &mut Conn, artifact: &NewArtifact) -> Result<(), Error> {
        let artifact = artifact.insert(conn)?;
        let message = format!("Exported {} {} from {}", artifact.display_name, artifact.version, self.source_name);
        Step::end(conn, self.id, StepState::Succeeded, &message)?;
        self.takes(conn, &artifact)
    }

    /// The validation is done: the rules decide whether it waits for Deploy or failed.
    pub fn validated(&self, conn: &mut Conn, checks: &Checks, takes: Option<&Version>) -> Result<(), Error> {
        let mut case = self.case(conn, self.started_by)?;
        case.checked(checks, takes)?;
        let judgement = case.judge(Asked::EndOfValidation);
        self.keep(conn, &Kept::of(checks, &judgement, &case)?)?;
        if let Some(failure) = refusal(&judgement, case.facts.findings.as_deref()) {
            return self.fail(conn, Event::CheckFailed, &failure);
        }
        let previous = self.previous_settings(conn)?;
        let prefilled = settings::prefill(previous.as_ref(), checks);
        diesel::update(runs::table.find(self.id)).set(runs::settings.eq(prefilled.to_json())).execute(conn)?;
        Step::end(conn, self.id, StepState::Succeeded, &format!("Checked against {}", self.target_name))?;
        self.step_to(conn, &By::sluice(), Event::CheckPassed, "").map(|_| ())
    }

    /// Deploy: with these settings and notes, as soon as the target is free.
    ///
    /// # Errors
    /// A conflict with the first rule's reason when the rules say no.
    pub fn deploy(
        conn: &mut Conn,
        may: &Permit<DeployRun>,
        settings: &DeploymentSettings,
        connections: &Connections,
        notes: &str,
    ) -> Result<(), Error> {
        let run = Run::release(conn, may, settings, connections, notes, None)?;
        run.check_again(conn, may.person().id)
    }

    /// Fills in what a settings file says, as far as the run waits for it.
    pub fn fill_in(conn: &mut Conn, may: &Permit<DeployRun>, settings: &DeploymentSettings) -> Result<(), Error> {
        let waiting = runs::state.eq(State::ValidationSucceeded);
        let filled = diesel::update(runs::table.find(may.run.id).filter(waiting))
            .set(runs::settings.eq(settings.to_json()))
            .execute(conn)?;
        let entry = may.by().did(Verb::FillIn, may.run.subject());
        match filled {
            1 => log::settings(entry, &may.run.settings()?, settings).record(conn),
            _ => Err(Error::Conflict("This run no longer waits for settings.".into())),
        }
    }

    /// What the rules say to Deploy with these settings.
    pub fn judge_deploy(
        &self,
        conn: &mut Conn,
        person: &Person,
        settings: &DeploymentSettings,
        connections: &Connections,
    ) -> Result<Judgement, Error> {
        let case = self.case(conn, person.id)?;
        self.deployed(case, settings, connections)
    }

    /// The same for facts that were read already.
    pub fn deployed(
        &self,
        mut case: Case,
        settings: &DeploymentSettings,
        connections: &Connections,
    ) -> Result<Judgement, Error> {
        let checks = self.checks()?.unwrap_or_default();
        case.checked(&checks, None)?;
        case.settled(&checks, settings, connections);
        Ok(case.judge(Asked::Deploy))
    }

    /// The fresh check is done and the lane is held: the rules decide for the last time. What comes back is the operation
    /// that imports and is to take the lane over, with the run as it is then; none when the run failed.
    pub fn rechecked(&self, conn: &mut Conn, live: &Live) -> Result<Option<(NewOperation, Run)>, Error> {
        let by = self.deployed_by.unwrap_or(self.started_by);
        let mut situation = live.ways.situation(conn, by, self.pipeline_id, &self.solution_name)?;
        let mut case = self.case_as(conn, &mut situation, Some(live.artifact), Own::Lane)?;
        case.checked(live.checks, live.takes)?;
        case.settled(live.checks, &self.settings()?, live.connections);
        case.facts.target.region = live.region.to_owned();
        case.facts.target.managed = live.managed;
        let judgement = case.judge(Asked::Worker);
        let kept = Kept::of(live.checks, &judgement, &case)?;
        if let Some(failure) = refusal(&judgement, case.facts.findings.as_deref()) {
            self.keep(conn, &kept)?;
            self.fail(conn, Event::RuleRefused, &failure)?;
            return Ok(None);
        }
        // The run's row first, as who cancels takes it first.
        let run = self.claimed(conn, kept)?;
        Step::end(conn, self.id, StepState::Succeeded, "No problems found")?;
        Step::begin(conn, self.id, StepKind::Import, &format!("Importing into {}", self.target_name))?;
        Ok(Some((run.operation(OperationKind::Import, true), run)))
    }

    /// The import is done.
    pub fn imported(&self, conn: &mut Conn, artifact: &Artifact) -> Result<(), Error> {
        let message = match artifact.bind(conn, self.id)? {
            true => format!("Imported into {}", self.target_name),
            false => format!(
                "Imported into {}. Another package of this version succeeded first, and only that one can be promoted",
                self.target_name
            ),
        };
        Step::end(conn, self.id, StepState::Succeeded, &message)?;
        self.step_to(conn, &By::sluice(), Event::Imported, "").map(|_| ())
    }

    /// An operation of the run failed for good.
    pub fn operation_failed(&self, conn: &mut Conn, kind: OperationKind, failure: &Failure) -> Result<(), Error> {
        let event = if kind == OperationKind::Import { Event::ImportFailed } else { Event::CheckFailed };
        self.fail(conn, event, failure)
    }

    /// Cancel: ends what waits; where the import has begun, has its target asked to stop it. The run as it is then.
    ///
    /// # Errors
    /// A conflict when the run is past being canceled, or somebody asked for it already.
    pub fn cancel(conn: &mut Conn, may: &Permit<CancelRun>) -> Result<State, Error> {
        let run = Run::by_id(conn, may.run.id)?;
        let state = run.step_to(conn, &may.by(), Event::CancelAsked, "")?;
        if let Some(by) = &run.canceled_by_name {
            let sentence = format!("{by} has already asked {} to stop. Wait for its answer.", run.target_name);
            return Err(Error::Conflict(sentence));
        }
        let by = may.person();
        diesel::update(runs::table.find(run.id))
            .set((runs::canceled_by.eq(by.id), runs::canceled_by_name.eq(&by.name)))
            .execute(conn)?;
        let operation = Operation::open_of_run(conn, run.id)?;
        if !state.is_final() {
            operation.map_or(Ok(()), |operation| operation.ask_to_stop(conn))?;
            return Ok(state);
        }
        if let Some(operation) = operation
            && !operation.withdraw(conn)?
        {
            let sentence = format!("{} is already working on this run. Wait until it has finished.", run.target_name);
            return Err(Error::Conflict(sentence));
        }
        Step::end(conn, run.id, StepState::Canceled, &format!("Canceled by {}", by.name))?;
        Ok(state)
    }

    /// The target has stopped the import and changed nothing.
    pub fn stopped(&self, conn: &mut Conn) -> Result<(), Error> {
        let by = self.canceled_by_name.as_deref().unwrap_or("Somebody");
        self.step_to(conn, &By::sluice(), Event::CancelConfirmed, &format!("{by} asked for it."))?;
        let message = format!("{} stopped it for {by} and changed nothing", self.target_name);
        Step::end(conn, self.id, StepState::Canceled, &message)
    }

    /// Ends the runs that have waited too long for Deploy.
    pub fn expire(conn: &mut Conn) -> Result<(), Error> {
        let old = db::now() - chrono::TimeDelta::days(DAYS_TO_DEPLOY);
        let waiting = Run::query().filter(runs::state.eq(State::ValidationSucceeded)).filter(runs::started_at.lt(old));
        for run in waiting.load(conn)? {
            let run: Run = run;
            let why = format!("Nobody chose Deploy for {DAYS_TO_DEPLOY} days.");
            run.step_to(conn, &By::sluice(), Event::Expired, &why)?;
        }
        Ok(())
    }

    // The facts as they are for one person now.
    pub(super) fn case(&self, conn: &mut Conn, by: PersonId) -> Result<Case, Error> {
        let mut situation = Ways::default().situation(conn, by, self.pipeline_id, &self.solution_name)?;
        let held = self.artifact_id.map(|id| Artifact::by_id(conn, id)).transpose()?;
        self.case_in(conn, &mut situation, held.as_ref())
    }

    /// The facts where the situation and what the run carries were read already.
    pub fn case_in(
        &self,
        conn: &mut Conn,
        situation: &mut Situation,
        artifact: Option<&Artifact>,
    ) -> Result<Case, Error> {
        self.case_as(conn, situation, artifact, Own::Run(self.id))
    }

    fn case_as(
        &self,
        conn: &mut Conn,
        situation: &mut Situation,
        artifact: Option<&Artifact>,
        own: Own,
    ) -> Result<Case, Error> {
        let ask = Ask {
            stage: &situation.way.clone().stage(conn, self.stage_id)?,
            source: Some(self.source_environment_id),
            artifact,
            redeploy: self.redeploy,
            own,
        };
        Case::read(conn, situation, ask)
    }

    // Of the run that is tried again; else of the newest deployment of this solution to this stage.
    fn previous_settings(&self, conn: &mut Conn) -> Result<Option<DeploymentSettings>, Error> {
        if self.retry_of.is_some() {
            return Ok(Some(self.settings()?));
        }
        let newest = Run::query()
            .filter(runs::stage_id.eq(self.stage_id))
            .filter(runs::solution_key.eq(&self.solution_key))
            .filter(runs::deployed_at.is_not_null())
            .order(runs::id.desc())
            .first(conn)
            .optional()?;
        newest.map(|run: Run| run.settings()).transpose()
    }

    pub(super) fn fail(&self, conn: &mut Conn, event: Event, failure: &Failure) -> Result<(), Error> {
        self.step_to(conn, &By::sluice(), event, &failure.message)?;
        let full = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        diesel::update(runs::table.find(self.id))
            .set((
                runs::error_code.eq(full(&failure.code)),
                runs::error_message.eq(full(&failure.message)),
                runs::error_advice.eq(full(&failure.advice)),
                runs::error_raw.eq(full(&failure.raw)),
            ))
            .execute(conn)?;
        Step::end(conn, self.id, StepState::Failed, &failure.message)
    }
}

// The finding that forbids it says more than the rule that counts findings.
pub(super) fn refusal(judgement: &Judgement, findings: Option<&[crate::package::checks::Finding]>) -> Option<Failure> {
    let reason = judgement.first_no()?;
    let worst = findings.unwrap_or_default().iter().find(|finding| finding.severity == Severity::Error);
    Some(match worst {
        Some(finding) if reason.rule == crate::rules::verdict::Rule::Check => Failure {
            code: finding.code.clone(),
            message: finding.message.clone(),
            advice: finding.advice.clone(),
            raw: String::new(),
        },
        _ => Failure { message: reason.message.clone(), advice: reason.help.clone(), ..Failure::default() },
    })
}
