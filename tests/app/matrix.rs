//! What is where: which version each environment of a pipeline has, for whom, narrowed down, page by page.

use sluice::{
    db::now,
    models::sighting::{Seen, Sighting},
    package::Builder,
};

use crate::support::{Contoso, Page, contoso};

/// The cells of a solution's row, as they read.
fn row(page: &Page, solution: &str) -> Vec<String> {
    let (names, columns) = (page.all("tbody th"), page.all("thead th").len() - 1);
    let at = names.iter().position(|name| name == solution).unwrap_or_else(|| panic!("no {solution} among {names:?}"));
    let cells = page.all("tbody td");
    cells[at * columns..(at + 1) * columns].to_vec()
}

#[actix_web::test]
async fn each_environment_says_its_version_and_whether_it_is_behind() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let shipped = c.deploy(&mut maya, &c.live, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.10")).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    c.import(&c.development, &contoso::tables("1.0.0.11")).await;

    let page = maya.get("/matrix").await;
    let columns = ["Solution", "Contoso Development Development", "Contoso QA Test", "Contoso Production Production"];
    assert_eq!(page.all("thead th"), columns);
    let cells = row(&page, "Contoso Core");
    let begins = |cell: &str, version: &str| cell.split_whitespace().next() == Some(version);
    assert!(begins(&cells[0], "1.0.0.11") && !cells[0].contains("Behind"), "{cells:?}");
    assert!(begins(&cells[1], "1.0.0.10") && cells[1].contains("Behind"), "{cells:?}");
    assert!(begins(&cells[2], "1.0.0.4") && cells[2].contains("Behind"), "number by number: {cells:?}");
    assert_eq!(page.attribute("tbody td", "data-label").as_deref(), Some("Contoso Development"));
    assert_eq!(page.link("1.0.0.4"), format!("/runs/{}", shipped.id));
    assert!(page.link("Contoso Core").ends_with(&format!("/pipelines?pipeline={}", c.pipeline.id)));
    assert_eq!(maya.get(&page.link("Contoso Core")).await.status, 200);
    assert_eq!(maya.get(&page.link("1.0.0.11")).await.status, 200);
}

#[actix_web::test]
async fn what_failed_or_never_came_so_far_says_so() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let base = Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    let needy = contoso::expenses("1.0.0.1").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let failed = c.run_of(&c.next(&mut maya, &c.test, "contoso_expenses").await);
    c.app.run_worker().await;
    assert_eq!(c.run(failed.id).state, sluice::rules::state::State::Failed, "its base is not there");

    let page = maya.get("/matrix").await;
    assert_eq!(row(&page, "Contoso Expenses")[1..], ["Failed", "– not there"]);
    assert_eq!(row(&page, "Contoso Core")[1..], ["– not there", "– not there"]);
    assert_eq!(page.link("Failed"), format!("/runs/{}", failed.id));

    let only = async |query: &str| c.app.sign_in(&c.maya).await.get(&format!("/matrix?{query}")).await;
    assert_eq!(only("only=failed").await.all("tbody th"), ["Contoso Expenses"]);
    assert_eq!(only(&format!("only=failed&environment={}", c.qa.id)).await.all("tbody th"), ["Contoso Expenses"]);
    only(&format!("only=failed&environment={}", c.production.id)).await.assert_has(".empty", "No solution fits");
    only("only=behind").await.assert_has(".empty", "Take a filter away");
    assert_eq!(only(&format!("environment={}", c.development.id)).await.all("tbody th").len(), 3);
    assert_eq!(only("only=nonsense&environment=nowhere&pipeline=none").await.all("tbody th").len(), 3);
}

