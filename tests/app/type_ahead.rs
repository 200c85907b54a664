//! Choosing a person or a group by typing part of a name, with and without a script.

use sluice::models::{audit::By, person::Person};

use crate::support::{Browser, Contoso, Page, TestApp, admin::group};

struct Place {
    page: String,
    field: &'static str,
    other: (&'static str, &'static str),
}

impl Place {
    // Where who fits is looked up.
    fn matches(&self, text: &str) -> String {
        let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        format!("{}/matches?{}={text}", self.page, self.field)
    }

    async fn send(&self, browser: &mut Browser, text: &str, chosen: &str) -> Page {
        browser.post(&self.page, &[(self.field, text), ("chosen", chosen), self.other]).await
    }
}

// The four places where somebody is chosen.
async fn places(c: &Contoso, ada: &mut Browser) -> [Place; 4] {
    let leads = group(ada, "Team leads").await;
    [
        Place {
            page: format!("/hosts/{}/pipelines/{}/shares", c.host.id, c.pipeline.id),
            field: "principal",
            other: ("access", "view"),
        },
        Place { page: format!("/hosts/{}/security", c.host.id), field: "principal", other: ("role", "user") },
        Place {
            page: format!("/admin/environments/{}/roles", c.qa.id),
            field: "principal",
            other: ("role", "basic_user"),
        },
        Place { page: format!("{leads}/members"), field: "person", other: ("", "") },
    ]
}

#[actix_web::test]
async fn a_name_or_an_email_is_enough_everywhere() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    for (at, place) in places(&c, &mut ada).await.iter().enumerate() {
        let (one, two) = (c.app.person(&format!("Nora{at}")), c.app.person(&format!("Olaf{at}")));
        assert_eq!(place.send(&mut ada, &one.name.to_uppercase(), "").await.status, 303, "{}", place.page);
        assert_eq!(place.send(&mut ada, &format!("  {} ", two.email), "").await.status, 303, "{}", place.page);
        let page = place.send(&mut ada, "nora", "").await;
        assert_eq!(page.status, 422, "part of a name is not enough");
        page.assert_has(&format!("#{}-error", place.field), "Choose one of the matches.");
        assert_eq!(page.attribute(&format!("#{}", place.field), "value").as_deref(), Some("nora"), "kept");
        let chosen = page.attribute(&format!(".matches [value='person:{}']", one.id), "type");
        assert_eq!(chosen.as_deref(), Some("radio"));
        let page = place.send(&mut ada, "Zeppelin", "").await;
        assert_eq!(page.status, 422);
        page.assert_has(&format!("#{}-error", place.field), "Nobody here is called “Zeppelin”.");
        for (text, sentence) in [("", "Choose a person"), ("a\u{7}", "plain text"), ("b\u{202e}a", "plain text")] {
            let page = place.send(&mut ada, text, "").await;
            assert_eq!(page.status, 422, "{text:?}");
            page.assert_has(&format!("#{}-error", place.field), sentence);
        }
        let page = place.send(&mut ada, &"x".repeat(255), "").await;
        page.assert_has(&format!("#{}-error", place.field), "Use at most 254 characters.");
    }
}

#[actix_web::test]
async fn namesakes_are_told_apart_and_the_rest_of_the_form_stays() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let [shares, ..] = places(&c, &mut ada).await;
    let first = c.app.person("Kim");
    let second = c.app.write(|conn| Person::add(conn, &By::sluice(), "Kim", "kim.two@example.com", false));
    let page = shares.send(&mut ada, "Kim", "").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.all(".matches label"), ["Kim kim@example.com", "Kim kim.two@example.com"]);
    assert!(page.attribute("[name=access][value=view]", "checked").is_some(), "the access is kept");
    // A choice counts only while it fits what is typed.
    let wrong = shares.send(&mut ada, "Maya", &format!("person:{}", second.id)).await;
    wrong.assert_has("#principal-error", "Maya has a share of this pipeline already");
    let page = shares.send(&mut ada, "Kim", &format!("person:{}", second.id)).await;
    assert_eq!(page.status, 303);
    let page = ada.get(&shares.page).await;
    assert!(page.has("tr", "kim.two@example.com") && !page.has("tr", &first.email));
}

