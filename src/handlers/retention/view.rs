//! What settings mean, as the page shows it.

use super::asked::{Asked, path_of_list};
use crate::{
    db::Conn,
    error::Error,
    id::ArtifactId,
    models::retention::{
        preview::{Preview, Row, Sum},
        removal::Retired,
    },
    rules::retention::{Policy, Reason},
    web::time::{Clock, Moment},
};

/// What goes and what stays, counted, and one page of either.
pub struct PreviewView {
    pub goes: String,
    pub stays: String,
    pub any_goes: bool,
    /// How many stay for each kind of reason.
    pub why: Vec<(&'static str, usize)>,
    pub staying: bool,
    pub path_of_going: String,
    pub path_of_staying: String,
    pub rows: Vec<RowView>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// An artifact as a row.
pub struct RowView {
    pub row: Row,
    pub size: String,
    pub last_used: Moment,
    pub reasons: Vec<String>,
}

/// An artifact that can be brought back.
pub struct ReturnView {
    pub retired: Retired,
    pub when: Moment,
}

impl PreviewView {
    /// What this policy means now.
    pub fn read(conn: &mut Conn, clock: &Clock, policy: Policy, asked: &Asked) -> Result<PreviewView, Error> {
        let window = asked.window();
        let preview = Preview::of(conn, policy, window)?;
        let path = path_of_list(policy, window.staying);
        let link = |side: &str, row: Option<&Row>| row.map(|row| format!("{path}&{side}={}", row.id));
        Ok(PreviewView {
            goes: sum(clock, preview.goes),
            stays: sum(clock, preview.stays),
            any_goes: preview.goes.count > 0,
            why: preview.why.iter().map(|(why, count)| (why.label(), *count)).collect(),
            staying: window.staying,
            path_of_going: path_of_list(policy, false),
            path_of_staying: path_of_list(policy, true),
            previous: link("before", preview.rows.front()).filter(|_| preview.has_earlier),
            next: link("after", preview.rows.back()).filter(|_| preview.has_later),
            rows: preview.rows.into_iter().map(|row| RowView::of(clock, row)).collect(),
        })
    }
}

impl RowView {
    fn of(clock: &Clock, row: Row) -> RowView {
        RowView {
            size: clock.locale.bytes(row.bytes),
            last_used: clock.tell(row.last_used),
            reasons: row.reasons.iter().map(Reason::sentence).collect(),
            row,
        }
    }
}

impl ReturnView {
    /// An artifact as it was retired.
    pub fn of(clock: &Clock, retired: Retired) -> ReturnView {
        ReturnView { when: clock.tell(retired.retired_at), retired }
    }

    /// Where it is brought back.
    pub fn path(&self) -> String {
        let id: ArtifactId = self.retired.id;
        format!("{}/packages/{id}/return", super::PATH)
    }
}

/// How many versions, and the size of their packages.
pub fn sum(clock: &Clock, sum: Sum) -> String {
    let versions = if sum.count == 1 { "1 version".to_owned() } else { format!("{} versions", sum.count) };
    match sum.count {
        0 => "Nothing".to_owned(),
        _ => format!("{versions}, {}", clock.locale.bytes(sum.bytes)),
    }
}
