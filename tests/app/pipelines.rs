//! Pipelines of a host: who sees what, what is missing, linking, retiring.

use sluice::{
    error::Error,
    models::{
        permit::{Path, Permit},
        person::Person,
        pipeline::Pipeline,
        principal::Principal,
        reach::Reach,
        seen_pipeline::{ManagePipeline, RunPipeline, SeenPipeline, ViewPipeline},
        share::Share,
    },
    rules::{
        rights::{Access, HostRole, Right},
        validation::RecordKind::{Development, Target},
    },
};

use crate::support::{TestApp, id};

fn visible(app: &TestApp, person: &Person) -> Vec<SeenPipeline> {
    app.read(|c| {
        let who = Reach::of(c, person.clone())?;
        SeenPipeline::visible_to(c, &who)
    })
}

fn path(pipeline: &Pipeline) -> String {
    format!("/hosts/{}/pipelines/{}", pipeline.host_id, pipeline.id)
}

fn share(app: &TestApp, by: &Person, pipeline: &Pipeline, with: Principal, access: Access) {
    let permit = app.permit::<ManagePipeline>(by, &[id("pipeline", pipeline.id)]);
    app.write(|c| Share::add(c, &permit, with, access)).expect("a share that can be added");
}

#[actix_web::test]
async fn a_pipeline_is_made_completed_and_changed() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let dev = app.validated(&host, &ada, "Dev", Development);
    let qa = app.validated(&host, &ada, "QA", Target);
    let list = format!("/hosts/{}/pipelines", host.id);
    let mut browser = app.sign_in(&ada).await;
    browser.get(&list).await.assert_has(".empty", "No pipelines yet");

    let form = [("name", "Main"), ("description", "To production"), ("allow_redeploy", "on")];
    let page = browser.submit(&list, &form).await;
    page.assert_has("h1", "Main");
    page.assert_has(".note", "no linked development environment");
    page.assert_has(".note", "no deployment stage");
    page.assert_has(".facts dd", "Yes");
    page.assert_has(".head .badge", "Incomplete");
    browser.get(&list).await.assert_has("td", "Incomplete");

    let add = page.link("Add Existing Development Environment");
    let page = browser.get(&add).await;
    page.assert_has("label", "Dev");
    assert!(!page.has("label", "QA"), "targets are not offered");
    let main = app.read(|c| Pipeline::of_host(c, &host, false)).remove(0);
    let page = browser.submit(&format!("{}/environments", path(&main)), &[("record", &dev.id.to_string())]).await;
    page.assert_has("#sources td", "Dev");
    app.stage(&main, &ada, "Test", None, &qa);
    let page = browser.get(&list).await;
    page.assert_has("td", "Ready to run");
    page.assert_has("td time", "just now");
    assert!(app.read(|c| main.lacks(c)).is_empty());

    let page = browser.get(&format!("{}/edit", path(&main))).await;
    assert!(page.attribute("#allow_redeploy", "checked").is_some());
    let page = browser.submit(&path(&main), &[("name", "Main line"), ("description", "")]).await;
    page.assert_has("h1", "Main line");
    page.assert_has(".facts dd", "No");
    page.assert_has(".head .badge", "Ready to run");
    assert_eq!(app.log_of(main.id), ["create", "link environment", "add stage", "change"]);
}

#[actix_web::test]
async fn a_name_is_one_live_pipelines_in_a_host() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &ada));
    let main = app.pipeline(&host, &ada, "Main");
    let second = app.pipeline(&host, &ada, "Second");
    app.pipeline(&other, &ada, "Main");
    let mut browser = app.sign_in(&ada).await;
    let list = format!("/hosts/{}/pipelines", host.id);
    for there in [&list, &path(&second)] {
        let page = browser.post(there, &[("name", "MAIN"), ("description", "kept")]).await;
        assert_eq!(page.status, 422);
        page.assert_has("#name-error", "a pipeline with this name already");
        page.assert_has("textarea", "kept");
    }
    let page = browser.post(&list, &[("name", "\u{202e}evil"), ("description", &"x".repeat(2001))]).await;
    page.assert_has("#name-error", "plain text");
    page.assert_has("#description-error", "at most 2000");
    browser.submit(&format!("{}/retirement", path(&main)), &[]).await;
    browser.submit(&list, &[("name", "Main")]).await.assert_has("h1", "Main");
}