#[actix_web::test]
async fn a_viewer_sees_what_the_pipeline_brought_and_nothing_else() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.import(&c.development, &contoso::expenses("1.0.0.1")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    c.deploy(&mut maya, &c.test, "contoso_core").await;
    let by_hand = Seen {
        unique_name: "contoso_core".into(),
        display_name: "Contoso Core".into(),
        publisher: "Contoso".into(),
        version: "9.9.9.9".parse().unwrap(),
        managed: true,
        system: false,
        modified_at: now(),
    };
    c.app.write(|conn| Sighting::write(conn, c.production.id, &by_hand));

    let mut vic = c.app.sign_in(&c.vic).await;
    let page = vic.get("/matrix").await;
    assert_eq!(page.all("thead th"), ["Solution", "Contoso QA Test", "Contoso Production Production"]);
    assert_eq!(page.all("tbody th"), ["Contoso Core"], "Contoso Expenses never left its source");
    assert_eq!(row(&page, "Contoso Core")[1], "– not there", "what came past the pipeline is not theirs to see");
    assert_eq!(vic.get(&page.link("Contoso Core")).await.status, 200);
    assert_eq!(vic.get(&page.link("1.0.0.4")).await.status, 200);
    assert!(row(&maya.get("/matrix").await, "Contoso Core")[2].contains("9.9.9.9"));

    c.app.sign_in(&c.zed).await.get("/matrix").await.assert_has(".empty", "No pipeline is shared with you");
    let mut olga = c.app.sign_in(&c.app.person("Olga")).await;
    let page = olga.get(&format!("/matrix?pipeline={}", c.pipeline.id)).await;
    page.assert_has(".empty", "No pipeline is shared with you");
}

#[actix_web::test]
async fn many_solutions_come_page_by_page_in_order() {
    let c = Contoso::new();
    c.app.write(|conn| {
        (0..120).try_for_each(|number| {
            let unique_name = format!("con_{number:03}");
            let seen = Seen {
                display_name: format!("Solution {number:03}"),
                unique_name,
                publisher: "Contoso".into(),
                version: format!("1.0.0.{number}").parse().unwrap(),
                managed: false,
                system: number == 7,
                modified_at: now(),
            };
            Sighting::write(conn, c.development.id, &seen)?;
            let behind = Seen { version: "0.9.0.0".parse().unwrap(), managed: true, ..seen };
            if number % 40 == 39 { Sighting::write(conn, c.qa.id, &behind) } else { Ok(()) }
        })
    });
    let mut ada = c.app.sign_in(&c.ada).await;
    let first = ada.get("/matrix").await;
    let second = ada.get(&first.link("Next")).await;
    let third = ada.get(&second.link("Next")).await;
    let names: Vec<String> = [&first, &second, &third].iter().flat_map(|page| page.all("tbody th")).collect();
    let all: Vec<String> =
        (0..120).filter(|number| *number != 7).map(|number| format!("Solution {number:03}")).collect();
    assert_eq!(names, all);
    assert_eq!(first.all("tbody th").len(), 50);
    assert!(!third.has("a", "Next"));
    let sorts = |page: &Page| page.attribute("table[data-sort]", "class").is_some();
    assert!(![&first, &second, &third].into_iter().any(sorts), "a part of a list has one order");
    let behind = ada.get(&format!("/matrix?only=behind&environment={}", c.qa.id)).await;
    assert!(sorts(&behind), "this is all");
    assert_eq!(behind.all("tbody th"), ["Solution 039", "Solution 079", "Solution 119"]);
}

#[actix_web::test]
async fn it_looks_again_while_something_moves() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    assert_eq!(maya.get("/matrix").await.attribute("#live", "hx-trigger"), None);
    c.next(&mut maya, &c.test, "contoso_core").await;
    let page = maya.get(&format!("/matrix?pipeline={}", c.pipeline.id)).await;
    assert_eq!(page.attribute("#live", "hx-trigger").as_deref(), Some("every 1s"));
    assert!(row(&page, "Contoso Core")[1].contains("Validating"));
    let partial = maya.get_partial(&page.attribute("#live", "hx-get").unwrap()).await;
    assert!(!partial.html().contains("<html") && partial.html().contains("Contoso Core"));
}
