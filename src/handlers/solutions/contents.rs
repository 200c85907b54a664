//! What a solution holds and needs, as its environment says now: the last part of the solution's own page, and a page of its
//! own where no scripts run.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;

use crate::{
    app::App,
    db,
    error::Error,
    handlers::{clock, live, solutions::solution_path, visit::Visit},
    models::{
        environment::{Environment, ViewEnvironment},
        sighting::Sighting,
    },
    package::{Component, checks::VariableKind},
    platform::{Requirement, SolutionDetails},
    web::{
        errors::is_partial,
        html::Html,
        layout::Layout,
        respond::{Answer, fragment, page},
        time::{Clock, Moment},
    },
};

/// How many components of one kind are listed.
const LISTED: usize = 500;
/// Up to how many components of one kind are shown without being asked for.
const OPEN: usize = 8;
/// The kinds that have tables of their own on the page.
const TOLD_BELOW: [&str; 2] = ["Connection reference", "Environment variable"];

#[derive(Template)]
#[template(path = "solutions/contents.html", blocks = ["contents"])]
struct Show {
    layout: Layout,
    environment: Environment,
    here: String,
    seen: Sighting,
    as_of: Moment,
    /// What the environment says, or why it says nothing.
    contents: Result<Contents, String>,
}

/// A solution with all that it holds.
struct Contents {
    solution: SolutionDetails,
    groups: Vec<Group>,
    installed: Moment,
    modified: Moment,
}

/// The components of one kind.
struct Group {
    kind: String,
    count: usize,
    components: Vec<Component>,
}

/// `GET /environments/{environment}/solutions/{solution}/contents`
pub async fn show(visit: Visit<ViewEnvironment>, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let name = path.into_inner().1;
    let partial = is_partial(visit.request());
    let known = visit.read(move |c, may, layout| {
        let seen = Sighting::of(c, may.id, &name)?.ok_or(Error::NotFound)?;
        let clock = clock::of(may.person());
        Ok((layout, may.into_subject().environment, seen, clock))
    });
    let (layout, environment, seen, clock) = known.await?;
    let contents = match live::solution(&app, &environment, &seen.unique_name).await {
        Ok(solution) => Ok(Contents::of(solution, &clock)),
        Err(Error::Conflict(why)) => Err(why),
        Err(Error::NotFound) => Err(format!("{} is not in {} any more.", seen.display_name, environment.name)),
        Err(other) => return Err(other),
    };
    let (here, as_of) = (solution_path(environment.id, &seen.unique_name), clock.tell(seen.seen_at));
    let show = Show { layout, environment, here, seen, as_of, contents };
    if partial { fragment(Html::of(show.as_contents())?) } else { page(show) }
}

impl Show {
    // Where the solution is shown that brings what is needed, and what it is called, where it is here.
    fn source<'a>(&self, need: &'a Requirement) -> Option<(String, &'a str)> {
        Some((solution_path(self.environment.id, need.solution.as_deref()?), need.solution_name.as_deref()?))
    }
}

impl Contents {
    fn of(solution: SolutionDetails, clock: &Clock) -> Contents {
        Contents {
            groups: groups(&solution.components),
            installed: clock.tell(solution.installed_at),
            modified: clock.tell(solution.summary.modified_at),
            solution,
        }
    }
}

impl Group {
    fn is_open(&self) -> bool {
        self.count <= OPEN && !TOLD_BELOW.contains(&self.kind.as_str())
    }

    fn more(&self) -> usize {
        self.count - self.components.len()
    }
}

fn groups(components: &[Component]) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
    for component in components {
        groups.entry(&component.kind_name).or_default().push(component);
    }
    let group = |(kind, mut components): (&str, Vec<&Component>)| {
        components.sort_by_cached_key(|component| db::fold(label(component)));
        let count = components.len();
        let components = components.into_iter().take(LISTED).cloned().collect();
        Group { kind: kind.to_owned(), count, components }
    };
    groups.into_iter().map(group).collect()
}

fn label(component: &Component) -> &str {
    component.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&component.name)
}

// Names that only machines read, and those that stand beside already, say nothing to people.
fn says_more(component: &Component) -> bool {
    component.name != label(component) && uuid::Uuid::try_parse(&component.name).is_err()
}

fn kind(kind: &VariableKind) -> &'static str {
    match kind {
        VariableKind::Text => "Text",
        VariableKind::Number => "Number",
        VariableKind::YesNo => "Yes/No",
        VariableKind::Json => "JSON",
        VariableKind::DataSource => "Data source",
        VariableKind::Secret => "Secret (reference to a vault)",
    }
}
