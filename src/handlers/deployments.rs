//! Run history: all that a person may see (*Deployments*), and a host's (*Run history*).

pub mod matches;

use std::sync::Arc;

use actix_web::web;
use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;

use super::runs::badge::{self, Badge};
use crate::{
    db::Conn,
    error::Error,
    handlers::{clock, visit::Visit},
    id::{EnvironmentId, PersonId, PipelineId, RunId, StageId},
    models::{
        host::SeeHostRuns,
        permit::Permit,
        person::{Person, UseAccount},
        reach::Named,
        run::{Choices, Filter, Pipelines, Row, Scope, history},
    },
    rules::state::State,
    web::{
        layout::Layout,
        respond::Answer,
        time::{self, Clock, Moment},
    },
};

#[derive(Template)]
#[template(path = "deployments/index.html")]
struct Index {
    layout: Layout,
    title: &'static str,
    subtitle: String,
    path: String,
    rows: Vec<RowView>,
    asked: Asked,
    choices: Choices,
    states: Vec<(String, String)>,
    previous: Option<String>,
    next: Option<String>,
}

/// A run as a row.
pub struct RowView {
    pub row: Row,
    pub badge: Badge,
    /// For when it is scheduled, while it is.
    pub planned: Option<String>,
    pub started: Moment,
    /// How long the worker has been at it; empty while it waits for a person or its time.
    pub took: String,
}

/// In which order runs are; a word that makes no sense is the usual one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    Oldest,
    #[default]
    #[serde(other)]
    Newest,
}

/// Where the heading of the times leads to, and how it is in order now.
pub type Heading = Option<(String, &'static str)>;

/// That of a list that is in one order only.
pub const PLAIN: Heading = None;

/// What a history was filtered by; what makes no sense filters nothing.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub pipeline: String,
    #[serde(default)]
    pub stage: String,
    #[serde(default)]
    pub solution: String,
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub person: String,
    #[serde(default)]
    pub since: String,
    #[serde(default)]
    pub until: String,
    #[serde(default)]
    pub order: Order,
    #[serde(default)]
    before: String,
    #[serde(default)]
    after: String,
}

/// `GET /deployments`
pub async fn index(visit: Visit<UseAccount>, asked: web::Query<Asked>) -> Answer {
    let list = |c: &mut Conn, may: Permit<UseAccount>, layout| {
        let scope = Scope::of(may.reach());
        list(c, may.person(), layout, &scope, None, asked.into_inner())
    };
    visit.page_if_changed(list).await
}

/// `GET /hosts/{host}/runs`
pub async fn of_host(visit: Visit<SeeHostRuns>, asked: web::Query<Asked>) -> Answer {
    let list = |c: &mut Conn, may: Permit<SeeHostRuns>, layout| {
        list(c, may.person(), layout, &Scope::All, Some(&may), asked.into_inner())
    };
    visit.page_if_changed(list).await
}

/// Runs as rows.
pub fn rows(clock: &Clock, found: Vec<Row>) -> Vec<RowView> {
    let view = |row: Row| RowView {
        badge: badge::of_state(row.state),
        planned: badge::planned(clock, row.state, row.scheduled_for.as_deref().copied()),
        started: clock.tell(*row.started_at),
        took: match row.state.is_final() || row.state.is_at_work() {
            true => clock.took(*row.started_at, row.ended_at.as_deref().copied()),
            false => String::new(),
        },
        row,
    };
    found.into_iter().map(view).collect()
}

