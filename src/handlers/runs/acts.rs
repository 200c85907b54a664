//! What can be done with a run, and why not: the buttons of its page.

use crate::{
    db::Conn,
    error::Error,
    id::StageId,
    models::{
        reach::Reach,
        run::{Ask, Case, Own, SeenRun, Situation},
        stage::Stage,
    },
    rules::{
        deploy::Asked,
        rights::{self, Right},
        state::State,
        verdict::{Judgement, Reason, Rule},
    },
};

/// The buttons of a run's page.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    pub cancel: bool,
    /// Give it another time, or now.
    pub reschedule: bool,
    pub retry: Option<Act>,
    /// Where the artifact can go next, or why not.
    pub promotions: Vec<Act>,
    pub redeploy: Option<Act>,
}

/// A button, greyed where there is a reason.
#[derive(Debug, Clone)]
pub struct Act {
    pub stage: StageId,
    pub label: String,
    /// Why it cannot be done; empty where it can.
    pub why: String,
}

impl Acts {
    /// Why what one would look for is not offered, one sentence after the other.
    pub fn refusals(&self) -> Vec<String> {
        let all = self.promotions.iter().chain(&self.retry).chain(&self.redeploy);
        all.filter(|act| !act.why.is_empty()).map(|act| format!("{}: {}", act.label, act.why)).collect()
    }

    /// What takes no more than the run itself to know.
    pub fn simple(who: &Reach, seen: &SeenRun) -> Acts {
        let run = &seen.run;
        let may = rights::may_cancel_or_move(seen.right(), run.started_by == who.id);
        let cancel = run.state.may_be_canceled() && run.canceled_by_name.is_none() && may;
        Acts { cancel, reschedule: run.state == State::Scheduled && may, ..Acts::default() }
    }

    /// What the person can do with the run now.
    pub fn of(conn: &mut Conn, who: &Reach, seen: &SeenRun) -> Result<Acts, Error> {
        let (run, mut acts) = (&seen.run, Acts::simple(who, seen));
        let live = seen.pipeline.pipeline.retired_at.is_none();
        if seen.right() < Right::Run || !live || !run.state.is_final() {
            return Ok(acts);
        }
        let mut asks = Asks::read(conn, who, seen)?;
        let way = asks.situation.way.clone();
        let own = way.stages.iter().find(|stage| stage.id == run.stage_id);
        if let (State::Failed | State::Canceled, Some(stage)) = (run.state, own) {
            let judgement = asks.judgement(conn, stage, run.redeploy)?;
            // The same package meets these again for certain; what else may have changed since, the run that follows
            // says best itself.
            let certain = |reason: &&Reason| matches!(reason.rule, Rule::Bytes | Rule::Version);
            let certain = judgement.refusals().filter(|_| run.artifact_id.is_some()).find(certain);
            acts.retry = Some(Act { stage: stage.id, label: "Retry".into(), why: why(certain) });
        }
        if run.state == State::Succeeded {
            for stage in way.stages.iter().filter(|stage| stage.previous_stage_id == Some(run.stage_id)) {
                acts.promotions.push(asks.act(conn, stage, false, format!("Promote to {}", stage.name))?);
            }
            if let Some(stage) = own {
                acts.redeploy = Some(asks.act(conn, stage, true, "Redeploy".into())?);
            }
        }
        Ok(acts)
    }
}

/// What is asked of the rules about a run's artifact.
pub(super) struct Asks<'a> {
    seen: &'a SeenRun,
    situation: Situation,
}

impl<'a> Asks<'a> {
    /// For this person, whose right on the pipeline was looked up already.
    pub fn read(conn: &mut Conn, who: &Reach, seen: &'a SeenRun) -> Result<Asks<'a>, Error> {
        let situation = seen.pipeline.situation(conn, who, &seen.run.solution_name)?;
        Ok(Asks { seen, situation })
    }

    /// The run's own deployment, as it would go on now.
    pub fn deployment(&mut self, conn: &mut Conn) -> Result<Case, Error> {
        self.seen.run.case_in(conn, &mut self.situation, self.seen.artifact.as_ref())
    }

    /// The deployment of the artifact to a stage, as it would be now.
    pub fn case(&mut self, conn: &mut Conn, stage: &Stage, redeploy: bool) -> Result<Case, Error> {
        let ask = Ask {
            stage,
            source: Some(self.seen.run.source_environment_id),
            artifact: self.seen.artifact.as_ref(),
            redeploy,
            own: Own::Nothing,
        };
        Case::read(conn, &mut self.situation, ask)
    }

    fn judgement(&mut self, conn: &mut Conn, stage: &Stage, redeploy: bool) -> Result<Judgement, Error> {
        Ok(self.case(conn, stage, redeploy)?.judge(Asked::Card))
    }

    fn act(&mut self, conn: &mut Conn, stage: &Stage, redeploy: bool, label: String) -> Result<Act, Error> {
        let judgement = self.judgement(conn, stage, redeploy)?;
        Ok(Act { stage: stage.id, label, why: why(judgement.first_no()) })
    }
}

fn why(reason: Option<&Reason>) -> String {
    reason.map(Reason::told).unwrap_or_default()
}
