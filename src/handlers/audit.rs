//! The audit log of the tenant, for system administrators: page by page, by what is looked for, and as a file.

mod asked;
pub mod exports;

use std::{borrow::Cow, collections::HashMap};

use actix_web::web;
use askama::Template;

pub use asked::Asked;

use exports::Format;

use crate::{
    db::{Conn, Db},
    error::Error,
    handlers::clock,
    models::{
        audit::{
            Kind, NOBODY, Verb,
            log::{self, Told},
        },
        deployment_environment::DeploymentEnvironment,
        permit::{AdministerTenant, Permit},
        person::Person,
    },
    web::{
        layout::Layout,
        respond::{Answer, invalid, page},
        time::{Clock, Moment},
    },
};

/// Where the log is.
const PATH: &str = "/admin/audit";
/// Entries on one page.
const PAGE: usize = 50;

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "audit/index.html")]
struct Index {
    layout: Layout,
    rows: Vec<RowView>,
    asked: Asked,
    /// What is wrong with what was asked for; empty where nothing is.
    problem: String,
    people: Options,
    kinds: Options,
    verbs: Options,
    formats: &'static [Format],
    previous: Option<String>,
    next: Option<String>,
}

/// An entry as a row.
struct RowView {
    told: Told,
    verb: String,
    kind: String,
    when: Moment,
    /// To the second, so that one sees what came first.
    at: String,
    /// The page of what it was done to, where there is one.
    path: Option<String>,
}

impl RowView {
    fn says_more(&self) -> bool {
        !self.told.changes.is_empty() || !self.told.detail.is_empty()
    }
}

// Of the hash of a package nobody reads more than the ends.
fn short(value: &str) -> Cow<'_, str> {
    let hash = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hash { format!("{}…{}", &value[..8], &value[60..]).into() } else { value.into() }
}

/// `GET /admin/audit`
pub async fn index(may: Permit<AdministerTenant>, db: Db, layout: Layout, asked: web::Query<Asked>) -> Answer {
    let (person, asked) = (may.person().clone(), asked.into_inner());
    let index = db.read(move |c| Index::read(c, layout, &person, asked)).await?;
    if index.problem.is_empty() { page(index) } else { invalid(index) }
}

impl Index {
    fn read(conn: &mut Conn, layout: Layout, person: &Person, asked: Asked) -> Result<Index, Error> {
        let clock = clock::of(person);
        let (filter, problem) = match asked.filter(&clock) {
            Ok(filter) => (Some(filter), String::new()),
            Err(problem) => (None, problem),
        };
        let (found, more) = match &filter {
            Some(filter) => log::read(conn, filter, PAGE)?,
            None => Default::default(),
        };
        let backwards = !asked.after.is_empty();
        let has_newer = if backwards { more } else { !asked.before.is_empty() };
        let has_older = backwards || more;
        let link = |name: &str, told: Option<&Told>| told.map(|told| asked.path_of_page(name, told.id));
        let (previous, next) = (link("after", found.first()), link("before", found.last()));
        let people = Person::all(conn)?.into_iter().map(|person| (person.id.to_string(), person.name));
        let nobody = NOBODY.iter().map(|name| ((*name).to_owned(), (*name).to_owned()));
        Ok(Index {
            layout,
            rows: rows(conn, &clock, found)?,
            problem,
            people: nobody.chain(people).collect(),
            kinds: Kind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect(),
            verbs: verbs(),
            formats: Format::ALL,
            previous: previous.filter(|_| has_newer),
            next: next.filter(|_| has_older),
            asked,
        })
    }
}

fn rows(conn: &mut Conn, clock: &Clock, found: Vec<Told>) -> Result<Vec<RowView>, Error> {
    let records = found.iter().filter(|told| told.kind == Kind::DeploymentEnvironment.as_str());
    let records: Vec<_> = records.filter_map(|told| told.subject_id.parse().ok()).collect();
    let hosts = DeploymentEnvironment::hosts_of(conn, &records)?;
    let hosts: HashMap<String, String> =
        hosts.into_iter().map(|(record, host)| (record.to_string(), host.to_string())).collect();
    let view = |told: Told| RowView {
        verb: told.verb(),
        kind: told.kind(),
        when: clock.tell(told.at),
        at: clock.to_the_second(told.at),
        path: path_of(&told, &hosts),
        told,
    };
    Ok(found.into_iter().map(view).collect())
}

fn verbs() -> Options {
    let mut verbs: Options = Verb::ALL.iter().map(|verb| (verb.as_str().to_owned(), verb.label().to_owned())).collect();
    verbs.sort_by(|one, other| one.1.cmp(&other.1));
    verbs
}

// Operations by hand and connections have no page that lasts.
fn path_of(told: &Told, hosts: &HashMap<String, String>) -> Option<String> {
    let id = &told.subject_id;
    match told.kind.parse().ok()? {
        Kind::Person => Some(format!("/admin/people/{id}")),
        Kind::Group => Some(format!("/admin/groups/{id}")),
        Kind::Environment => Some(format!("/admin/environments/{id}")),
        Kind::Host => Some(format!("/hosts/{id}/settings")),
        Kind::DeploymentEnvironment => hosts.get(id).map(|host| format!("/hosts/{host}/environments/{id}")),
        Kind::Pipeline => Some(format!("/pipelines/{id}")),
        Kind::Run => Some(format!("/runs/{id}")),
        Kind::Solution | Kind::Connection | Kind::Package | Kind::Tenant => None,
    }
}
