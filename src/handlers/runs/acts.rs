//! What can be done with a run, and why not: the buttons of its page.

use crate::{
    db::Conn,
    error::Error,
    id::StageId,
    models::{
        person::Person,
        pipeline::Pipeline,
        run::{Ask, Case, SeenRun},
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

    /// What the person can do with the run now.
    pub fn of(conn: &mut Conn, person: &Person, seen: &SeenRun) -> Result<Acts, Error> {
        let run = &seen.run;
        let may = rights::may_cancel_or_move(seen.right(), run.started_by == person.id);
        let cancel = run.state.may_be_canceled() && run.canceled_by_name.is_none() && may;
        let reschedule = run.state == State::Scheduled && may;
        let mut acts = Acts { cancel, reschedule, ..Acts::default() };
        let live = seen.pipeline.pipeline.retired_at.is_none();
        if seen.right() < Right::Run || !live {
            return Ok(acts);
        }
        let stages = Stage::of_pipeline(conn, run.pipeline_id)?;
        let own = stages.iter().find(|stage| stage.id == run.stage_id);
        if let (State::Failed | State::Canceled, Some(stage)) = (run.state, own) {
            let judgement = judgement(conn, person, seen, stage, run.redeploy)?;
            // The same package meets these again for certain; what else may have changed since, the run that follows
            // says best itself.
            let certain = |reason: &&Reason| matches!(reason.rule, Rule::Bytes | Rule::Version);
            let certain = judgement.refusals().filter(|_| run.artifact_id.is_some()).find(certain);
            acts.retry = Some(Act { stage: stage.id, label: "Retry".into(), why: why(certain) });
        }
        if run.state == State::Succeeded {
            for stage in stages.iter().filter(|stage| stage.previous_stage_id == Some(run.stage_id)) {
                acts.promotions.push(act(conn, person, seen, stage, false, format!("Promote to {}", stage.name))?);
            }
            if let Some(stage) = own {
                acts.redeploy = Some(act(conn, person, seen, stage, true, "Redeploy".into())?);
            }
        }
        Ok(acts)
    }
}

fn act(
    conn: &mut Conn,
    person: &Person,
    seen: &SeenRun,
    stage: &Stage,
    redeploy: bool,
    label: String,
) -> Result<Act, Error> {
    let judgement = judgement(conn, person, seen, stage, redeploy)?;
    Ok(Act { stage: stage.id, label, why: why(judgement.first_no()) })
}

fn judgement(
    conn: &mut Conn,
    person: &Person,
    seen: &SeenRun,
    stage: &Stage,
    redeploy: bool,
) -> Result<Judgement, Error> {
    Ok(case(conn, person, seen, stage, redeploy)?.judge(Asked::Card))
}

/// The deployment of a run's artifact to a stage, as it would be now.
pub(super) fn case(
    conn: &mut Conn,
    person: &Person,
    seen: &SeenRun,
    stage: &Stage,
    redeploy: bool,
) -> Result<Case, Error> {
    let ask = Ask {
        person,
        pipeline: &Pipeline::by_id(conn, seen.run.pipeline_id)?,
        stage,
        solution: &seen.run.solution_name,
        source: Some(seen.run.source_environment_id),
        artifact: seen.run.artifact_id,
        redeploy,
        run: None,
    };
    Case::read(conn, ask)
}

fn why(reason: Option<&Reason>) -> String {
    reason.map(Reason::told).unwrap_or_default()
}
