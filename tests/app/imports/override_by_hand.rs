use sluice::package::Builder;

use crate::support::Makers;

fn expenses() -> Builder {
    Builder::new("Expenses").display_name("Expenses")
}

#[actix_web::test]
async fn a_target_of_pipelines_takes_changes_by_runs_only() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let review = makers.checked(&mut maya, &expenses().version("2.0")).await;
    makers.make_target();
    let page = maya.get(&makers.at("solutions")).await;
    page.assert_has("button[disabled]", "Import solution");
    page.assert_has(
        "#why-not",
        "through a pipeline, or ask Ada or another System Administrator of Contoso Development",
    );
    for (method, path) in [
        ("GET", "imports/new"),
        ("GET", "new-solution"),
        ("GET", "solutions/Expenses/version"),
        ("GET", "solutions/Expenses/removal"),
        ("POST", "solutions/Expenses/version"),
        ("POST", "solutions/Expenses/removal"),
        ("POST", "solutions"),
    ] {
        let path = makers.at(path);
        let page = if method == "GET" { maya.get(&path).await } else { maya.post(&path, &[("reason", "x")]).await };
        assert_eq!(page.status, 403, "{method} {path}");
        page.assert_has("p", "its solutions change by deployments only");
    }
    assert_eq!(maya.post(&review, &[("reason", "please")]).await.status, 403);
    assert_eq!(makers.upload(&mut maya, &expenses().to_bytes().unwrap()).await.status, 403);
    let page = maya.get(&makers.at("solutions/Expenses")).await;
    page.assert_has("button[disabled]", "Delete");
    page.assert_has("button[type=submit]", "Export");
}

#[actix_web::test]
async fn a_system_administrator_overrides_with_a_reason_that_is_audited() {
    let makers = Makers::new();
    makers.make_target();
    let mut ada = makers.app.sign_in(&makers.ada).await;
    let review = makers.checked(&mut ada, &expenses()).await;
    let page = ada.post(&review, &[("reason", "  ")]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#reason-error", "Enter a reason.");
    assert_eq!(makers.operations().len(), 1, "only the check");
    assert_eq!(ada.post(&review, &[("reason", "The pipeline is down")]).await.status, 303);
    makers.app.run_worker().await;
    let log = makers.audit();
    assert!(log.iter().any(|entry| entry.contains("Past the pipelines: The pipeline is down")), "{log:?}");
    let form = [("version", "2.0"), ("reason", "")];
    let page = ada.post(&makers.at("solutions/Expenses/version"), &form).await;
    page.assert_has("#reason-error", "Enter a reason.");
    let page = ada.post(&makers.at("solutions/Expenses/removal"), &[]).await;
    page.assert_has("#reason-error", "Enter a reason.");
    assert_eq!(ada.post(&makers.at("solutions/Expenses/removal"), &[("reason", "wrong one")]).await.status, 303);
}
