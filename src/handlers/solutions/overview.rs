//! A solution's own page: what it is, what it holds, what it needs.

use actix_web::{
    http::header::{HeaderValue, VARY},
    web,
};
use askama::Template;

use crate::{
    app::App,
    db::{self, Conn},
    error::Error,
    handlers::{
        by_hand::Hand,
        clock, live,
        operations::Row as OperationRow,
        solution_pipelines::{self, Board, Extent, card::SourceCard},
        solutions::solution_path,
        visit::Visit,
    },
    models::{
        environment::{self, Environment, ViewEnvironment},
        permit::Permit,
        person::Person,
        seen_pipeline::SeenPipeline,
        sighting::Sighting,
    },
    package::{Component, checks::VariableKind},
    platform::{Requirement, SolutionDetails},
    web::{
        errors::is_partial,
        layout::Layout,
        respond::{Answer, page},
        time::Moment,
    },
};

/// How many components of one kind are listed.
const LISTED: usize = 500;
/// Up to how many components of one kind are shown without being asked for.
const OPEN: usize = 8;
/// The kinds that have tables of their own on the page.
const TOLD_BELOW: [&str; 2] = ["Connection reference", "Environment variable"];

#[derive(Template)]
#[template(path = "solutions/show.html", blocks = ["overview"])]
struct Show {
    layout: Layout,
    environment: Environment,
    hand: Hand,
    operations: Vec<OperationRow>,
    here: String,
    source_card: Option<SourceCard>,
    /// The stages of the first pipeline that starts here, where the person sees one.
    board: Option<Board>,
    solution: SolutionDetails,
    groups: Vec<Group>,
    installed: Moment,
    modified: Moment,
}

#[derive(Template)]
#[template(path = "solutions/unreachable.html")]
struct Unreachable {
    layout: Layout,
    environment: Environment,
    here: String,
    why: String,
    seen: Sighting,
    as_of: Moment,
}

/// The components of one kind.
struct Group {
    kind: String,
    count: usize,
    components: Vec<Component>,
}

/// What is known of a solution without asking its environment.
struct Known {
    layout: Layout,
    seen: environment::Seen,
    person: Person,
    hand: Hand,
    operations: Vec<OperationRow>,
    sighting: Option<Sighting>,
    stages: Option<(SourceCard, Board)>,
}

/// `GET /environments/{environment}/solutions/{solution}`
pub async fn show(visit: Visit<ViewEnvironment>, app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let name = path.into_inner().1;
    let partial = is_partial(visit.request());
    let of = name.clone();
    let known = visit.read(move |c, may, layout| Known::read(c, may, layout, &of)).await?;
    let (environment, clock) = (known.seen.environment, clock::of(&known.person));
    match live::platform(&app, &environment).solution(environment.id, &name).await {
        Ok(None) => Err(Error::NotFound),
        Err(error) => {
            let seen = known.sighting.filter(|_| !partial).ok_or_else(|| Error::Conflict(live::words(&error)))?;
            let (here, why) = (solution_path(environment.id, &seen.unique_name), live::words(&error));
            let as_of = clock.tell(seen.seen_at);
            page(Unreachable { layout: known.layout, environment, here, why, seen, as_of })
        }
        Ok(Some(solution)) => {
            let (source_card, board) = known.stages.unzip();
            let here = solution_path(environment.id, &solution.summary.unique_name);
            let mut operations = known.operations;
            operations.retain(|operation| operation.solution.eq_ignore_ascii_case(&solution.summary.unique_name));
            let show = Show {
                layout: known.layout,
                environment,
                hand: known.hand,
                operations,
                here,
                source_card,
                board,
                groups: groups(&solution.components),
                installed: clock.tell(solution.installed_at),
                modified: clock.tell(solution.summary.modified_at),
                solution,
            };
            let mut answer = if partial { page(show.as_overview()) } else { page(show) }?;
            answer.headers_mut().append(VARY, HeaderValue::from_static("HX-Request-Type"));
            Ok(answer)
        }
    }
}

impl Known {
    fn read(conn: &mut Conn, may: Permit<ViewEnvironment>, layout: Layout, name: &str) -> Result<Known, Error> {
        let (at, person) = (&may.environment, may.person().clone());
        let (hand, operations) = (Hand::of(conn, &may)?, OperationRow::all(conn, at, &person)?);
        // What has been seen of it is enough to know where it can go.
        let fitting = SeenPipeline::from_source(conn, may.reach(), at.id)?;
        let first = fitting.first();
        let (sighting, situation) = solution_pipelines::found(conn, may.reach(), first, at.id, name)?.unzip();
        let stages = match (first, &sighting, situation.flatten()) {
            (Some(pipeline), Some(seen), Some(situation)) if !seen.managed && !seen.system => {
                let board = solution_pipelines::of_source(conn, pipeline, situation, seen, Extent::Cards)?;
                Some((SourceCard::of(at, seen, &clock::of(&person)), board))
            }
            _ => None,
        };
        Ok(Known { layout, person, hand, operations, sighting, stages, seen: may.into_subject() })
    }
}

impl Show {
    /// Whether it can be exported, and so deployed.
    fn is_source(&self) -> bool {
        !self.solution.summary.managed && !self.solution.summary.system
    }

    fn is_managed(&self) -> bool {
        self.solution.summary.managed
    }

    fn is_system(&self) -> bool {
        self.solution.summary.system
    }

    /// Whether Deploy leads to the pipelines, where no stages are shown here.
    fn leads_on(&self) -> bool {
        self.is_source() && self.hand.may_change && self.board.is_none()
    }

    fn is_busy(&self) -> bool {
        self.operations.iter().any(OperationRow::is_open)
    }

    fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    // Where the solution is shown that brings what is needed, and what it is called, where it is here.
    fn source<'a>(&self, need: &'a Requirement) -> Option<(String, &'a str)> {
        Some((solution_path(self.environment.id, need.solution.as_deref()?), need.solution_name.as_deref()?))
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
    let mut groups: std::collections::BTreeMap<&str, Vec<&Component>> = Default::default();
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
