//! The settings of a host.

use sluice::models::host::Host;

use crate::support::TestApp;

#[actix_web::test]
async fn settings_are_kept_as_ticked() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    let host = app.host("Contoso Host", &ada);
    let path = format!("/hosts/{}/settings", host.id);
    let mut browser = app.sign_in(&ada).await;
    let page = browser.get(&path).await;
    page.assert_has("label", "Allow deployments across regions");
    page.assert_has("label", "Require managed environments");
    for (form, expected) in [
        (&[("allow_cross_region", "on"), ("require_managed", "on")][..], (true, true)),
        (&[("require_managed", "on")], (false, true)),
        (&[], (false, false)),
    ] {
        let page = browser.submit(&path, form).await;
        page.assert_has(".flash", "The settings are saved");
        let ticked = |name: &str| page.attribute(&format!("#{name}"), "checked").is_some();
        assert_eq!((ticked("allow_cross_region"), ticked("require_managed")), expected);
        let now = app.read(|c| Host::by_id(c, host.id));
        assert_eq!((now.allow_cross_region, now.require_managed), expected);
    }
    assert_eq!(app.log_of(host.id), ["change settings"; 3]);
}

#[actix_web::test]
async fn another_hosts_settings_are_not_found() {
    let app = TestApp::new();
    let (ada, bo) = (app.person("Ada"), app.person("Bo"));
    let host = app.host("Contoso Host", &ada);
    app.host("Fabrikam Host", &bo);
    let path = format!("/hosts/{}/settings", host.id);
    let mut browser = app.sign_in(&bo).await;
    assert_eq!(browser.get(&path).await.status, 404);
    assert_eq!(browser.post(&path, &[("allow_cross_region", "on")]).await.status, 404);
    assert!(!app.read(|c| Host::by_id(c, host.id)).allow_cross_region);
}
