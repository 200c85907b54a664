//! Raising the version of a solution.

use sluice::package::Builder;

use crate::support::Makers;

#[actix_web::test]
async fn the_version_is_raised_to_a_higher_one() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses").display_name("Expenses").version("1.0.0.9")).await;
    let path = makers.at("solutions/Expenses/version");
    assert_eq!(maya.get(&path).await.attribute("#version", "value").as_deref(), Some("1.0.0.10"));
    for (version, message) in [
        ("", "Enter a version."),
        ("abc", "A version is"),
        ("1.0.0.9", "higher than 1.0.0.9"),
        ("1.0.0.8", "higher"),
        ("1.0", "higher"),
    ] {
        let page = maya.post(&path, &[("version", version)]).await;
        assert_eq!(page.status, 422, "{version}");
        page.assert_has("#version-error", message);
        assert_eq!(page.attribute("#version", "value").as_deref(), Some(version));
    }
    let page = maya.submit(&path, &[("version", "1.0.0.10")]).await;
    page.assert_has("[role=status]", "being raised to 1.0.0.10");
    page.assert_has("li", "Raise of Expenses to 1.0.0.10 Waiting");
    assert!(page.attribute("#overview", "hx-get").is_some());
    makers.app.run_worker().await;
    let page = maya.get_partial(&makers.at("solutions/Expenses")).await;
    page.assert_has(".head p", "1.0.0.10");
    assert!(page.attribute("#overview", "hx-get").is_none() && !page.html().contains("<html"));
    maya.get(&makers.at("solutions")).await.assert_has("td", "1.0.0.10");
    let log = makers.audit();
    assert!(log.iter().any(|entry| entry.contains("Version: 1.0.0.9 → 1.0.0.10")), "{log:?}");
}
