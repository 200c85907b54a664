//! A solution's own page: what it is and where it can go. What it holds follows, as only its environment knows that.

use actix_web::web;
use askama::Template;

use crate::{
    db::Conn,
    error::Error,
    handlers::{
        by_hand::Hand,
        clock,
        operations::Row as OperationRow,
        solution_pipelines::{self, Board, Extent, card::SourceCard},
        solutions::solution_path,
        visit::Visit,
    },
    models::{
        environment::{Environment, ViewEnvironment},
        permit::Permit,
        seen_pipeline::SeenPipeline,
        sighting::Sighting,
    },
    web::{
        errors::is_partial,
        html::Html,
        layout::Layout,
        respond::{Answer, fragment, html},
    },
};

#[derive(Template)]
#[template(path = "solutions/show.html", blocks = ["overview"])]
struct Show {
    layout: Layout,
    environment: Environment,
    hand: Hand,
    operations: Vec<OperationRow>,
    here: String,
    seen: Sighting,
    source_card: Option<SourceCard>,
    /// The stages of the first pipeline that starts here, where the person sees one.
    board: Option<Board>,
    /// Whether it is fetched again for a page that shows it already, and what the solution holds.
    again: bool,
}

/// `GET /environments/{environment}/solutions/{solution}`
pub async fn show(visit: Visit<ViewEnvironment>, path: web::Path<(String, String)>) -> Answer {
    let name = path.into_inner().1;
    let again = is_partial(visit.request());
    let show = visit.read(move |c, may, layout| {
        let show = Show::read(c, may, layout, &name, again)?;
        if again { Html::of(show.as_overview()) } else { Html::of(show) }
    });
    let show = show.await?;
    if again { fragment(show) } else { html(show) }
}

impl Show {
    fn read(
        conn: &mut Conn,
        may: Permit<ViewEnvironment>,
        layout: Layout,
        name: &str,
        again: bool,
    ) -> Result<Show, Error> {
        let (at, person) = (&may.environment, may.person());
        let fitting = SeenPipeline::from_source(conn, may.reach(), at.id)?;
        let first = fitting.first();
        let found = solution_pipelines::found(conn, may.reach(), first, at.id, name)?;
        let (seen, situation) = found.ok_or(Error::NotFound)?;
        let (source_card, board) = match (first, situation) {
            (Some(pipeline), Some(situation)) if !seen.managed && !seen.system => {
                let board = solution_pipelines::of_source(conn, pipeline, situation, &seen, Extent::Cards)?;
                (Some(SourceCard::of(at, &seen, &clock::of(person))), Some(board))
            }
            _ => (None, None),
        };
        let mut operations = OperationRow::all(conn, at, person)?;
        operations.retain(|operation| operation.solution.eq_ignore_ascii_case(&seen.unique_name));
        Ok(Show {
            layout,
            hand: Hand::of(conn, &may)?,
            operations,
            here: solution_path(at.id, &seen.unique_name),
            seen,
            source_card,
            board,
            again,
            environment: may.into_subject().environment,
        })
    }

    /// Whether it can be exported, and so deployed.
    fn is_source(&self) -> bool {
        !self.seen.managed && !self.seen.system
    }

    fn is_managed(&self) -> bool {
        self.seen.managed
    }

    fn is_system(&self) -> bool {
        self.seen.system
    }

    /// Whether Deploy leads to the pipelines, where no stages are shown here.
    fn leads_on(&self) -> bool {
        self.is_source() && self.hand.may_change && self.board.is_none()
    }

    fn is_busy(&self) -> bool {
        self.operations.iter().any(OperationRow::is_open)
    }
}
