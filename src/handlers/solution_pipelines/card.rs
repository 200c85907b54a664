//! One stage's card, as it is shown.

use crate::{
    db::Conn,
    error::Error,
    handlers::runs::badge::{self, Badge},
    id::{EnvironmentId, RunId},
    models::{environment::Environment, operation::Operation, run::Card, sighting::Sighting},
    rules::{state::State, verdict::Rule},
    web::time::Clock,
};

/// A stage with what it has, and Deploy or why not.
pub struct CardView {
    pub name: String,
    pub target: String,
    /// The version in the target; empty where there is none.
    pub version: String,
    /// How long ago it was seen.
    pub as_of: String,
    /// How many versions it is behind the stage before it, in words; empty where it is not.
    pub behind: String,
    pub latest: Option<Latest>,
    /// Where Deploy leads; none where the person may not run the pipeline.
    pub deploy: Option<String>,
    /// Why Deploy is greyed; empty where it is not.
    pub why: String,
    /// The version that Deploy takes.
    pub takes: Option<String>,
    /// Where the version can be raised, where that would help.
    pub raise: Option<String>,
    pub active: bool,
    /// Its newest run waits for its time.
    pub planned: bool,
}

/// The newest run to the stage.
pub struct Latest {
    pub run: RunId,
    pub badge: Badge,
    pub line: String,
    pub percent: Option<i32>,
    pub moves: bool,
    /// It waits for its time.
    pub planned: bool,
    /// It waits for a person.
    pub waits: bool,
}

impl CardView {
    /// Whether there is anything to press.
    pub fn has_acts(&self) -> bool {
        self.deploy.is_some()
            || self.latest.as_ref().is_some_and(|latest| latest.waits || latest.moves || latest.planned)
    }

    /// The card of a stage.
    pub fn of(
        conn: &mut Conn,
        clock: &Clock,
        card: &Card,
        may_run: bool,
        solution: &str,
        source: Option<EnvironmentId>,
    ) -> Result<CardView, Error> {
        let latest = latest(conn, clock, card)?;
        let seen = card.seen.as_ref();
        let first = card.stage.previous_stage_id.is_none();
        let mut link =
            format!("/pipelines/{}/stages/{}/runs/new?solution={solution}", card.stage.pipeline_id, card.stage.id);
        if let Some(source) = source {
            link.push_str(&format!("&source={source}"));
        }
        let why = match (first, source) {
            (true, None) => {
                "Deploy to this stage from the solution's own page in a development environment.".to_owned()
            }
            _ => {
                let reason = card.judgement.first_no();
                reason.map(|reason| format!("{} {}", reason.message, reason.help)).unwrap_or_default()
            }
        };
        let lifted = |rule: Rule| matches!(rule, Rule::Bytes | Rule::Version);
        let raise = card.judgement.first_no().filter(|reason| lifted(reason.rule)).and(source);
        Ok(CardView {
            takes: card.version.clone(),
            raise: raise.map(|source| format!("/environments/{source}/solutions/{solution}/version")),
            name: card.stage.name.clone(),
            target: card.target.as_ref().map_or(&card.stage.target.name, |target| &target.name).clone(),
            version: seen.map(|seen| seen.version.clone()).unwrap_or_default(),
            as_of: seen.map(|seen| clock.tell(seen.seen_at).relative).unwrap_or_default(),
            behind: match card.behind {
                0 => String::new(),
                1 => "1 version behind".to_owned(),
                count => format!("{count} versions behind"),
            },
            active: latest.as_ref().is_some_and(|latest| latest.moves),
            planned: latest.as_ref().is_some_and(|latest| latest.planned),
            latest,
            deploy: may_run.then_some(link),
            why,
        })
    }
}

fn latest(conn: &mut Conn, clock: &Clock, card: &Card) -> Result<Option<Latest>, Error> {
    let Some(run) = &card.run else { return Ok(None) };
    let operation = Operation::open_of_run(conn, run.id)?;
    let planned = badge::planned(clock, run.state, run.schedule().map(|schedule| schedule.at));
    let moves = !run.state.is_final() && !run.state.awaits_deploy() && planned.is_none();
    let waits_for_time = planned.is_some();
    let when = match (planned, moves) {
        (Some(planned), _) => planned,
        (None, true) => clock.took(run.started_at, None),
        (None, false) => clock.tell(run.ended_at.unwrap_or(run.started_at)).relative,
    };
    let by = run.deployed_by_name.as_ref().unwrap_or(&run.started_by_name);
    Ok(Some(Latest {
        run: run.id,
        badge: badge::of_state(run.state),
        line: format!("{} · {when} · {by}", run.version),
        percent: operation.and_then(|operation| operation.percent),
        moves,
        planned: waits_for_time,
        waits: run.state == State::ValidationSucceeded,
    }))
}

/// The card of the development environment, before the stages.
pub struct SourceCard {
    pub environment: String,
    pub version: String,
    pub changed: String,
}

impl SourceCard {
    /// What a development environment has of a solution.
    pub fn of(environment: &Environment, seen: &Sighting, clock: &Clock) -> SourceCard {
        SourceCard {
            environment: environment.name.clone(),
            version: seen.version.clone(),
            changed: clock.tell(seen.modified_at).relative,
        }
    }
}
