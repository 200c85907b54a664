//! What a page asks the database: as many statements when there is much to show as when there is little.

use diesel::prelude::*;
use sluice::{
    db,
    id::OperationId,
    models::{
        lane,
        operation::{NewOperation, OperationKind},
        principal::Principal,
    },
    package::Builder,
    rules::{
        rights::{EnvironmentRole, HostRole},
        state::State,
        validation::RecordKind,
    },
    schema::{operations, tenant},
};

use crate::{
    access::{PEOPLE, rows, table, world::World},
    support::{Browser, Contoso, contoso},
};

/// How many solutions come to the first one.
const MORE: u64 = 7;

#[actix_web::test]
async fn what_a_page_asks_does_not_grow_with_what_there_is() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = travel(&c, &mut maya, 0).await;
    let pages = ["/deployments", "/solutions", "/search?q=core"].map(str::to_owned).into_iter();
    let pages: Vec<String> = pages.chain([format!("/runs/{run}")]).collect();
    let mut few = Vec::new();
    for page in &pages {
        few.push(asked(&c, &mut maya, page).await);
    }
    for number in 1..=MORE {
        travel(&c, &mut maya, number).await;
    }
    for (page, few) in pages.iter().zip(few) {
        let many = asked(&c, &mut maya, page).await;
        assert!(many < few + MORE, "{page} asked {few} statements, and {many} with {MORE} more solutions");
    }
}

/// How many statements a page may need, whose session and whose rights included.
const MOST: u64 = 8;

/// How many a page of run history may need.
const HISTORY: u64 = 4;

#[actix_web::test]
async fn overviews_need_few_statements() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    for number in 0..4 {
        travel(&c, &mut maya, number).await;
    }
    c.app.unfinished_run(&c.test, &c.source, &c.maya);
    let elsewhere = c.app.environment_in("Contoso Elsewhere", "Europe", false);
    c.app.register(&c.host, &c.ada, &elsewhere, RecordKind::Target);
    c.app.validate_pending();
    let second = c.app.pipeline(&c.host, &c.ada, "Contoso Second");
    c.app.link(&second, &c.ada, &c.source);
    c.app.stage(&second, &c.ada, "Test", None, &c.app.validated(&c.host, &c.ada, "Contoso Other", RecordKind::Target));
    let mut ada = c.app.sign_in(&c.ada).await;
    let hanna = c.app.person("Hanna");
    c.app.give_host_role(c.host.id, Principal::Person(hanna.id), HostRole::Administrator);
    let mut hanna = c.app.sign_in(&hanna).await;
    let list = format!("/environments/{}/solutions", c.development.id);
    let matrix = format!("/matrix?pipeline={}", c.pipeline.id);
    let failed = format!("{matrix}&only=failed");
    let pages = ["/", "/matrix", &matrix, &failed, "/search?q=core", "/matrix/contoso_part1", &list];
    for page in pages {
        for (who, browser) in [("Ada", &mut ada), ("Maya", &mut maya), ("Hanna", &mut hanna)] {
            if who == "Hanna" && page == list {
                continue;
            }
            // The first visit may be remembered, which is written.
            browser.get(page).await;
            let asked = asked(&c, browser, page).await;
            assert!(asked <= MOST, "{page} asked {asked} statements for {who}");
        }
    }
}