#[actix_web::test]
async fn what_cannot_be_linked_is_refused_and_unlinking_asks_first() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &ada));
    let dev = app.validated(&host, &ada, "Dev", Development);
    let qa = app.validated(&host, &ada, "QA", Target);
    let foreign = app.validated(&other, &ada, "Foreign", Development);
    let main = app.pipeline(&host, &ada, "Main");
    app.link(&main, &ada, &dev);
    let mut browser = app.sign_in(&ada).await;
    let sources = format!("{}/environments", path(&main));
    browser.get(&format!("{sources}/new")).await.assert_has(".empty", "linked already");
    for record in [dev.id.to_string(), qa.id.to_string(), foreign.id.to_string(), String::new(), "x".into()] {
        let page = browser.post(&sources, &[("record", &record)]).await;
        assert_eq!(page.status, 422, "{record}");
        assert!(!page.all("#record-error").is_empty(), "{record}: {}", page.text());
    }
    assert_eq!(browser.get(&format!("{sources}/{}/removal", foreign.id)).await.status, 404);
    let removal = format!("{sources}/{}/removal", dev.id);
    browser.get(&removal).await.assert_has("h1", "Unlink Dev from Main?");
    browser.submit(&removal, &[]).await.assert_has("#sources", "No development environment yet");
    assert_eq!(browser.post(&removal, &[]).await.status, 404, "unlinked already");
}

#[actix_web::test]
async fn a_retired_pipeline_stays_readable_and_does_not_change() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let dev = app.validated(&host, &ada, "Dev", Development);
    let qa = app.validated(&host, &ada, "QA", Target);
    let main = app.pipeline(&host, &ada, "Main");
    app.link(&main, &ada, &dev);
    let test = app.stage(&main, &ada, "Test", None, &qa);
    app.unfinished_run(&test, &dev, &ada);
    let mut browser = app.sign_in(&ada).await;
    let retirement = format!("{}/retirement", path(&main));
    browser.get(&retirement).await.assert_has("h1", "Retire Main?");
    let page = browser.post(&retirement, &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", "a deployment that is not finished");
    app.finish_runs();
    let page = browser.submit(&retirement, &[]).await;
    page.assert_has(".badge", "Retired");
    page.assert_has("#stages td", "Test");
    assert!(page.all(".head .bar a").is_empty() && page.all("td.acts a").is_empty());
    let list = format!("/hosts/{}/pipelines", host.id);
    assert!(!browser.get(&list).await.has("td", "Main"));
    browser.get(&format!("{list}?show=retired")).await.assert_has("td", "Main");
    let stage = format!("stages/{}", test.id);
    for act in ["", "/retirement", "/stages", "/shares", &format!("/{stage}"), &format!("/{stage}/retirement")] {
        let form = [
            ("name", "X"),
            ("target", &qa.id.to_string()),
            ("principal", &format!("person:{}", ada.id)),
            ("access", "view"),
        ];
        let page = browser.post(&format!("{}{act}", path(&main)), &form).await;
        assert!(matches!(page.status, 409 | 422), "{act}: {}", page.status);
        page.assert_has("body", "Main is retired");
    }
    assert_eq!(browser.get(&format!("{}/stages/new", path(&main))).await.status, 409);
}

#[actix_web::test]
async fn the_highest_right_of_ones_own_and_ones_groups_counts() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "Main");
    let other = app.pipeline(&host, &ada, "Other");
    let cy = app.person("Cy");
    let right = || app.read(|c| main.right(c, &cy));
    let names = || {
        let seen = visible(&app, &cy);
        seen.iter().map(|seen| (seen.name.clone(), seen.right)).collect::<Vec<_>>()
    };
    assert_eq!((right(), names()), (Right::None, vec![]));
    share(&app, &ada, &main, Principal::Person(cy.id), Access::View);
    assert_eq!((right(), names()), (Right::View, vec![("Main".into(), Right::View)]));
    let makers = app.group("Makers", &[&cy]);
    share(&app, &ada, &main, makers, Access::Run);
    assert_eq!(right(), Right::View, "Run needs a role on the host");
    app.give_host_role(host.id, makers, HostRole::User);
    assert_eq!((right(), names()), (Right::Run, vec![("Main".into(), Right::Run)]));
    app.give_host_role(host.id, Principal::Person(cy.id), HostRole::Administrator);
    let all = vec![("Main".into(), Right::Manage), ("Other".into(), Right::Manage)];
    assert_eq!((right(), names()), (Right::Manage, all));
    let permit = app.permit::<ManagePipeline>(&ada, &[id("pipeline", other.id)]);
    app.write(|c| Pipeline::retire(c, &permit));
    assert_eq!(names().len(), 1, "retired ones are not listed");
    assert_eq!(visible(&app, &ada).len(), 1);
}

