//! Uninstalling and deleting solutions.

use sluice::package::Builder;

use crate::support::Makers;

#[actix_web::test]
async fn a_solution_is_removed_after_a_page_that_names_it() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    for (managed, verb) in [(false, "Delete"), (true, "Uninstall")] {
        makers.import(&mut maya, &Builder::new("Expenses").display_name("<Expenses>").managed(managed)).await;
        let page = maya.get(&makers.at("solutions/Expenses/removal")).await;
        page.assert_has("h1", &format!("{verb} <Expenses>?"));
        page.assert_has("button.danger", verb);
        let page = maya.submit(&makers.at("solutions/Expenses/removal"), &[]).await;
        page.assert_has("[role=status]", "<Expenses> is being removed");
        makers.app.run_worker().await;
        let page = maya.get(&makers.at("solutions")).await;
        assert!(!page.has("td", "Expenses"), "{}", page.text());
        assert_eq!(maya.get(&makers.at("solutions/Expenses")).await.status, 404);
    }
}

#[actix_web::test]
async fn what_others_need_stays_and_they_are_named() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let base = Builder::new("Base").display_name("Base").table("contoso_claim", "Claim").managed(true);
    makers.import(&mut maya, &base).await;
    let travel =
        Builder::new("Travel").display_name("Business travel").requires("Base", "1.0", 1, "contoso_claim", "Claim");
    makers.import(&mut maya, &travel).await;
    let page = maya.get(&makers.at("solutions/Base/removal")).await;
    page.assert_has("h1", "Base is still needed");
    page.assert_has("li", "Business travel");
    assert!(!page.has("button", "Uninstall"));
    let operations = makers.operations().len();
    assert_eq!(maya.post(&makers.at("solutions/Base/removal"), &[]).await.status, 422);
    assert_eq!(makers.operations().len(), operations);
    maya.post(&makers.at("solutions/Travel/removal"), &[]).await;
    makers.app.run_worker().await;
    assert_eq!(maya.post(&makers.at("solutions/Base/removal"), &[]).await.status, 303);
}
