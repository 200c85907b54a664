//! Search: solutions, pipelines and runs that somebody may see, by what they type.

use diesel::prelude::*;

use super::{
    environment::Environment,
    permit::Path,
    reach::Reach,
    run::{self, Row, Scope, SeenRun},
    seen_pipeline::SeenPipeline,
    sighting::Sighting,
};
use crate::{
    db::{self, Conn, natively},
    error::Error,
    id::{EnvironmentId, RunId},
    rules::rights::EnvironmentRole,
    schema::sightings,
};

/// How many of each are found at most.
pub const MOST: usize = 10;
/// How many of the newest runs are looked through.
const RUNS: i64 = 500;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Solutions with the environments that have them, where they are made first.
    pub solutions: Vec<(Sighting, Environment)>,
    pub pipelines: Vec<SeenPipeline>,
    /// Newest first.
    pub runs: Vec<Row>,
}

impl Found {
    /// What fits the text, of what the person may see. Nothing fits an empty text.
    pub fn by(conn: &mut Conn, who: &Reach, text: &str) -> Result<Found, Error> {
        let key = db::fold(text);
        if key.is_empty() {
            return Ok(Found::default());
        }
        let fits = |name: &str| db::fold(name).contains(&key);
        let mut pipelines = SeenPipeline::visible_to(conn, who)?;
        pipelines.retain(|seen| fits(&seen.pipeline.name) || fits(&seen.pipeline.description));
        pipelines.truncate(MOST);
        Ok(Found { solutions: solutions(conn, who, &key)?, pipelines, runs: runs(conn, who, &key)? })
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.solutions.is_empty() && self.pipelines.is_empty() && self.runs.is_empty()
    }
}

/// The run whose key somebody pasted, if they may see it.
pub fn run_named(conn: &mut Conn, who: &Reach, text: &str) -> Result<Option<RunId>, Error> {
    let Ok(id) = text.trim().parse::<RunId>() else { return Ok(None) };
    match SeenRun::find(conn, who, &Path::of([("run", id.to_string())])) {
        Ok(seen) => Ok(Some(seen.run.id)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn solutions(conn: &mut Conn, who: &Reach, key: &str) -> Result<Vec<(Sighting, Environment)>, Error> {
    let mut found = Vec::new();
    for environment in Environment::with_role(conn, who, EnvironmentRole::BasicUser)? {
        let names = names(conn, environment.id)?.into_iter();
        let fitting = names.filter(|(unique, display)| unique.contains(key) || db::fold(display).contains(key));
        for (unique, _) in fitting.take(MOST) {
            let seen = Sighting::of(conn, environment.id, &unique)?;
            found.extend(seen.map(|seen| (seen, environment.clone())));
        }
    }
    found.sort_by_cached_key(|(seen, environment)| {
        (seen.managed, db::fold(&seen.display_name), seen.unique_name.clone(), environment.name.clone())
    });
    found.truncate(MOST);
    Ok(found)
}

// Folded unique names, and display names, which only Rust folds as people expect it, of what people made.
fn names(conn: &mut Conn, at: EnvironmentId) -> Result<Vec<(String, String)>, Error> {
    let here = sightings::table.filter(sightings::environment_id.eq(at)).filter(sightings::system.eq(false));
    let names = here.order(sightings::unique_name_key).select((sightings::unique_name_key, sightings::display_name));
    Ok(natively!(conn, |c| names.load(c))?)
}

fn runs(conn: &mut Conn, who: &Reach, key: &str) -> Result<Vec<Row>, Error> {
    let scope = Scope::of(conn, who)?;
    let fits = |row: &Row| {
        let texts = [&row.solution_name, &row.solution_display_name, &row.pipeline_name, &row.notes, &row.version];
        texts.into_iter().any(|text| db::fold(text).contains(key))
    };
    Ok(run::newest(conn, &scope, RUNS)?.into_iter().filter(fits).take(MOST).collect())
}