#[actix_web::test]
async fn a_refusal_says_who_can_help_and_what_is_hidden_is_not_found() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "Main");
    let (cy, zed) = (app.person("Cy"), app.person("Zed"));
    share(&app, &ada, &main, Principal::Person(cy.id), Access::View);
    let ids = || Path::of([id("pipeline", main.id)]);
    let asked = |person: &Person| {
        let (view, run, manage) = (person.clone(), person.clone(), person.clone());
        let view = app.app.db.read_now(|c| Permit::<ViewPipeline>::check(c, view, &ids()).map(|_| ()));
        let run = app.app.db.read_now(|c| Permit::<RunPipeline>::check(c, run, &ids()).map(|_| ()));
        let manage = app.app.db.read_now(|c| Permit::<ManagePipeline>::check(c, manage, &ids()).map(|_| ()));
        (view, run, manage)
    };
    let (view, run, manage) = asked(&cy);
    assert!(view.is_ok());
    for refusal in [run, manage] {
        let Err(Error::Forbidden(sentence)) = refusal else { panic!("{refusal:?}") };
        assert!(
            sentence.contains("Deployment Pipeline Administrator") && sentence.contains("Contoso Host"),
            "{sentence}"
        );
    }
    assert!(matches!(asked(&zed), (Err(Error::NotFound), Err(Error::NotFound), Err(Error::NotFound))));
    assert!(matches!(asked(&ada), (Ok(()), Ok(()), Ok(()))));
}

#[actix_web::test]
async fn configuring_is_for_who_manages_this_host() {
    let app = TestApp::new();
    let (ada, bo, cy) = (app.person("Ada"), app.person("Bo"), app.person("Cy"));
    let (host, other) = (app.host("Contoso Host", &ada), app.host("Fabrikam Host", &bo));
    let main = app.pipeline(&host, &ada, "Main");
    share(&app, &ada, &main, Principal::Person(cy.id), Access::Run);
    let list = format!("/hosts/{}/pipelines", host.id);
    let own = path(&main);
    let pages = ["", "/edit", "/retirement", "/environments/new", "/stages/new", "/shares"];
    let posts = ["", "/retirement", "/environments", "/stages", "/shares"];
    for (person, status) in [(&bo, 404), (&cy, 403)] {
        let mut browser = app.sign_in(person).await;
        assert_eq!(browser.get(&list).await.status, 404);
        assert_eq!(browser.post(&list, &[("name", "X")]).await.status, 404);
        for page in pages {
            assert_eq!(browser.get(&format!("{own}{page}")).await.status, status, "{} at {page}", person.name);
        }
        for post in posts {
            assert_eq!(browser.post(&format!("{own}{post}"), &[]).await.status, status, "{} to {post}", person.name);
        }
    }
    // The pipeline of one host under the address of another.
    let crossed = format!("/hosts/{}/pipelines/{}", other.id, main.id);
    assert_eq!(app.sign_in(&bo).await.get(&crossed).await.status, 404);
    assert_eq!(app.sign_in(&ada).await.get(&crossed).await.status, 404);
}

#[actix_web::test]
async fn names_are_text_not_html() {
    let app = TestApp::new();
    let ada = app.administrator("Ada");
    let host = app.host("Contoso Host", &ada);
    let main = app.pipeline(&host, &ada, "<script>alert(1)</script>");
    let mut browser = app.sign_in(&ada).await;
    let own = path(&main);
    for there in [format!("/hosts/{}/pipelines", host.id), format!("{own}/edit"), format!("{own}/shares"), own] {
        assert!(!browser.get(&there).await.html().contains("<script>alert"), "{there}");
    }
}
