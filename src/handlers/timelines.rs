//! The timeline of one solution: what a pipeline brought to its environments, and when.

mod picture;

use std::cmp::Reverse;

use actix_web::web;
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};
use serde::Deserialize;

use self::picture::Picture;
use super::runs::badge::{self, Badge};
use crate::{
    db,
    error::Error,
    handlers::{clock, visit::Visit},
    id::PipelineId,
    models::{
        person::UseAccount,
        run::Row,
        seen_pipeline::SeenPipeline,
        timeline::{self, Known, Timeline},
    },
    web::{
        address,
        layout::Layout,
        respond::Answer,
        time::{Clock, Moment},
    },
};

/// How many days back one can look, and how many one does at first.
const DAYS: [u16; 3] = [30, 90, 365];
const USUAL: u16 = 90;

#[derive(Template)]
#[template(path = "timelines/show.html")]
struct Show {
    layout: Layout,
    unique_name: String,
    name: String,
    /// Keys and names of the pipelines that know the solution.
    pipelines: Vec<(String, String)>,
    pipeline: String,
    days: u16,
    picture: Picture,
    events: Vec<Event>,
    /// How many are told, where there are more.
    cut: Option<usize>,
}

/// A deployment that ended.
struct Event {
    row: Row,
    badge: Badge,
    ended: Moment,
}

/// What is asked for; what makes no sense is as if nothing were said.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    pipeline: String,
    #[serde(default)]
    days: String,
}

/// Where the timeline of a solution in a pipeline is.
pub fn timeline_path(unique_name: &str, pipeline: impl std::fmt::Display) -> String {
    format!("/matrix/{}?pipeline={pipeline}", address::part(unique_name))
}

/// `GET /matrix/{solution}`
pub async fn show(visit: Visit<UseAccount>, path: web::Path<String>, asked: web::Query<Asked>) -> Answer {
    let (key, asked) = (db::fold(&path), asked.into_inner());
    let show = visit.page(move |c, may, layout| {
        let visible = SeenPipeline::visible_to(c, may.reach())?;
        let knowing = Known::among(c, may.reach(), visible, &key)?;
        let known = &knowing.pipelines;
        let wanted = asked.pipeline.parse::<PipelineId>().ok();
        let chosen = known.iter().find(|one| Some(one.pipeline.id) == wanted).or(known.first());
        let chosen = chosen.ok_or(Error::NotFound)?;
        let clock = clock::of(may.person());
        let since = asked.since(&clock);
        let timeline = Timeline::of(c, may.reach(), &knowing, chosen.pipeline.id, &key, since)?;
        Ok(Show {
            layout,
            picture: Picture::of(&timeline, since, &clock),
            pipelines: known.iter().map(|one| (one.pipeline.id.to_string(), one.pipeline.name.clone())).collect(),
            pipeline: chosen.pipeline.id.to_string(),
            days: asked.days(),
            cut: timeline.cut.then_some(timeline::MOST),
            name: timeline.display_name.clone(),
            unique_name: timeline.unique_name.clone(),
            events: events(timeline, &clock),
        })
    });
    show.await
}

impl Asked {
    fn days(&self) -> u16 {
        let asked = self.days.parse().ok();
        DAYS.into_iter().find(|days| Some(*days) == asked).unwrap_or(USUAL)
    }

    // The day begins where the person is.
    fn since(&self, clock: &Clock) -> NaiveDateTime {
        let ago = clock.now() - TimeDelta::days(self.days().into());
        clock.start_of(clock.day(ago)).unwrap_or(ago)
    }
}

impl Show {
    fn path(&self, days: &u16) -> String {
        format!("{}&days={days}", timeline_path(&self.unique_name, &self.pipeline))
    }

    // Where one could see more.
    fn longer(&self) -> Option<String> {
        DAYS.iter().find(|days| **days > self.days).map(|days| self.path(days))
    }
}

// Newest first.
fn events(timeline: Timeline, clock: &Clock) -> Vec<Event> {
    let mut rows: Vec<Row> = timeline.targets.into_iter().flat_map(|target| target.runs).collect();
    rows.sort_unstable_by_key(|row| Reverse((row.ended_at, row.id)));
    let event = |row: Row| Event {
        badge: badge::of_state(row.state),
        ended: clock.tell(*row.ended_at.unwrap_or(row.started_at)),
        row,
    };
    rows.into_iter().map(event).collect()
}
