//! The audit log as a file: CSV for spreadsheets, JSON lines for programs; sent as it is read.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, ContentDisposition, DispositionParam, DispositionType},
    web::Bytes,
};
use futures_util::stream::{self, TryStreamExt};
use serde::Serialize;

use super::Asked;
use crate::{
    db::{self, Conn, Db},
    error::Error,
    handlers::clock,
    id::{PersonId, RowId},
    models::{
        audit::{
            Change,
            log::{self, Filter, Told},
        },
        permit::{AdministerTenant, Permit},
    },
    rules::words,
    web::{
        csv,
        forms::{Form, NAME},
        respond::Answer,
    },
};

/// Entries that are held in memory at once.
const PORTION: usize = 500;

/// A form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

words!(Format {
    Csv = "csv", "CSV";
    JsonLines = "jsonl", "JSON lines";
});

/// `POST /admin/audit/exports`
pub async fn create(may: Permit<AdministerTenant>, db: Db, mut form: Form) -> Answer {
    let Some(format) = form.choice::<Format>("format") else {
        return Err(Error::BadRequest("Choose CSV or JSON lines.".into()));
    };
    let too_long = || Error::BadRequest("The log is filtered by short, plain texts. Shorten them.".into());
    let asked = asked(&mut form).ok_or_else(too_long)?;
    let clock = clock::of(may.person());
    let filter = asked.filter(&clock).map_err(Error::BadRequest)?;
    let day = clock.day(db::now());
    let newest = db.write(move |c| exported(c, &may, format, &asked)).await?;
    let name = format!("sluice-audit-{day}.{}", format.as_str());
    let parameters = vec![DispositionParam::Filename(name)];
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters })
        .streaming(portions(db, Filter { before: Some(newest), ..filter }, format)))
}

fn asked(form: &mut Form) -> Option<Asked> {
    let mut value = |name| form.optional_line(name, NAME);
    Some(Asked {
        q: value("q")?,
        person: value("person")?,
        kind: value("kind")?,
        action: value("action")?,
        subject: value("subject")?,
        address: value("address")?,
        since: value("since")?,
        until: value("until")?,
        ..Asked::default()
    })
}

// Its own entry tells what was taken out of the house; what is newer than it is not in the file.
fn exported(conn: &mut Conn, may: &Permit<AdministerTenant>, format: Format, asked: &Asked) -> Result<RowId, Error> {
    let filters = asked.fields().into_iter().filter(|(_, value)| !value.is_empty());
    let filters: Vec<Change> = filters.map(|(name, value)| Change::new(format!("Filter {name}"), "", value)).collect();
    log::export(conn, may, format.label(), filters)
}

enum Next {
    Head(Filter),
    Entries(Filter),
    End,
}

fn portions(db: Db, filter: Filter, format: Format) -> impl stream::Stream<Item = Result<Bytes, Error>> {
    let portions = stream::try_unfold(Next::Head(filter), move |next| {
        let db = db.clone();
        async move {
            match next {
                Next::Head(filter) => Ok::<_, Error>(Some((format.head(), Next::Entries(filter)))),
                Next::Entries(filter) => {
                    let (told, filter, more) = db
                        .read(move |c| {
                            let (told, more) = log::read(c, &filter, PORTION)?;
                            Ok((told, filter, more))
                        })
                        .await?;
                    let before = told.last().map(|told| told.id);
                    let next = if more { Next::Entries(Filter { before, ..filter }) } else { Next::End };
                    Ok(Some((format.entries(&told)?, next)))
                }
                Next::End => Ok(None),
            }
        }
    });
    portions.map_ok(Bytes::from).inspect_err(|error| tracing::error!(error = %error, "an export of the log broke off"))
}

impl Format {
    fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8",
            Format::JsonLines => "application/x-ndjson",
        }
    }

    fn head(self) -> String {
        match self {
            Format::Csv => csv::line(COLUMNS),
            Format::JsonLines => String::new(),
        }
    }

    fn entries(self, told: &[Told]) -> Result<String, Error> {
        match self {
            Format::Csv => Ok(told.iter().map(lines).collect()),
            Format::JsonLines => told.iter().map(|told| Ok(serde_json::to_string(&Line::from(told))? + "\n")).collect(),
        }
    }
}

const COLUMNS: [&str; 13] = [
    "Entry",
    "Time",
    "Person",
    "Person key",
    "Address",
    "Action",
    "Kind",
    "Name",
    "Key",
    "Field",
    "Old value",
    "New value",
    "Reason",
];

// One line for each value that changed, so that values stay whole; one for an entry without any.
fn lines(told: &Told) -> String {
    let none = [Change::new("", "", "")];
    let changes = if told.changes.is_empty() { none.as_slice() } else { told.changes.as_slice() };
    let line = |change: &Change| {
        csv::line([
            &told.id.to_string(),
            &instant(told),
            &told.person_name,
            &told.person_id.map(|id| id.to_string()).unwrap_or_default(),
            &told.address,
            &told.action,
            &told.kind,
            &told.subject_name,
            &told.subject_id,
            &change.field,
            &change.old,
            &change.new,
            &told.detail,
        ])
    };
    changes.iter().map(line).collect()
}

fn instant(told: &Told) -> String {
    told.at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[derive(Serialize)]
struct Line<'a> {
    entry: RowId,
    time: String,
    person: &'a str,
    person_key: Option<PersonId>,
    address: &'a str,
    action: &'a str,
    kind: &'a str,
    name: &'a str,
    key: &'a str,
    changes: &'a [Change],
    reason: &'a str,
}

impl<'a> From<&'a Told> for Line<'a> {
    fn from(told: &'a Told) -> Line<'a> {
        Line {
            entry: told.id,
            time: instant(told),
            person: &told.person_name,
            person_key: told.person_id,
            address: &told.address,
            action: &told.action,
            kind: &told.kind,
            name: &told.subject_name,
            key: &told.subject_id,
            changes: &told.changes,
            reason: &told.detail,
        }
    }
}
