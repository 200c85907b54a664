//! Who opens which pages.

use super::{
    browser::Browser,
    pages::Page,
    server::Server,
    tenant::{PASSWORD, Tenant},
};
use crate::{
    db::Conn,
    error::Error,
    id::RunId,
    models::{
        reach::Reach,
        run::{Filter, PAGE, Run, Scope, history},
    },
    rules::state::State,
    web::assets,
};

/// The solution that is really there, of the pipeline that is used most.
pub const SOLUTION: &str = "solution_0";

/// The pages that are held against much besides.
pub const OF_FIVE: &str = "Run history, a maker of 5 pipelines";
pub const OF_MANY: &str = "Run history, a maker of 200 pipelines";

/// People at their browsers, at one server.
pub struct People {
    pub ada: Browser,
    pub maya: Browser,
    pub max: Browser,
}

impl People {
    /// Signs them in.
    pub fn sign_in(tenant: &Tenant, server: &Server, browser: &Browser) -> Result<People, Error> {
        let browser = browser.at(server.address);
        let enter = |email: &str| browser.clone().sign_in(email, PASSWORD);
        Ok(People { ada: enter(&tenant.ada.email)?, maya: enter(&tenant.maya.email)?, max: enter(&tenant.max.email)? })
    }

    /// The pages that they open, where `few` are the same people in a tenant with few runs.
    pub fn pages(&self, tenant: &Tenant, few: &People) -> Result<Vec<Page>, Error> {
        let (ada, maya, max) = (&self.ada, &self.maya, &self.max);
        let (line, source) = (tenant.lines[0].id(), tenant.lines[0].development()?);
        let solution = format!("/environments/{source}/solutions/{SOLUTION}");
        let db = tenant.database()?;
        let scope = Scope::of(&db.read_now(|c| Reach::of(c, tenant.maya.clone()))?);
        let (run, before) = db.read_now(|c| Ok((telling(c, tenant)?, last_of_page(c, &scope)?)))?;
        Ok(vec![
            Page::new(OF_FIVE, maya, "/deployments", "/runs/").part(0.12).few(&few.maya),
            Page::new(OF_MANY, max, "/deployments", "/runs/").part(0.12).few(&few.max),
            Page::new("Run history, of one pipeline", maya, format!("/deployments?pipeline={line}"), "/runs/"),
            Page::new("Run history, the second page", maya, format!("/deployments?before={before}"), "/runs/"),
            Page::new("Run history, an administrator", ada, "/deployments", "/runs/"),
            Page::new("Home", maya, "/", "Maya"),
            Page::new("Solutions", maya, format!("/environments/{source}/solutions"), SOLUTION),
            Page::new("Solution, overview", maya, &solution, SOLUTION),
            Page::new("Solution, contents", maya, format!("{solution}/contents"), SOLUTION),
            Page::new("Solution, pipelines", maya, format!("{solution}/pipelines?pipeline={line}"), "/runs/").part(0.1),
            Page::new("Run", maya, format!("/runs/{run}"), "Succeeded").part(0.1),
            Page::new("Pipeline", maya, format!("/pipelines/{line}?solution={SOLUTION}"), "/runs/"),
            Page::new("Search", maya, format!("/search?q={SOLUTION}"), SOLUTION),
            Page::new("Audit log", ada, "/admin/audit", "Deployed"),
            Page::new("All environments", ada, "/admin/environments", "Wide 19"),
            Page::new("A file that does not change", maya, assets::url("sluice.css"), "{"),
        ])
    }

    /// What is where of the widest pipeline.
    pub fn matrix(&self, tenant: &Tenant) -> Page {
        let path = format!("/matrix?pipeline={}", tenant.wide.1.id());
        Page::new("What is where, 1,000 solutions in 20 environments", &self.ada, path, "Solution 0000")
    }
}

// A run that succeeded, and tells what the check found where one does.
fn telling(conn: &mut Conn, tenant: &Tenant) -> Result<RunId, Error> {
    let pipeline = Some(tenant.lines[0].id());
    let filter = Filter { pipeline, state: Some(State::Succeeded), ..Filter::default() };
    let (rows, _) = history(conn, &Scope::All, &filter)?;
    for row in &rows {
        if Run::by_id(conn, row.id)?.checks()?.is_some() {
            return Ok(row.id);
        }
    }
    Ok(rows.first().ok_or(Error::NotFound)?.id)
}

fn last_of_page(conn: &mut Conn, scope: &Scope) -> Result<RunId, Error> {
    let (rows, _) = history(conn, scope, &Filter::default())?;
    // Where there are fewer runs than fill a page, all but the newest.
    let before = if rows.len() == PAGE { rows.last() } else { rows.first() };
    Ok(before.ok_or(Error::NotFound)?.id)
}
