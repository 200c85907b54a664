//! Uninstall: what goes, what stays, and what is refused.

use sluice::{
    package::{Builder, checks::VariableKind},
    platform::Platform,
};

use super::{Ground, orders, refusal};

fn shop() -> Builder {
    Builder::new("Shop").display_name("The shop").requires("Orders", "1.0.0.0", 1, "contoso_order", "Order")
}

#[tokio::test]
async fn what_others_need_stays() {
    for managed in [true, false] {
        let ground = Ground::new();
        let test = ground.environment("Contoso Test");
        ground.import(test, &orders().managed(managed)).await.unwrap();
        ground.import(test, &shop().managed(managed)).await.unwrap();
        let details = ground.details(test, "Orders").await;
        assert_eq!(details.required_by, ["The shop"]);
        let requires = ground.details(test, "Shop").await.requires;
        let requires: Vec<_> =
            requires.iter().map(|one| (one.component.as_str(), one.kind.as_str(), one.met)).collect();
        assert_eq!(requires, [("Order", "Table", true)]);
        assert_eq!(
            ground.uninstall(test, "Orders").await.unwrap_err(),
            refusal(
                "0x8004F01F",
                "Orders of all kinds cannot be uninstalled, as The shop needs something of it: uninstall The shop first."
            )
        );
        assert_eq!(ground.components(test, "Orders").await, ["contoso_order"]);
        ground.uninstall(test, "Shop").await.unwrap();
        ground.uninstall(test, "Orders").await.unwrap();
        assert_eq!(ground.platform.solutions(test).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_component_that_another_solution_has_too_does_not_hold() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders()).await.unwrap();
    ground.import(test, &Builder::new("Copy").table("contoso_order", "Order")).await.unwrap();
    ground.import(test, &shop()).await.unwrap();
    assert_eq!(ground.details(test, "Orders").await.required_by, Vec::<String>::new());
    ground.uninstall(test, "Orders").await.unwrap();
    assert_eq!(ground.details(test, "Copy").await.required_by, ["The shop"]);
    let (code, _) = ground.uninstall(test, "Copy").await.unwrap_err();
    assert_eq!(code, "0x8004F01F");
}

#[tokio::test]
async fn what_is_not_there_cannot_be_uninstalled() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    assert_eq!(
        ground.uninstall(test, "Orders").await.unwrap_err(),
        refusal("0x80040217", "Contoso Test has no solution Orders.")
    );
    assert!(ground.platform.solution(test, "Orders").await.unwrap().is_none());
}

#[tokio::test]
async fn variables_and_references_go_with_their_last_solution() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let settled = |name| {
        Builder::new(name)
            .variable("contoso_url", "URL", VariableKind::Text, None, false, Some("a"))
            .connection_reference("contoso_mail", "Mail", "shared_office365")
    };
    ground.import(test, &settled("First")).await.unwrap();
    ground.import(test, &settled("Second")).await.unwrap();
    ground.uninstall(test, "First").await.unwrap();
    let details = ground.details(test, "Second").await;
    assert_eq!(details.variables[0].value.as_deref(), Some("a"));
    assert_eq!(details.connection_references.len(), 1);
    ground.uninstall(test, "Second").await.unwrap();
    let again = ground.check(test, &settled("Third")).await;
    assert_eq!(again.variables[0].current, None);
    // A new version without them lets them go too.
    ground.import(test, &settled("Third")).await.unwrap();
    ground.import(test, &Builder::new("Third").version("2.0")).await.unwrap();
    assert_eq!(ground.check(test, &settled("Fourth")).await.variables[0].current, None);
}

#[tokio::test]
async fn an_environment_is_alone() {
    let ground = Ground::new();
    let (test, production) = (ground.environment("Contoso Test"), ground.environment("Contoso"));
    for at in [test, production] {
        ground.import(at, &orders().managed(true)).await.unwrap();
    }
    ground.import(production, &shop().managed(true)).await.unwrap();
    ground.uninstall(test, "Orders").await.unwrap();
    assert_eq!(ground.components(production, "Orders").await, ["contoso_order"]);
}
