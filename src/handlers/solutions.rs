//! The solutions of an environment, as they were last seen.

pub mod contents;
pub mod new;
pub mod overview;
mod sorting;

use actix_session::Session;
use actix_web::{http::header, web};
use askama::Template;
use serde::Deserialize;

use self::sorting::{Column, Sorting};
use super::{by_hand::Hand, operations::Row as OperationRow};
use crate::{
    db,
    error::Error,
    handlers::{clock, visit::Visit},
    id::EnvironmentId,
    models::{
        environment::{Environment, ViewEnvironment},
        person::UseAccount,
        sighting::Sighting,
    },
    rules::rights::EnvironmentRole,
    web::{
        address,
        errors::is_partial,
        layout::Layout,
        respond::{Answer, page, see_other},
        time::{Clock, Moment},
    },
};

/// The session's name for the environment whose solutions were last looked at.
const LAST: &str = "environment";
/// How many solutions a page lists.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "solutions/nowhere.html")]
struct Nowhere {
    layout: Layout,
    may_add: bool,
}

#[derive(Template)]
#[template(path = "solutions/index.html", blocks = ["listing"])]
struct Index {
    layout: Layout,
    environment: Environment,
    hand: Hand,
    operations: Vec<OperationRow>,
    rows: Vec<Row>,
    q: String,
    sorting: Sorting,
    total: usize,
    as_of: Option<Moment>,
    here: String,
    previous: Option<String>,
    next: Option<String>,
}

struct Row {
    path: String,
    seen: Sighting,
    modified: Moment,
}

/// What a list is narrowed to.
#[derive(Debug, Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

/// `GET /solutions`
pub async fn home(visit: Visit<UseAccount>) -> Answer {
    let (all, nowhere) = visit
        .read(|c, may, layout| {
            let all = Environment::with_role(c, may.reach(), EnvironmentRole::BasicUser)?;
            Ok((all, Nowhere { layout, may_add: may.system_administrator }))
        })
        .await?;
    let last = visit.remembers::<EnvironmentId>(LAST);
    let last = all.iter().find(|environment| Some(environment.id) == last);
    match last.or(all.first()) {
        Some(environment) => see_other(list_path(environment.id)),
        None => page(nowhere),
    }
}

/// `GET /environments/{environment}/solutions`
pub async fn index(visit: Visit<ViewEnvironment>, session: Session, filter: web::Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let index = visit
        .read(move |c, may, layout| {
            let clock = clock::of(may.person());
            let hand = Hand::of(c, &may)?;
            let operations = OperationRow::all(c, &may, may.person())?;
            let seen = Sighting::all(c, may.id)?;
            let environment = may.into_subject().environment;
            Ok(Index::new(layout, environment, (hand, operations), seen, filter, &clock))
        })
        .await?;
    let here = index.environment.id;
    // Written only when it changes: each change of a session is a write to the database.
    if visit.remembers(LAST) != Some(here) {
        session.insert(LAST, here).map_err(|e| Error::internal(e.to_string()))?;
    }
    let mut answer = if is_partial(visit.request()) { page(index.as_listing()) } else { page(index) }?;
    answer.headers_mut().append(header::VARY, header::HeaderValue::from_static("HX-Request-Type"));
    Ok(answer)
}

impl Index {
    fn new(
        layout: Layout,
        environment: Environment,
        (hand, operations): (Hand, Vec<OperationRow>),
        mut seen: Vec<Sighting>,
        Filter { q, sort, page: number }: Filter,
        clock: &Clock,
    ) -> Index {
        let as_of = seen.iter().map(|one| one.seen_at).min().map(|at| clock.tell(at));
        let total = seen.len();
        let wanted = db::fold(&q);
        seen.retain(|one| {
            db::fold(&one.display_name).contains(&wanted) || db::fold(&one.unique_name).contains(&wanted)
        });
        let sorting = Sorting::of(&sort);
        sorting.sort(&mut seen);
        let last = seen.len().div_ceil(PAGE).max(1);
        let number = number.parse().unwrap_or(1).clamp(1, last);
        let path = |number: usize| page_path(environment.id, &q, sorting, number);
        let rows = seen.into_iter().skip((number - 1) * PAGE).take(PAGE);
        Index {
            rows: rows.map(|seen| Row::new(seen, clock)).collect(),
            here: path(number),
            previous: (number > 1).then(|| path(number - 1)),
            next: (number < last).then(|| path(number + 1)),
            layout,
            environment,
            hand,
            operations,
            q,
            sorting,
            total,
            as_of,
        }
    }

    /// The columns that it can be sorted by, each with where that leads and in which order it is now.
    fn headings(&self) -> Vec<(&'static str, String, Option<&'static str>)> {
        let heading = |column: &Column| {
            let there = page_path(self.environment.id, &self.q, self.sorting.pressed(*column), 1);
            (column.label(), there, self.sorting.aria(*column))
        };
        Column::ALL.iter().map(heading).collect()
    }

    fn is_busy(&self) -> bool {
        self.operations.iter().any(OperationRow::is_open)
    }
}

impl Row {
    fn new(seen: Sighting, clock: &Clock) -> Row {
        let path = solution_path(seen.environment_id, &seen.unique_name);
        Row { path, modified: clock.tell(seen.modified_at), seen }
    }
}

/// Where the solutions of an environment are listed.
pub fn list_path(environment: EnvironmentId) -> String {
    format!("/environments/{environment}/solutions")
}

/// Where a solution's own page is.
pub fn solution_path(environment: EnvironmentId, unique_name: &str) -> String {
    format!("/environments/{environment}/solutions/{}", address::part(unique_name))
}

fn page_path(environment: EnvironmentId, q: &str, sorting: Sorting, number: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !q.is_empty() {
        query.append_pair("q", q);
    }
    if !sorting.word().is_empty() {
        query.append_pair("sort", &sorting.word());
    }
    if number > 1 {
        query.append_pair("page", &number.to_string());
    }
    match query.finish() {
        query if query.is_empty() => list_path(environment),
        query => format!("{}?{query}", list_path(environment)),
    }
}
