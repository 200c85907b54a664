use diesel::prelude::*;
use sluice::{
    package::{Builder, checks::VariableKind},
    schema::embedded_solutions,
};

use crate::support::Makers;

fn expenses() -> Builder {
    Builder::new("Expenses")
        .display_name("Contoso Expenses")
        .description("Claims & <i>receipts</i>")
        .version("1.0.0.4")
        .publisher("contoso", "Contoso Ltd", "cts")
        .table("cts_claim", "Claim")
        .table("cts_receipt", "Receipt")
        .connection_reference("cts_mail", "Mail", "shared_office365")
        .variable("cts_Limit", "Limit", VariableKind::Number, Some("100"), true, None)
}

#[actix_web::test]
async fn a_solution_shows_what_it_is_and_what_can_be_done_with_it() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let page = maya.get(&makers.at("solutions/Expenses")).await;
    page.assert_has("h1", "Contoso Expenses");
    page.assert_has(".head p", "1.0.0.4");
    assert_eq!(page.all(".tabs a"), ["Overview", "Pipelines"]);
    assert_eq!(page.link("Deploy"), makers.at("solutions/Expenses/pipelines"));
    assert_eq!(page.link("Raise version"), makers.at("solutions/Expenses/version"));
    assert_eq!(page.link("Delete"), makers.at("solutions/Expenses/removal"));
    page.assert_has("button", "Export");
    let tab = maya.get(&makers.at("solutions/Expenses/pipelines")).await;
    assert_eq!(tab.all(".head .bar a, .head .bar button"), ["Raise version", "Export", "Delete"]);
    assert_eq!(maya.get(&makers.at("solutions/expenses")).await.status, 200, "names are found in any case");
    assert_eq!(maya.get(&makers.at("solutions/Nothing")).await.status, 404);
}

#[actix_web::test]
async fn what_it_holds_follows_as_its_environment_says_now() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let page = maya.get(&makers.at("solutions/Expenses")).await;
    let contents = makers.at("solutions/Expenses/contents");
    assert_eq!(page.attribute("#contents", "hx-get").as_deref(), Some(contents.as_str()));
    assert_eq!(page.link("Show what it holds and needs"), contents, "where no scripts run");
    let (whole, part) = (maya.get(&contents).await, maya.get_partial(&contents).await);
    assert!(whole.has("h1", "Contoso Expenses") && !part.html().contains("<html"));
    for page in [whole, part] {
        assert!(page.attribute("#contents", "hx-get").is_none(), "it is there");
        page.assert_has("dd", "Contoso Ltd with prefix cts");
        page.assert_has("dd", "Claims & <i>receipts</i>");
        page.assert_has("summary", "Table 2");
        page.assert_has("td", "cts_claim");
        page.assert_has("td", "Office 365 Outlook shared_office365");
        page.assert_has("td", "None");
        page.assert_has("td", "100");
        page.assert_has("td", "the default");
    }
    assert_eq!(maya.get(&makers.at("solutions/Nothing/contents")).await.status, 404);
}

#[actix_web::test]
async fn while_something_is_done_to_it_what_it_holds_stays_and_is_fetched_again_after_that() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let overview = makers.at("solutions/Expenses");
    maya.post(&makers.at("solutions/Expenses/version"), &[("version", "1.0.0.5")]).await;
    let loads = "#overview [hx-trigger=load]";
    let page = maya.get(&overview).await;
    assert!(page.has("#contents", "Show what it holds") && page.attribute(loads, "hx-get").is_none());
    let page = maya.get_partial(&overview).await;
    assert!(page.attribute("#overview", "hx-get").is_some() && page.attribute(loads, "hx-get").is_none());
    makers.app.run_worker().await;
    let page = maya.get_partial(&overview).await;
    assert!(page.attribute("#overview", "hx-get").is_none());
    assert_eq!(page.attribute(loads, "hx-target").as_deref(), Some("#contents"));
    assert!(maya.get(&overview).await.attribute(loads, "hx-get").is_none(), "the page that is new has its own");
}

#[actix_web::test]
async fn what_is_there_no_more_is_told_as_it_was_last_seen() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    makers.app.write(|c| Ok(diesel::delete(embedded_solutions::table).execute(c)?));
    let page = maya.get(&makers.at("solutions/Expenses/contents")).await;
    page.assert_has(".note.bad", "Contoso Expenses is not in Contoso Development any more.");
    page.assert_has("h2", "As last seen");
}

#[actix_web::test]
async fn what_a_solution_needs_and_what_needs_it_is_named() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses()).await;
    let travel =
        Builder::new("Travel").display_name("Business travel").requires("Expenses", "1.0", 1, "cts_claim", "Claim");
    makers.import(&mut maya, &travel).await;
    let page = maya.get(&makers.at("solutions/Travel/contents")).await;
    page.assert_has("td", "Claim");
    page.assert_has("td", "Present");
    assert_eq!(page.link("Contoso Expenses"), makers.at("solutions/Expenses"), "by the name that people know");
    maya.get(&makers.at("solutions/Expenses/contents")).await.assert_has("li", "Business travel");
}

#[actix_web::test]
async fn a_managed_solution_is_neither_deployed_nor_exported() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &expenses().managed(true)).await;
    let page = maya.get(&makers.at("solutions/Expenses")).await;
    assert_eq!(page.link("Uninstall"), makers.at("solutions/Expenses/removal"));
    assert!(!page.has(".bar a", "Deploy") && !page.has("a", "Raise version") && !page.has("button", "Export"));
    assert_eq!(maya.post(&makers.at("solutions/Expenses/exports"), &[]).await.status, 409);
    assert_eq!(maya.get(&makers.at("solutions/Expenses/version")).await.status, 409);
}

#[actix_web::test]
async fn who_may_only_look_can_go_to_the_pipelines_but_change_nothing() {
    let makers = Makers::new();
    makers.import(&mut makers.maya().await, &expenses()).await;
    let mut bo = makers.app.sign_in(&makers.bo).await;
    let page = bo.get(&makers.at("solutions/Expenses")).await;
    assert_eq!(page.link("Pipelines"), makers.at("solutions/Expenses/pipelines"));
    assert!(
        !page.has("main a", "Deploy")
            && !page.has("a", "Raise version")
            && !page.has("button", "Export")
            && !page.has("a", "Delete")
    );
    for act in ["version", "removal", "exports"] {
        assert_eq!(bo.post(&makers.at(&format!("solutions/Expenses/{act}")), &[]).await.status, 403, "{act}");
    }
}
