//! Deploy, for now or for later: what a run is released with, how its time is moved, and what happens when it comes.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{DeployRun, MoveRun, Run, Step, StepKind, advance::refusal, log};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{PersonId, RunId},
    models::{audit::By, operation::OperationKind, permit::Permit},
    rules::{
        connections::Connections,
        deploy::Asked,
        schedule::Schedule,
        settings::DeploymentSettings,
        state::{Event, State},
    },
    schema::runs,
    zone::Zone,
};

/// What the log calls the time of a run.
const TIME: &str = "Scheduled for";

impl Run {
    /// When it is or was to be deployed; none where Deploy was not pressed, or pressed for now.
    pub fn schedule(&self) -> Option<Schedule> {
        let zone = self.schedule_zone.as_deref().and_then(|zone| zone.parse().ok()).unwrap_or(Zone::utc());
        self.scheduled_for.map(|at| Schedule { at, zone })
    }

    /// Deploy later: with these settings and notes, at this time, if the rules still allow it then.
    ///
    /// # Errors
    /// A conflict with the first rule's reason when the rules say no.
    pub fn deploy_later(
        conn: &mut Conn,
        may: &Permit<DeployRun>,
        settings: &DeploymentSettings,
        connections: &Connections,
        notes: &str,
        schedule: &Schedule,
    ) -> Result<(), Error> {
        Run::release(conn, may, settings, connections, notes, Some(schedule)).map(drop)
    }

    /// Gives a scheduled run another time. Who deploys stays who pressed Deploy.
    ///
    /// # Errors
    /// A conflict when it is not scheduled, or no longer.
    pub fn move_to(conn: &mut Conn, may: &Permit<MoveRun>, schedule: &Schedule) -> Result<(), Error> {
        let run = Run::by_id(conn, may.run.id)?;
        let state = run.step(conn, Event::Moved)?;
        let old = run.schedule().map(|old| old.to_string()).unwrap_or_default();
        run.moved(&may.by(), Event::Moved, state).changed(TIME, old, schedule).record(conn)?;
        run.keep_schedule(conn, schedule, &may.person().name)
    }

    /// The scheduled runs whose time has come by the clock of the database, the longest due first.
    pub fn due(conn: &mut Conn) -> Result<Vec<RunId>, Error> {
        let now = db::clock(conn)?;
        Ok(runs::table
            .filter(runs::ended_at.is_null())
            .filter(runs::scheduled_for.le(now))
            .filter(runs::state.eq(State::Scheduled))
            .order((runs::scheduled_for, runs::id))
            .select(runs::id)
            .load(conn)?)
    }

    /// When the time of the next scheduled run comes, of those that it has not come for yet.
    pub fn next_scheduled(conn: &mut Conn) -> Result<Option<NaiveDateTime>, Error> {
        let later = runs::table
            .filter(runs::ended_at.is_null())
            .filter(runs::state.eq(State::Scheduled))
            .filter(runs::scheduled_for.gt(db::clock(conn)?));
        let next = later.order(runs::scheduled_for).select(runs::scheduled_for);
        Ok(next.first::<Option<NaiveDateTime>>(conn).optional()?.flatten())
    }

    /// Lets a run go on whose time has come, judged anew for who pressed Deploy: it waits for its target then, or has
    /// failed by what a rule says now. Nothing happens where another server, a move or Cancel was faster.
    ///
    /// What only the target can say is asked by the fresh check, so that one that does not answer holds up nobody here.
    pub fn start_due(conn: &mut Conn, id: RunId) -> Result<(), Error> {
        let Some(run) = Run::lock_due(conn, id)? else { return Ok(()) };
        let by = run.deployed_by.unwrap_or(run.started_by);
        let checks = run.checks()?.unwrap_or_default();
        let mut case = run.case(conn, by)?;
        case.checked(&checks, None)?;
        case.settled(&checks, &run.settings()?, &Connections::NotListable);
        let judgement = case.judge(Asked::Worker);
        let told = runs::judgement.eq(serde_json::to_string(&judgement)?);
        diesel::update(runs::table.find(run.id)).set(told).execute(conn)?;
        if let Some(failure) = refusal(&judgement, case.facts.findings.as_deref()) {
            return run.fail(conn, Event::RuleRefused, &failure);
        }
        run.step_to(conn, &By::sluice(), Event::Due, "")?;
        run.check_again(conn, by)
    }

    /// Deploy was pressed: for now, or for a time.
    pub(super) fn release(
        conn: &mut Conn,
        may: &Permit<DeployRun>,
        settings: &DeploymentSettings,
        connections: &Connections,
        notes: &str,
        later: Option<&Schedule>,
    ) -> Result<Run, Error> {
        let run = Run::by_id(conn, may.run.id)?;
        let person = may.person();
        let judgement = run.judge_deploy(conn, person, settings, connections)?;
        if let Some(reason) = judgement.first_no() {
            return Err(Error::Conflict(reason.told()));
        }
        let event = if later.is_some() { Event::DeployLater } else { Event::DeployNow };
        let state = run.step(conn, event)?;
        let entry = log::settings(run.moved(&may.by(), event, state), &run.settings()?, settings);
        let entry = entry.set("Deployment notes", notes);
        entry.set(TIME, later.map(Schedule::to_string).unwrap_or_default()).record(conn)?;
        diesel::update(runs::table.find(run.id))
            .set((
                runs::settings.eq(settings.to_json()),
                runs::notes.eq(notes),
                runs::judgement.eq(serde_json::to_string(&judgement)?),
                runs::deployed_by.eq(person.id),
                runs::deployed_by_name.eq(&person.name),
                runs::deployed_at.eq(db::now()),
            ))
            .execute(conn)?;
        if let Some(schedule) = later {
            run.keep_schedule(conn, schedule, &person.name)?;
        }
        Ok(run)
    }

    /// Has the target checked once more as soon as its lane is free, for who deploys.
    pub(super) fn check_again(&self, conn: &mut Conn, by: PersonId) -> Result<(), Error> {
        Step::begin(conn, self.id, StepKind::Recheck, &format!("Checking {} again", self.target_name))?;
        self.queue(conn, OperationKind::Check, true, by).map(drop)
    }

    fn keep_schedule(&self, conn: &mut Conn, schedule: &Schedule, by: &str) -> Result<(), Error> {
        diesel::update(runs::table.find(self.id))
            .set((
                runs::scheduled_for.eq(schedule.at),
                runs::schedule_zone.eq(schedule.zone.name()),
                runs::scheduled_by_name.eq(by),
            ))
            .execute(conn)?;
        Ok(())
    }

    // The run as it is once nobody else can change it, if it is still scheduled and due.
    fn lock_due(conn: &mut Conn, id: RunId) -> Result<Option<Run>, Error> {
        let due = runs::id.eq(id).and(runs::state.eq(State::Scheduled));
        let due = runs::table.filter(due).filter(runs::scheduled_for.le(db::clock(conn)?));
        match diesel::update(due).set(runs::state.eq(State::Scheduled)).execute(conn)? {
            1 => Run::by_id(conn, id).map(Some),
            _ => Ok(None),
        }
    }
}
