//! What a page asks the database: as many statements when there is much to show as when there is little.

use sluice::{
    models::principal::Principal,
    package::Builder,
    rules::{rights::HostRole, validation::RecordKind},
};

use crate::support::{Browser, Contoso};

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
            // A connection to a server that may have gone away is asked whether it lives.
            let alive = u64::from(!c.app.app.db.has_one_writer());
            let asked = asked(&c, browser, page).await - alive;
            assert!(asked <= MOST, "{page} asked {asked} statements for {who}");
        }
    }
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
    let before = c.app.app.db.statements();
    assert_eq!(browser.get(page).await.status, 200, "{page}");
    c.app.app.db.statements() - before
}
