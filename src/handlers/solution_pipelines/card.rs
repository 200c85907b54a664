//! One stage's card, as it is shown.

use chrono::TimeDelta;

use crate::{
    handlers::{
        runs::badge::{self, Badge},
        solutions::solution_path,
    },
    id::{EnvironmentId, RunId},
    models::{environment::Environment, run::Card, sighting::Sighting},
    rules::{state::State, verdict::Reason},
    web::time::Clock,
};

/// For how long what was seen of an environment needs no date.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// A stage with what it has, and Deploy or why not.
pub struct CardView {
    pub name: String,
    pub target: String,
    /// The version in the target; empty where there is none.
    pub version: String,
    /// When it was seen, where that is a while ago.
    pub as_of: Option<String>,
    /// How many versions it is behind what comes before it, in words; empty where it is not.
    pub behind: String,
    pub latest: Option<Latest>,
    /// Where Deploy leads; none where the person may not run the pipeline.
    pub deploy: Option<String>,
    /// Why Deploy is greyed; empty where it is not.
    pub why: String,
    /// It is the first stage to which something can be deployed.
    pub leads: bool,
    /// From where it can be deployed, where that is not this page.
    pub opens: Option<Opens>,
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
    pub version: String,
    pub badge: Badge,
    /// When and by whom, after the version where that is another than the one that is there.
    pub line: String,
    pub percent: Option<i32>,
    pub moves: bool,
    /// It waits for its time.
    pub planned: bool,
    /// It waits for a person.
    pub waits: bool,
}

/// Where the solution is made: a development environment of the pipeline.
#[derive(Clone)]
pub struct Opens {
    pub label: String,
    pub href: String,
}

impl Opens {
    /// Where a solution is made, if that is the case in one of these environments.
    pub fn of(origins: Vec<(Environment, Option<Sighting>)>) -> Option<Opens> {
        let made = origins
            .into_iter()
            .find_map(|(environment, seen)| Some((environment, seen.filter(|seen| !seen.managed && !seen.system)?)));
        made.map(|(environment, seen)| Opens {
            label: format!("Open in {}", environment.name),
            href: solution_path(environment.id, &seen.unique_name),
        })
    }
}

impl CardView {
    /// Whether something can be deployed to it from here.
    pub fn is_ready(&self) -> bool {
        self.deploy.is_some() && self.opens.is_none() && self.why.is_empty()
    }

    /// Whether the version that Deploy takes is on its way there already, so that its run is what matters.
    pub fn is_under_way(&self) -> bool {
        let open = self.latest.as_ref().filter(|latest| latest.waits || latest.moves || latest.planned);
        open.is_some_and(|latest| self.takes.as_ref() == Some(&latest.version))
    }

    /// Whether there is anything to press.
    pub fn has_acts(&self) -> bool {
        self.deploy.is_some()
            || self.latest.as_ref().is_some_and(|latest| latest.waits || latest.moves || latest.planned)
    }

    /// The card of a stage.
    pub fn of(clock: &Clock, card: &Card, may_run: bool, solution: &str, source: Option<EnvironmentId>) -> CardView {
        let latest = latest(clock, card);
        let seen = card.seen.as_ref();
        let old = seen.filter(|seen| clock.now() - seen.seen_at > FRESH);
        let first = card.stage.previous_stage_id.is_none();
        let mut link =
            format!("/pipelines/{}/stages/{}/runs/new?solution={solution}", card.stage.pipeline_id, card.stage.id);
        if let Some(source) = source {
            link.push_str(&format!("&source={source}"));
        }
        let why = match (first, source) {
            (true, None) => "Deploy to this stage from the solution's page in a development environment.".to_owned(),
            _ => {
                let reason = card.judgement.first_no();
                reason.map(Reason::told).unwrap_or_default()
            }
        };
        let raise = source.filter(|_| card.raises);
        CardView {
            takes: card.version.clone(),
            raise: raise.map(|source| format!("/environments/{source}/solutions/{solution}/version")),
            name: card.stage.name.clone(),
            target: card.target.as_ref().map_or(&card.stage.target.name, |target| &target.name).clone(),
            version: seen.map(|seen| seen.version.clone()).unwrap_or_default(),
            as_of: old.map(|seen| clock.tell(seen.seen_at).relative),
            behind: match card.behind.len() {
                0 => String::new(),
                1 => "1 version behind".to_owned(),
                count => format!("{count} versions behind"),
            },
            active: latest.as_ref().is_some_and(|latest| latest.moves),
            planned: latest.as_ref().is_some_and(|latest| latest.planned),
            latest,
            deploy: may_run.then_some(link),
            why,
            leads: false,
            opens: None,
        }
    }
}

fn latest(clock: &Clock, card: &Card) -> Option<Latest> {
    let run = card.run.as_ref()?;
    let planned = badge::planned(clock, run.state, run.scheduled_for);
    let moves = !run.state.is_final() && !run.state.awaits_deploy() && planned.is_none();
    let waits_for_time = planned.is_some();
    let when = match (planned, moves) {
        (Some(planned), _) => planned,
        (None, true) => clock.took(run.started_at, None),
        (None, false) => clock.tell(run.ended_at.unwrap_or(run.started_at)).relative,
    };
    let by = run.deployed_by_name.as_ref().unwrap_or(&run.started_by_name);
    Some(Latest {
        run: run.id,
        badge: badge::of_state(run.state),
        line: match card.seen.as_ref().is_some_and(|seen| seen.version == run.version) {
            true => format!("{when} · {by}"),
            false => format!("{} · {when} · {by}", run.version),
        },
        version: run.version.clone(),
        percent: card.percent,
        moves,
        planned: waits_for_time,
        waits: run.state == State::ValidationSucceeded,
    })
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
