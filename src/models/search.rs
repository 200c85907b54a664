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
    db::{self, Conn, unvaried},
    error::Error,
    id::{EnvironmentId, RunId},
    rules::rights::EnvironmentRole,
    schema::{environments, sightings},
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

/// A solution by its names, and where it is.
struct Hit {
    key: String,
    display_key: String,
    managed: bool,
    at: EnvironmentId,
    place: String,
}

// Looked for among names alone; the whole is read of what is found.
fn solutions(conn: &mut Conn, who: &Reach, key: &str) -> Result<Vec<(Sighting, Environment)>, Error> {
    let mut hits = names(conn, who)?;
    hits.retain(|hit| hit.key.contains(key) || hit.display_key.contains(key));
    hits.sort_by_cached_key(|hit| (hit.managed, hit.display_key.clone(), hit.key.clone(), hit.place.clone()));
    hits.truncate(MOST);
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let these = sightings::environment_id.eq_any(hits.iter().map(|hit| hit.at));
    let these = these.and(sightings::unique_name_key.eq_any(hits.iter().map(|hit| &hit.key)));
    let found = sightings::table.inner_join(environments::table).filter(these);
    let found: Vec<(String, (Sighting, Environment))> =
        found.select((sightings::unique_name_key, (Sighting::as_select(), Environment::as_select()))).load(conn)?;
    let whole = |hit: &Hit| found.iter().find(|(key, (seen, _))| *key == hit.key && seen.environment_id == hit.at);
    Ok(hits.iter().filter_map(|hit| Some(whole(hit)?.1.clone())).collect())
}

// Of all that people made where the person may look: only Rust folds as people expect it.
fn names(conn: &mut Conn, who: &Reach) -> Result<Vec<Hit>, Error> {
    let live = sightings::table.inner_join(environments::table).filter(environments::retired_at.is_null());
    let all = live.filter(sightings::system.eq(false)).select((
        sightings::unique_name_key,
        sightings::display_name,
        sightings::managed,
        sightings::environment_id,
        environments::name,
    ));
    let all: Vec<(String, String, bool, EnvironmentId, String)> = match who.system_administrator {
        true => unvaried!(all).load(conn)?,
        false => {
            let open: Vec<_> = who.environments(EnvironmentRole::BasicUser).into_iter().map(|at| at.id).collect();
            all.filter(sightings::environment_id.eq_any(open)).load(conn)?
        }
    };
    let hit = |(key, name, managed, at, place): (_, String, _, _, _)| Hit {
        key,
        display_key: db::fold(&name),
        managed,
        at,
        place,
    };
    Ok(all.into_iter().map(hit).collect())
}

fn runs(conn: &mut Conn, who: &Reach, key: &str) -> Result<Vec<Row>, Error> {
    let scope = Scope::of(who);
    let fits = |row: &Row| {
        let texts = [&row.solution_name, &row.solution_display_name, &row.pipeline_name, &row.notes, &row.version];
        texts.into_iter().any(|text| db::fold(text).contains(key))
    };
    run::fitting(conn, &scope, RUNS, fits, MOST)
}
