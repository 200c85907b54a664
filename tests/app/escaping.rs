//! That what people and packages write is shown as it was written, and is never taken for HTML.

mod marks;
mod templates;

use std::collections::BTreeSet;

use sluice::routes;

use crate::{
    access::{rows, table, world::World},
    bad_input::forms,
    support::{Browser, Page, contoso},
};
use marks::{FILLED_IN, MISSING, SHOWN, mark, mark_columns, package, seen};

/// The names by which pages are filtered and led on.
const QUERY: [&str; 16] = [
    "q", "next", "state", "solution", "source", "pipeline", "stage", "person", "show", "page", "since", "host", "kind",
    "mode", "days", "versions",
];

/// What was looked at, and what was found there.
#[derive(Default)]
struct Looked {
    pages: usize,
    /// The numbers of all marks that were seen escaped.
    seen: BTreeSet<usize>,
    wrong: Vec<String>,
}

impl Looked {
    fn at(&mut self, name: &str, page: &Page) {
        let kind = page.header("content-type");
        let html = page.html();
        self.pages += 1;
        if !kind.starts_with("text/html") {
            let harmless = page.header("x-content-type-options") == "nosniff" || page.status == 303;
            if !harmless || html.contains("<script>alert") && !kind.starts_with("application/") {
                self.wrong.push(format!("{name} is {kind:?}, which a browser might take for a page"));
            }
            return;
        }
        match seen(&html) {
            Ok(numbers) => self.seen.extend(numbers),
            Err(around) => self.wrong.push(format!("{name}: {around}")),
        }
    }

    async fn get(&mut self, browser: &Browser, path: &str) {
        self.at(path, &browser.copy().get(path).await);
    }

    #[track_caller]
    fn end(self, numbers: impl Iterator<Item = (usize, &'static str)>) {
        let unseen: Vec<&str> =
            numbers.filter(|(number, _)| !self.seen.contains(number)).map(|(_, name)| name).collect();
        assert!(self.wrong.is_empty(), "{}\n{} wrong of {}", self.wrong.join("\n"), self.wrong.len(), self.pages);
        assert!(
            unseen.is_empty(),
            "these were on none of {} pages, so nothing is known of them: {unseen:?}",
            self.pages
        );
    }
}

// Pages of things that the world has no names for: a solution whose package says strange things, and its runs.
async fn marked(world: &World) -> Vec<String> {
    let c = &world.c;
    c.import(&c.development, &package("1.0.0.1")).await;
    c.connection(&c.qa, "Mail", "shared_office365");
    let mut maya = c.app.sign_in(&c.maya).await;
    let asking = c.validated(&mut maya, &c.test, "contoso_marked").await;
    let source = format!("/environments/{}/solutions/contoso_marked", c.development.id);
    let bytes = package("1.0.0.2").to_bytes().unwrap();
    let at = format!("/environments/{}/imports", c.development.id);
    let check = maya.upload(&at, &[], ("package", "a.zip", &bytes)).await.location().unwrap().to_owned();
    c.app.run_worker().await;
    // A run that a check ended: its package needs what the target has not.
    let needy = contoso::tables("9.0.0.0").requires("contoso_marked", "1.0.0.1", 1, "con_marked", mark(MISSING));
    c.import(&c.development, &needy).await;
    let failed = c.validated(&mut maya, &c.test, "contoso_core").await;
    let runs = [asking.id, failed.id].map(|id| format!("/runs/{id}"));
    let about = ["", "/contents", "/pipelines", "/version", "/removal"].map(|part| format!("{source}{part}"));
    [vec![check], about.to_vec(), runs.to_vec()].concat()
}

#[actix_web::test]
async fn every_page_shows_texts_as_they_are() {
    let world = World::new().await;
    let mut looked = Looked::default();
    let more = marked(&world).await;
    let maya = world.c.app.sign_in(&world.c.maya).await;
    for path in &more {
        looked.get(&maya, path).await;
    }
    mark_columns(&world.c.app);
    let ada = &world.browsers[8];
    for row in rows::all().filter(|row| row.0.starts_with("GET") && !row.0.contains("/static/")) {
        for browser in [ada, &maya] {
            looked.at(row.0, &table::ask(&world, browser, row, &|_, _| None).await);
        }
    }
    let known: BTreeSet<&str> = rows::all().map(|row| row.0).collect();
    for route in routes::ALL.iter().filter(|route| route.method == "GET") {
        if !known.contains(format!("GET {}", route.path).as_str()) {
            let name = |name: &str| world.names.get(name).cloned().unwrap_or_default();
            looked.get(ada, &table::fill(route.path, &name)).await;
        }
    }
    for path in &more {
        looked.get(ada, path).await;
        looked.get(&maya, path).await;
    }
    for path in ["/admin/environments?state=retired", "/admin/people?state=deactivated", "/admin/groups?state=retired"]
    {
        looked.get(ada, path).await;
    }
    assert!(looked.pages > 2 * routes::ALL.len() / 3, "{} pages", looked.pages);
    looked.end((0..).zip(SHOWN.iter().copied()).chain(FILLED_IN.iter().copied()));
}

#[actix_web::test]
async fn a_question_is_shown_as_it_was_asked() {
    let world = World::new().await;
    let mut looked = Looked::default();
    let asked = url::form_urlencoded::byte_serialize(mark(700).as_bytes()).collect::<String>();
    for route in routes::ALL.iter().filter(|route| route.method == "GET" && !route.path.contains("/static/")) {
        let path = table::fill(route.path, &|name| world.names.get(name).cloned().unwrap_or_default());
        for name in QUERY {
            looked.get(&world.browsers[8], &format!("{path}?{name}={asked}")).await;
        }
        let strange = table::fill(route.path, &|_| asked.clone());
        looked.get(&world.browsers[8], &strange).await;
    }
    looked.get(&world.browsers[0], &format!("/sign-in?next={asked}")).await;
    looked.end([(700, "what was asked for")].into_iter());
}

#[actix_web::test]
async fn what_was_typed_is_shown_as_it_was_typed() {
    let world = World::new().await;
    let mut looked = Looked::default();
    for form in forms::all().filter(|form| !form.fields.is_empty()) {
        let path = table::fill(form.route, &|name| world.names.get(name).cloned().unwrap_or_default());
        let typed = mark(800);
        let bad: Vec<(&str, &str)> = form.fields.iter().map(|(name, _)| (*name, typed.as_str())).collect();
        let mut ada = world.browsers[8].copy();
        let page = ada.submit(&path, &bad).await;
        looked.at(form.route, &page);
    }
    looked.end([(800, "what was typed")].into_iter());
}