fn list(
    conn: &mut Conn,
    person: &Person,
    layout: Layout,
    scope: &Scope,
    host: Option<&Named<EnvironmentId>>,
    mut asked: Asked,
) -> Result<Index, Error> {
    let clock = clock::of(person);
    let whose = host.map_or("Every deployment".to_owned(), |host| format!("Deployments of {}", host.name));
    let oldest_first = asked.order == Order::Oldest;
    let subtitle = format!("{whose}, {} first.", if oldest_first { "oldest" } else { "newest" });
    let host = host.map(|host| host.id);
    let narrowed = asked.narrowed(conn, scope, host)?;
    let filter = asked.filter(host);
    let (found, more) = history(conn, narrowed.as_ref().unwrap_or(scope), &filter)?;
    let mut choices = Choices::of(conn, person, scope, &filter, &found)?;
    if narrowed.is_some() {
        // What was typed is no choice of a list.
        choices.pipelines = Pipelines::Many(None);
    }
    let path = host.map_or("/deployments".to_owned(), |host| format!("/hosts/{host}/runs"));
    let (newer, older) = (filter.after.is_some(), filter.before.is_some() && filter.after.is_none());
    let (back, on, went_back, went_on) =
        if oldest_first { ("before", "after", older, newer) } else { ("after", "before", newer, older) };
    let has_previous = if went_back { more } else { went_on };
    let has_next = went_back || more;
    let link = |name: &str, run: Option<&Row>| run.map(|run| format!("{path}?{}{name}={}", asked.query(), run.id));
    Ok(Index {
        layout,
        title: if host.is_some() { "Run history" } else { "Deployments" },
        subtitle,
        previous: link(back, found.first()).filter(|_| has_previous),
        next: link(on, found.last()).filter(|_| has_next),
        rows: rows(&clock, found),
        choices,
        states: State::ALL.iter().map(|state| (state.as_str().to_owned(), state.label().to_owned())).collect(),
        path,
        asked,
    })
}

impl Index {
    // Turns the order round, from its first page on.
    fn heading(&self) -> Heading {
        let (order, now) = match self.asked.order {
            Order::Newest => (Order::Oldest, "descending"),
            Order::Oldest => (Order::Newest, "ascending"),
        };
        let turned = Asked { order, ..self.asked.clone() };
        Some((format!("{}?{}", self.path, turned.query()).trim_end_matches(['?', '&']).to_owned(), now))
    }
}

impl Asked {
    /// Whether anything is filtered.
    pub fn is_any(&self) -> bool {
        !Asked { order: Order::Newest, ..self.clone() }.query().is_empty()
    }

    // The pipelines that are meant where a name was typed; one alone is as good as chosen.
    fn narrowed(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        host: Option<EnvironmentId>,
    ) -> Result<Option<Scope>, Error> {
        if self.pipeline.is_empty() || self.pipeline.parse::<PipelineId>().is_ok() {
            return Ok(None);
        }
        let meant = scope.meant(conn, host, &self.pipeline)?;
        if meant.len() == 1 {
            self.pipeline = meant.into_iter().map(|one| one.to_string()).collect();
            return Ok(None);
        }
        Ok(Some(Scope::Some(Arc::new(meant))))
    }

    fn filter(&self, host: Option<EnvironmentId>) -> Filter {
        let start = |day: NaiveDate| -> NaiveDateTime { day.and_time(chrono::NaiveTime::MIN) };
        Filter {
            host,
            pipeline: self.pipeline.parse::<PipelineId>().ok(),
            stage: self.stage.parse::<StageId>().ok(),
            solution: Some(self.solution.clone()).filter(|name| !name.is_empty()),
            state: self.state.parse::<State>().ok(),
            person: self.person.parse::<PersonId>().ok(),
            since: time::day(&self.since).map(start),
            until: time::day(&self.until).and_then(|day| day.succ_opt()).map(start),
            before: self.before.parse::<RunId>().ok(),
            after: self.after.parse::<RunId>().ok(),
            oldest_first: self.order == Order::Oldest,
        }
    }

    // The filters as the start of a query, without the page.
    fn query(&self) -> String {
        let all = [
            ("pipeline", &self.pipeline),
            ("stage", &self.stage),
            ("solution", &self.solution),
            ("state", &self.state),
            ("person", &self.person),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if self.order == Order::Oldest {
            query.append_pair("order", "oldest");
        }
        let query = query.finish();
        if query.is_empty() { query } else { query + "&" }
    }
}
