//! The preview: everything counted, a page of it listed, each with why it stays.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db,
    models::artifact::{Described, NewArtifact},
    schema::artifacts,
};

use super::{PATH, contoso, preview, retired};
use crate::support::Contoso;

#[actix_web::test]
async fn it_shows_what_would_go_before_anything_is_saved() {
    let (c, ..) = contoso().await;
    let page = preview(&c, 30, 1, "goes").await;
    page.assert_has("h2", "What these settings would remove");
    page.assert_has(".note", "Nothing is removed before you save.");
    assert_eq!(page.all("tbody td[data-label=Version]"), ["1.0.0.1"]);
    page.assert_has("td[data-label=From]", "Contoso Development");
    page.assert_has("dd", "1 version, ");
    page.assert_has("dd", "2 versions, ");
    assert_eq!(retired(&c), [""; 0]);
}

#[actix_web::test]
async fn it_says_of_all_that_stays_why() {
    let (c, ..) = contoso().await;
    let page = preview(&c, 30, 1, "stays").await;
    assert_eq!(page.all("tbody td[data-label=Version]"), ["1.0.0.2", "1.0.0.3"]);
    let why = page.all("tbody td[data-label='Why kept']");
    assert_eq!(why[0], "Contoso Production has it.");
    assert_eq!(
        why[1],
        "It is the newest version of the solution from its source. Contoso QA has it. Contoso Development has this \
         version, which is bound to it. Production of Contoso Standard could take it next."
    );
    for kind in ["In an environment now: 2", "In its source now: 1", "A stage could take it: 1"] {
        page.assert_has("li", kind);
    }
    let page = preview(&c, 41, 1, "stays").await;
    page.assert_has("li", "Used lately: 3");
    assert_eq!(page.all("tbody td[data-label=Version]").len(), 3);
    preview(&c, 41, 1, "goes").await.assert_has("h3", "Nothing is removed");
}

#[actix_web::test]
async fn a_tenant_without_packages_says_so() {
    let c = Contoso::new();
    preview(&c, 30, 1, "goes").await.assert_has("h3", "Nothing is removed");
    preview(&c, 30, 1, "stays").await.assert_has("h3", "Nothing is kept");
    let mut ada = c.app.sign_in(&c.ada).await;
    ada.get(PATH).await.assert_has("h3", "Every package is kept");
}

// More than are looked at in one go.
const MANY: u32 = 1102;

fn many(c: &Contoso) {
    c.app.write(|conn| {
        for number in 0..MANY {
            let artifact = NewArtifact {
                source: c.development.id,
                unique_name: "contoso_many",
                display_name: "Contoso Many",
                publisher: "Contoso",
                version: &format!("1.0.0.{number}").parse().unwrap(),
                managed: ("a", 600),
                unmanaged: ("b", 400),
                described: &Described::default(),
            };
            artifact.insert(conn)?;
        }
        let long_ago = db::now() - TimeDelta::days(100);
        Ok(diesel::update(artifacts::table).set(artifacts::created_at.eq(long_ago)).execute(conn)?)
    });
}

#[actix_web::test]
async fn of_many_a_page_at_a_time_is_listed_and_all_are_counted() {
    let c = Contoso::new();
    many(&c);
    let mut ada = c.app.sign_in(&c.ada).await;
    let first = preview(&c, 90, 100, "goes").await;
    first.assert_has("dd", "1002 versions, ");
    first.assert_has("dd", "100 versions, ");
    let versions = |page: &crate::support::Page| page.all("tbody td[data-label=Version]");
    assert_eq!((versions(&first).len(), versions(&first)[0].as_str()), (50, "1.0.0.0"));
    assert!(first.all("a[rel=prev]").is_empty());
    let second = ada.get(&first.attribute("a[rel=next]", "href").unwrap()).await;
    assert_eq!((versions(&second)[0].as_str(), versions(&second)[49].as_str()), ("1.0.0.50", "1.0.0.99"));
    let back = ada.get(&second.attribute("a[rel=prev]", "href").unwrap()).await;
    assert_eq!(versions(&back), versions(&first));
    let (mut page, mut seen) = (first, 0);
    loop {
        seen += versions(&page).len();
        let Some(next) = page.attribute("a[rel=next]", "href") else { break };
        page = ada.get(&next).await;
    }
    assert_eq!(
        (seen, versions(&page).as_slice()),
        (1002, ["1.0.0.1000".to_owned(), "1.0.0.1001".to_owned()].as_slice())
    );
    let stays = preview(&c, 90, 100, "stays").await;
    assert_eq!(versions(&stays)[0], "1.0.0.1002");
}

#[actix_web::test]
async fn a_strange_place_in_a_list_is_its_start() {
    let (c, ..) = contoso().await;
    let mut ada = c.app.sign_in(&c.ada).await;
    for side in ["after=nonsense", "before=", "show=nonsense"] {
        let page = ada.get(&format!("{PATH}?mode=remove&days=30&versions=1&{side}")).await;
        assert_eq!((page.status, page.all("tbody td[data-label=Version]").len()), (200, 1), "{side}");
    }
}
