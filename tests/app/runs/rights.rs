//! Who may see, run and manage what, on every address of a run.

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn a_viewer_sees_the_runs_and_no_deploy() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let mut vic = c.app.sign_in(&c.vic).await;
    vic.get("/deployments").await.assert_has("td", "Contoso Expenses");
    let page = vic.get(&format!("/runs/{}", run.id)).await;
    assert_eq!(page.status, 200);
    for page in [page, vic.get(&format!("/pipelines/{}?solution=contoso_expenses", c.pipeline.id)).await] {
        assert!(page.all("main button, main a.button").iter().all(|text| !text.contains("Deploy")), "{}", page.text());
    }
}

#[actix_web::test]
async fn every_address_of_a_run_answers_each_person_as_their_right_says() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await.id;
    let stage = format!("/pipelines/{}/stages/{}/runs", c.pipeline.id, c.test.id);
    let gets = [
        (format!("/pipelines/{}", c.pipeline.id), 200),
        (format!("{stage}/new?solution=contoso_core&source={}", c.development.id), 403),
        (format!("/runs/{run}"), 200),
        (format!("/runs/{run}/settings-file"), 403),
        (format!("/runs/{run}/redeployment"), 403),
        (format!("/runs/{run}/packages/managed"), 403),
    ];
    let posts = [
        stage.clone(),
        format!("/runs/{run}/deployment"),
        format!("/runs/{run}/settings-file"),
        format!("/runs/{run}/cancellation"),
        format!("/runs/{run}/retry"),
        format!("/runs/{run}/promotion"),
        format!("/runs/{run}/redeployment"),
    ];
    let (mut vic, mut zed, mut nobody) =
        (c.app.sign_in(&c.vic).await, c.app.sign_in(&c.zed).await, c.app.browser().await);
    for (path, viewer) in gets {
        assert_eq!(vic.get(&path).await.status, viewer, "viewer: {path}");
        assert_eq!(zed.get(&path).await.status, 404, "stranger: {path}");
        nobody.get(&path).await.assert_has("h1", "Sign in");
    }
    for path in posts {
        assert_eq!(vic.post(&path, &[]).await.status, 403, "viewer: {path}");
        assert_eq!(zed.post(&path, &[]).await.status, 404, "stranger: {path}");
        assert_eq!(nobody.post(&path, &[]).await.location(), Some("/sign-in"), "nobody: {path}");
    }
    assert_eq!(c.runs(), 1);
}

#[actix_web::test]
async fn a_share_to_run_without_a_role_on_the_host_only_shows() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.app.write(|conn| {
        use diesel::prelude::*;
        use sluice::schema::host_roles;
        Ok(diesel::delete(host_roles::table.filter(host_roles::person_id.eq(c.maya.id))).execute(conn)?)
    });
    let mut maya = c.app.sign_in(&c.maya).await;
    let page = c.next(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(page.status, 403);
    page.assert_has("main", "Ask Ada or another Deployment Pipeline Administrator of Contoso Host to give you Deployment Pipeline User there.");
}

#[actix_web::test]
async fn running_needs_the_import_right_in_the_target() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    c.app.write(|conn| {
        use diesel::prelude::*;
        use sluice::schema::environment_roles;
        let mine = environment_roles::table.filter(environment_roles::environment_id.eq(c.qa.id));
        Ok(diesel::delete(mine.filter(environment_roles::person_id.eq(c.maya.id))).execute(conn)?)
    });
    let mut maya = c.app.sign_in(&c.maya).await;
    c.next(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(c.runs(), 0);
    let page = maya.get(&format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id)).await;
    page.assert_has("article.stage .why", "Contoso QA");
}

#[actix_web::test]
async fn a_stage_of_another_pipeline_is_not_found() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let other = c.app.pipeline(&c.host, &c.ada, "Other");
    let mut ada = c.app.sign_in(&c.ada).await;
    let path = format!("/pipelines/{}/stages/{}/runs", other.id, c.test.id);
    let source = c.development.id.to_string();
    let page = ada.post(&path, &[("solution", "contoso_core"), ("source", &source)]).await;
    assert_eq!(page.status, 404);
}
