//! What was removed is refused wherever somebody wants it, with when and what to do.

use sluice::{platform::Act, rules::state::State};

use super::{artifact, contoso, force_retired, preview, save, tidy};
use crate::support::contoso as solutions;

const REMOVED: &str = "Sluice removed the package of 1.0.0.1 on ";

#[actix_web::test]
async fn a_runs_page_says_so_in_place_of_downloads() {
    let (c, mut maya, tested) = contoso().await;
    let run = format!("/runs/{}", tested[0].id);
    maya.get(&run).await.assert_has("a", "Download managed");
    save(&c, "30", "1").await;
    tidy(&c).await;
    let page = maya.get(&run).await;
    assert_eq!(page.all("dd.mono, dd").iter().filter(|text| text.contains("by retention")).count(), 2);
    assert!(!page.has("a", "Download managed") && !page.has("a", "Download unmanaged"));
    for kind in ["managed", "unmanaged"] {
        let page = maya.get(&format!("{run}/packages/{kind}")).await;
        assert_eq!(page.status, 409);
        page.assert_has("p", "Sluice removed the package of Contoso Core 1.0.0.1 on ");
    }
    maya.get(&format!("/runs/{}", tested[2].id)).await.assert_has("a", "Download managed");
}

#[actix_web::test]
async fn it_is_neither_promoted_nor_redeployed() {
    let (c, mut maya, tested) = contoso().await;
    save(&c, "30", "1").await;
    tidy(&c).await;
    let run = format!("/runs/{}", tested[0].id);
    let page = maya.get(&run).await;
    assert!(
        page.all(".why").iter().any(|why| why.starts_with("Promote to Production: Sluice removed")),
        "{}",
        page.text()
    );
    assert!(page.all(".why").iter().any(|why| why.starts_with("Redeploy: Sluice removed")));
    let stage = c.live.id.to_string();
    let (before, form) = (c.runs(), [("stage", stage.as_str())]);
    for (act, form) in [("promotion", form.as_slice()), ("redeployment", &[])] {
        let page = maya.post(&format!("{run}/{act}"), form).await;
        assert_eq!(page.status, 409, "{act}");
        page.assert_has("p", REMOVED);
        page.assert_has("p", "Raise the version in Contoso Development and deploy that version.");
    }
    assert_eq!(c.runs(), before);
}

#[actix_web::test]
async fn it_is_not_tried_again() {
    let (c, mut maya, _) = contoso().await;
    c.import(&c.development, &solutions::tables("1.0.0.4")).await;
    let run = c.validated(&mut maya, &c.test, "contoso_core").await;
    maya.post(&format!("/runs/{}/cancellation", run.id), &[]).await;
    assert_eq!(c.run(run.id).state, State::Canceled);
    maya.get(&format!("/runs/{}", run.id)).await.assert_has("button", "Retry");
    force_retired(&c, artifact(&c, &run).id);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    assert!(!page.has("button", "Retry"));
    page.assert_has(".why", "Retry: Sluice removed the package of 1.0.0.4 on ");
    let page = maya.post(&format!("/runs/{}/retry", run.id), &[]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", "Sluice removed the package of 1.0.0.4 on ");
    assert_eq!(maya.get(&format!("/runs/{}", run.id)).await.status, 200);
    // Nothing binds that version, so Next exports it anew.
    let again = c.validated(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(again.state, State::ValidationSucceeded, "{:?}", again.error_message);
}

#[actix_web::test]
async fn next_does_not_take_it_when_its_source_has_that_version_again() {
    let (c, mut maya, _) = contoso().await;
    save(&c, "30", "1").await;
    tidy(&c).await;
    c.act(&c.development, Act::Uninstall { solution: "contoso_core".into() }).await.unwrap();
    c.import(&c.development, &solutions::tables("1.0.0.1")).await;
    let page = c.next(&mut maya, &c.test, "contoso_core").await;
    assert_eq!(page.status, 409);
    page.assert_has(".note", REMOVED);
    page.assert_has("a", "Raise version");
    let cards = format!("/environments/{}/solutions/contoso_core/pipelines", c.development.id);
    let page = maya.get(&cards).await;
    page.assert_has(".stage .why", REMOVED);
    page.assert_has(".stage a", "Raise version");
    // Retention alone never gets there: what its source shows stays.
    let (c, mut maya, tested) = contoso().await;
    c.act(&c.development, Act::Uninstall { solution: "contoso_core".into() }).await.unwrap();
    c.import(&c.development, &solutions::tables("1.0.0.1")).await;
    preview(&c, 30, 1, "stays").await.assert_has("tbody li", "Contoso Development has this version");
    save(&c, "30", "1").await;
    tidy(&c).await;
    assert_eq!(artifact(&c, &tested[0]).retired_at, None);
    assert_eq!(c.next(&mut maya, &c.test, "contoso_core").await.status, 409, "QA has a higher version, as ever");
}