#[actix_web::test]
async fn no_page_needs_many_statements() {
    let world = World::new().await;
    let mut over = Vec::new();
    for row in rows::all().filter(|row| row.0.starts_with("GET ")) {
        for (who, browser) in PEOPLE.iter().zip(&world.browsers) {
            // The first visit may be remembered, which is written.
            table::ask(&world, browser, row, &|_, _| None).await;
            forget(&world.c);
            let before = world.c.app.app.db.statements();
            table::ask(&world, browser, row, &|_, _| None).await;
            let asked = world.c.app.app.db.statements() - before;
            let most = match row.0 {
                "GET /deployments" | "GET /hosts/{host}/runs" => HISTORY,
                _ => MOST,
            };
            if asked > most {
                over.push(format!("{} as {who}: {asked}", row.0));
            }
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}

// After somebody wrote, nothing that was read before counts any more.
fn forget(c: &Contoso) {
    let new = tenant::swept_at.eq(Some(db::now()));
    let written = c.app.write(|conn| Ok(diesel::update(tenant::table).set(new).execute(conn)?));
    assert_eq!(written, 1);
}

// A solution goes to both stages; the last run.
async fn travel(c: &Contoso, maya: &mut Browser, number: u64) -> String {
    let name = format!("contoso_part{number}");
    let package = Builder::new(&name).version("1.0.0.1").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &package.table(format!("{name}_a"), "Core")).await;
    c.deploy(maya, &c.test, &name).await;
    c.deploy(maya, &c.live, &name).await.id.to_string()
}

async fn asked(c: &Contoso, browser: &mut Browser, page: &str) -> u64 {
    forget(c);
    let before = c.app.app.db.statements();
    assert_eq!(browser.get(page).await.status, 200, "{page}");
    c.app.app.db.statements() - before
}

// What can be done next with a solution is known of all stages, runs and environments together.
#[actix_web::test]
async fn what_can_be_done_next_is_told_with_few_statements() {
    let c = Contoso::new();
    c.app.give_environment_role(&c.development, &c.vic, EnvironmentRole::BasicUser);
    let mut people = Vec::new();
    for person in [&c.maya, &c.vic, &c.ada] {
        people.push((person.name.clone(), c.app.sign_in(person).await));
    }
    let mut maya = c.app.sign_in(&c.maya).await;
    let solution = format!("/environments/{}/solutions/contoso_core", c.development.id);
    let boards = [
        format!("{solution}/pipelines"),
        format!("/pipelines/{}", c.pipeline.id),
        format!("{solution}/contents"),
        solution,
    ];
    let mut asked = Asked(Vec::new());

    c.import(&c.development, &contoso::tables("1.0.0.1")).await;
    asked.add(&c, &mut people, "new", &boards).await;
    let waiting = c.validated(&mut maya, &c.test, "contoso_core").await;
    asked.add(&c, &mut people, "waits for Deploy", &[format!("/runs/{}", waiting.id)]).await;
    asked.add(&c, &mut people, "tried only", &boards).await;
    let by_hand = occupied(&c);
    let page = maya.post(&format!("/runs/{}/deployment", waiting.id), &[("notes", "")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    asked.add(&c, &mut people, "queued", &[format!("/runs/{}", waiting.id)]).await;
    asked.add(&c, &mut people, "under way", &boards).await;
    c.app.write(|conn| lane::release(conn, c.qa.id, by_hand).map(drop));
    c.app.write(|conn| {
        diesel::update(operations::table).set(operations::ready.eq(true)).execute(conn)?;
        diesel::delete(operations::table.find(by_hand)).execute(conn).map(drop).map_err(Into::into)
    });
    c.app.run_worker().await;
    assert_eq!(c.run(waiting.id).state, State::Succeeded);
    asked.add(&c, &mut people, "succeeded, with a next stage", &[format!("/runs/{}", waiting.id)]).await;
    let last = c.deploy(&mut maya, &c.live, "contoso_core").await;
    asked.add(&c, &mut people, "succeeded", &[format!("/runs/{}", last.id)]).await;
    asked.add(&c, &mut people, "everywhere", &boards).await;
    c.import(&c.development, &contoso::tables("1.0.0.2")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    asked.add(&c, &mut people, "behind", &boards).await;

    // In three more stages the maker lacks the right to import.
    let mut previous = c.live.clone();
    for name in ["East", "West", "North"] {
        let target = c.app.validated(&c.host, &c.ada, name, RecordKind::Target);
        previous = c.app.stage(&c.pipeline, &c.ada, name, Some(&previous), &target);
    }
    asked.add(&c, &mut people, "five stages", &boards).await;
    let last = format!("/runs/{}", last.id);
    asked.add(&c, &mut people, "succeeded, with a next stage and no right there", &[last]).await;
    let base = Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    let needy = contoso::tables("1.0.0.3").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    let failed = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(failed.state, State::Failed, "its base is not there");
    asked.add(&c, &mut people, "failed", &[format!("/runs/{}", failed.id)]).await;
    asked.add(&c, &mut people, "failed in the first of five stages", &boards).await;
    let over: Vec<_> = asked.0.iter().filter(|(count, _)| *count > MOST).collect();
    assert!(over.is_empty(), "{over:#?} of {:#?}", asked.0);
}

// Somebody changes the target by hand, which takes a while.
fn occupied(c: &Contoso) -> OperationId {
    let new =
        NewOperation { environment: c.qa.id, run: None, kind: OperationKind::Import, lane: true, input: String::new() };
    c.app.write(|conn| new.queue(conn, c.ada.id))
}

/// What was asked, and by which page for whom in which state.
struct Asked(Vec<(u64, String)>);

impl Asked {
    async fn add(&mut self, c: &Contoso, people: &mut [(String, Browser)], state: &str, pages: &[String]) {
        for (name, browser) in people {
            for page in pages {
                forget(c);
                let before = c.app.app.db.statements();
                let answer = browser.get(page).await;
                assert_eq!(answer.status, 200, "{page} for {name}: {}", answer.text());
                self.0.push((c.app.app.db.statements() - before, format!("{state}, {name}: {page}")));
            }
        }
    }
}