#[actix_web::test]
async fn while_typing_those_who_fit_are_offered() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let [shares, _, _, members] = places(&c, &mut ada).await;
    let old = group(&mut ada, "Team of old").await;
    ada.submit(&format!("{old}/retirement"), &[]).await;
    let gone = c.app.person("Teamster");
    ada.submit(&format!("/admin/people/{}/deactivation", gone.id), &[]).await;
    c.app.person("Steam");
    let page = ada.get_partial(&shares.matches("TEAM")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.all("label"), ["Team leads Group", "Steam steam@example.com"], "nobody who is gone");
    assert!(!page.html().contains("<html"), "a fragment");
    assert_eq!(ada.get(&members.matches("team")).await.all("label"), ["Steam steam@example.com"], "people only");
    assert!(ada.get(&shares.matches("")).await.all("label").is_empty());
    assert!(ada.get(&shares.matches(" ")).await.all("label").is_empty());
    for wild in ["%", "_", "!", "\\", "'", "<script>"] {
        let page = ada.get(&shares.matches(wild)).await;
        assert_eq!(page.status, 200, "{wild:?}");
        assert!(page.all("label").is_empty(), "{wild:?} is a letter like others");
    }
    let odd = c.app.person("100%_!");
    for part in ["0%", "_!", "%_!"] {
        assert_eq!(ada.get(&shares.matches(part)).await.all("label").len(), 1, "{part} of {}", odd.name);
    }
    for at in 0..12 {
        c.app.person(&format!("Crowd{at}"));
    }
    let page = ada.get(&shares.matches("crowd")).await;
    assert_eq!(page.all("label").len(), 10);
    page.assert_has(".hint", "More fit");
    page.assert_has("label", "Crowd0");
}

#[actix_web::test]
async fn only_who_may_give_may_look_people_up() {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let bo = c.app.person("Bo");
    c.app.host("Fabrikam Host", &bo);
    let places = places(&c, &mut ada).await;
    for (person, statuses) in [
        (&c.maya, [403, 404, 403, 404]),
        (&c.vic, [403, 404, 404, 404]),
        (&c.zed, [404, 404, 404, 404]),
        (&bo, [404, 404, 404, 404]),
    ] {
        let mut browser = c.app.sign_in(person).await;
        for (place, status) in places.iter().zip(statuses) {
            let page = browser.get(&place.matches("a")).await;
            assert_eq!(page.status, status, "{} at {}", person.name, place.page);
            assert!(!page.html().contains("maya@example.com"));
        }
    }
    let mut nobody = c.app.browser().await;
    for place in &places {
        assert_eq!(nobody.get_partial(&place.matches("a")).await.status, 401);
    }
}

#[actix_web::test]
async fn a_group_goes_wherever_a_person_goes() {
    let app = TestApp::new();
    let (root, cy) = (app.administrator("Root"), app.person("Cy"));
    let host = app.host("Contoso Host", &root);
    let qa = app.environment("Contoso QA");
    let main = app.pipeline(&host, &root, "Main");
    let mut browser = app.sign_in(&root).await;
    let makers = group(&mut browser, "Makers").await;
    browser.submit(&format!("{makers}/members"), &[("person", "Cy")]).await;
    let security = format!("/hosts/{}/security", host.id);
    browser.submit(&security, &[("principal", "makers"), ("role", "user")]).await.assert_has("td", "Makers");
    let shares = format!("/hosts/{}/pipelines/{}/shares", host.id, main.id);
    let page = browser.submit(&shares, &[("principal", "makers"), ("access", "run")]).await;
    page.assert_has("#everybody tr", "Cy cy@example.com Run (through group Makers; Deployment Pipeline User through");
    let roles = format!("/admin/environments/{}/roles", qa.id);
    browser.submit(&roles, &[("principal", "makers"), ("role", "system_customizer")]).await.assert_has("td", "Makers");
    assert_eq!(app.read(|c| main.right(c, &cy)), sluice::rules::rights::Right::Run);
    let page = browser.get(&makers).await;
    for given in ["Contoso QA Environment System Customizer", "Contoso Host Host Deployment", "Main Pipeline Run"] {
        page.assert_has("tr", given);
    }
    browser.get(&security).await.assert_has(
        "#everybody tr",
        "Cy cy@example.com Can run pipelines shared with Run (Deployment Pipeline User through group Makers)",
    );
    let edited = [("name", "Builders"), ("description", "")];
    browser.submit(&makers, &edited).await.assert_has("h1", "Builders");
    browser.get(&shares).await.assert_has("#everybody tr", "Run (through group Builders");
}
