//! The page of the log: who may open it, what it shows, what it finds.

use sluice::{
    models::{
        audit::{By, Kind, Subject, Verb},
        permit::{Path, Permit},
        person::{Person, UseAccount},
        principal::Principal,
    },
    rules::rights::HostRole,
};

use crate::support::{Browser, Contoso, Page, TestApp};

#[actix_web::test]
async fn it_is_for_system_administrators() {
    let c = Contoso::new();
    for (person, status) in [(&c.ada, 200), (&c.maya, 403), (&c.zed, 403)] {
        let mut browser = c.app.sign_in(person).await;
        assert_eq!(browser.get("/admin/audit").await.status, status, "{}", person.name);
        let page = browser.post("/admin/audit/exports", &[("format", "csv")]).await;
        assert_eq!(page.status, status, "{}", person.name);
        assert_eq!(browser.get("/account").await.has("nav a", "Audit log"), status == 200);
    }
    let mut nobody = c.app.browser().await;
    nobody.get("/admin/audit").await.assert_has("h1", "Sign in");
    assert_eq!(nobody.post("/admin/audit/exports", &[("format", "csv")]).await.location(), Some("/sign-in"));
}

#[actix_web::test]
async fn an_entry_says_who_did_what_to_what_and_what_changed() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    ada.post(&format!("/hosts/{}/settings", c.host.id), &[("allow_cross_region", "on")]).await;
    ada.post("/admin/groups", &[("name", "<b>Bold</b>"), ("description", "a\" onclick=\"b")]).await;
    let page = ada.get("/admin/audit").await;
    page.assert_has("tr td a", "<b>Bold</b>");
    assert!(!page.html().contains("<b>Bold") && !page.html().contains("\" onclick=\"b"));
    page.assert_has("tr td", "Changed settings");
    page.assert_has("tr li", "Allow deployments across regions: no → yes");
    let link = page.attribute(&format!("a[href='/hosts/{}/settings']", c.host.id), "href");
    assert!(link.is_some() && page.has("td a", "Ada"));
    let record = format!("a[href='/hosts/{}/environments/{}']", c.host.id, c.source.id);
    assert!(page.attribute(&record, "href").is_some(), "a record's page is below its host");
    assert!(page.attribute("td time", "datetime").unwrap().ends_with("UTC"));
}

#[actix_web::test]
async fn pages_of_things_lead_to_their_entries() {
    let c = Contoso::new();
    let pages = [
        format!("/admin/people/{}", c.maya.id),
        format!("/admin/environments/{}", c.qa.id),
        format!("/hosts/{}/pipelines/{}", c.host.id, c.pipeline.id),
    ];
    let mut ada = c.app.sign_in(&c.ada).await;
    for page in &pages {
        let id = page.rsplit('/').next().unwrap();
        let link = format!(".bar a[href='/admin/audit?subject={id}']");
        ada.get(page).await.assert_has(&link, "Audit log");
    }
    c.app.give_host_role(c.host.id, Principal::Person(c.maya.id), HostRole::Administrator);
    let page = c.app.sign_in(&c.maya).await.get(&pages[2]).await;
    assert!(page.status == 200 && !page.has("a", "Audit log"), "the log is not for administrators of a host");
}

#[actix_web::test]
async fn filters_find_what_is_looked_for() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    ada.post("/admin/groups", &[("name", "100 %_Élan"), ("description", "")]).await;
    let eve = c.app.administrator("Eve");
    c.app.write(|db| By::person(&eve, "203.0.113.7").did(Verb::Retire, subject("Old Lab")).record(db));
    let mut found = async |query: &str| rows(&mut ada, query).await;
    assert_eq!(found("q=100+%25_%C3%A9LAN").await.len(), 1, "signs stand for themselves, case does not matter");
    assert_eq!(found("q=100+_%25").await.len(), 0);
    assert_eq!(found("q=old+lab").await, ["Retired"]);
    assert_eq!(found(&format!("person={}", eve.id)).await, ["Retired"]);
    assert_eq!(found("address=203.0.113.7").await, ["Retired"]);
    assert_eq!(found("address=::ffff:203.0.113.7").await, ["Retired"]);
    assert_eq!(found("kind=group").await, ["Created"]);
    assert_eq!(found("action=retire").await, ["Retired"]);
    assert_eq!(found(&format!("subject={}", c.pipeline.id)).await.len(), 4, "create, link, two stages");
    assert!(found("person=Sluice").await.contains(&"Checked".to_owned()));
    assert_eq!(found("person=Command+line").await.len(), 0);
    assert_eq!(found("q=retire&kind=group").await.len(), 0);
    let page = ada.get("/admin/audit?q=nothing+like+it").await;
    page.assert_has("h3", "No entry fits");
    for wrong in ["address=203", "since=soon", "until=262143-12-31", "person=x", "kind=x", "action=x", "before=x"] {
        let page = ada.get(&format!("/admin/audit?{wrong}")).await;
        assert_eq!(page.status, 422, "{wrong}");
        page.assert_has(".note.bad", "Check the filters.");
    }
}

#[actix_web::test]
async fn days_are_those_of_who_reads() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let mut browser = app.sign_in(&ada).await;
    // Farther apart than a day is long: it is never the same day in both.
    let (early, late) = ("Pacific/Kiritimati", "Pacific/Pago_Pago");
    let today =
        |zone: &str| chrono::Utc::now().with_timezone(&zone.parse::<sluice::zone::Zone>().unwrap()).date_naive();
    let here = format!("q=ada&action=add&since={0}&until={0}", today(early));
    for (zone, count) in [(early, 1), (late, 0)] {
        app.write(|c| {
            let person = Person::by_id(c, ada.id)?;
            let permit = Permit::<UseAccount>::check(c, person, &Path::default())?;
            Person::choose_formats(c, &permit, zone.parse().unwrap(), "en-GB")
        });
        assert_eq!(rows(&mut browser, &here).await.len(), count, "{zone}");
    }
}

#[actix_web::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    app.write(|c| (0..120).try_for_each(|n| By::sluice().did(Verb::Retire, subject(&format!("Lab {n}"))).record(c)));
    let mut page = ada.get("/admin/audit?action=retire&q=lab").await;
    let mut seen = Vec::new();
    let mut back = Vec::new();
    loop {
        seen.extend(names(&page));
        back.push(names(&page));
        let Some(next) = page.attribute("a[rel=next]", "href") else { break };
        page = ada.get(&next).await;
    }
    assert_eq!(seen, (0..120).rev().map(|n| format!("Lab {n}")).collect::<Vec<_>>());
    assert_eq!(back.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 20]);
    for expected in back.iter().rev().skip(1) {
        let previous = page.attribute("a[rel=prev]", "href").expect("a page before");
        page = ada.get(&previous).await;
        assert_eq!(&names(&page), expected);
    }
    assert!(page.attribute("a[rel=prev]", "href").is_none(), "nothing is newer than the first page");
}

fn subject(name: &str) -> Subject {
    Subject::new(Kind::Tenant, "", name)
}

// What was done in each row.
async fn rows(browser: &mut Browser, query: &str) -> Vec<String> {
    let page = browser.get(&format!("/admin/audit?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text());
    page.all("td[data-label=What]")
}

fn names(page: &Page) -> Vec<String> {
    let cells = page.all("td[data-label='To what']");
    cells.into_iter().map(|cell| cell.trim_end_matches("Tenant").trim().to_owned()).collect()
}
