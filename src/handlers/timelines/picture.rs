//! The picture of a timeline: a lane for each environment, a mark for each deployment, measured in pixels.

use chrono::NaiveDateTime;

use crate::{
    models::{
        run::Row,
        timeline::{Target, Timeline},
    },
    rules::{
        state::State,
        timeline::{Axis, ticks, words},
    },
    web::time::Clock,
};

const WIDTH: u32 = 912;
const LANE: u32 = 84;
/// What is free left and right, so that a mark at the border is whole.
const MARGIN: u32 = 14;
/// How far below the top of a lane its line is.
const LINE: u32 = 56;
/// How far below its line stands what failed: nothing hides what was tried again soon after.
const BELOW: u32 = 16;
/// What the days below need.
const FOOT: u32 = 28;
/// How wide a character is at most, about.
const CHARACTER: u32 = 8;
/// Days that are named, at most.
const TICKS: usize = 14;

/// All of it.
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub lanes: Vec<Lane>,
    pub ticks: Vec<Tick>,
}

/// An environment.
pub struct Lane {
    pub environment: String,
    pub stage: String,
    /// How far down its name and its line are.
    pub name_y: u32,
    pub line_y: u32,
    /// Oldest first: a newer one lies above an older one.
    pub marks: Vec<Mark>,
}

/// A deployment.
pub struct Mark {
    pub href: String,
    pub title: String,
    pub failed: bool,
    pub x: u32,
    pub y: u32,
    /// Its version, where there is room: the middle of the text.
    pub word: Option<(u32, String)>,
}

/// A day that is named.
pub struct Tick {
    pub x: u32,
    pub label: String,
}

impl Picture {
    /// What ended from an instant until now.
    pub fn of(timeline: &Timeline, since: NaiveDateTime, clock: &Clock) -> Picture {
        let axis = Axis::new(since, clock.now(), WIDTH - 2 * MARGIN);
        let lanes = (0..).step_by(LANE as usize).zip(&timeline.targets);
        let lanes: Vec<Lane> = lanes.map(|(top, target)| Lane::of(target, top, &axis, clock)).collect();
        let days = ticks(clock.day(since), clock.day(clock.now()), TICKS);
        let starts = days.into_iter().filter_map(|day| clock.start_of(day));
        Picture {
            width: WIDTH,
            height: LANE * u32::try_from(lanes.len()).unwrap_or_default() + FOOT,
            ticks: starts.map(|at| Tick { x: MARGIN + axis.at(at), label: clock.short_date(at) }).collect(),
            lanes,
        }
    }

    /// Where the lanes end and the days begin.
    pub fn floor(&self) -> u32 {
        self.height - FOOT
    }
}

impl Lane {
    fn of(target: &Target, top: u32, axis: &Axis, clock: &Clock) -> Lane {
        let mut marks: Vec<Mark> = target.runs.iter().map(|run| Mark::of(run, top, axis, clock)).collect();
        let wide = |version: &str| CHARACTER * u32::try_from(version.chars().count() + 1).unwrap_or(WIDTH);
        let succeeded = |mark: &&mut Mark| !mark.failed;
        let versions: Vec<&String> =
            target.runs.iter().filter(|run| run.state != State::Failed).map(|run| &run.version).collect();
        let places: Vec<_> =
            marks.iter_mut().filter(succeeded).zip(&versions).map(|(mark, version)| (mark.x, wide(version))).collect();
        let said = words(&places, WIDTH).into_iter().zip(versions);
        for (mark, (x, version)) in marks.iter_mut().filter(succeeded).zip(said) {
            mark.word = x.map(|x| (x, version.clone()));
        }
        marks.reverse();
        Lane {
            environment: target.environment.name.clone(),
            stage: target.stage.name.clone(),
            name_y: top + 16,
            line_y: top + LINE,
            marks,
        }
    }
}

impl Mark {
    fn of(run: &Row, top: u32, axis: &Axis, clock: &Clock) -> Mark {
        let (ended, failed) = (run.ended_at.unwrap_or(run.started_at), run.state == State::Failed);
        Mark {
            href: format!("/runs/{}", run.id),
            title: format!("{} {}, {}", run.version, run.state.label(), clock.tell(*ended).exact),
            failed,
            x: MARGIN + axis.at(*ended),
            y: top + LINE + if failed { BELOW } else { 0 },
            word: None,
        }
    }
}
