//! Connections and variables: asked, judged beside the field, pre-filled, up and down as a file.

use sluice::rules::state::State;

use crate::support::{Contoso, contoso};

#[actix_web::test]
async fn what_is_missing_or_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let deploy = format!("/runs/{}/deployment", run.id);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    let steps = ["Target", "Checks", "Connections 1 to answer", "Variables 1 to answer", "Review"];
    assert_eq!(page.all(".wizard li"), steps);
    assert_eq!(page.all(".wizard .done"), ["Target", "Checks"]);
    assert_eq!(page.all(".wizard [aria-current]"), ["Connections 1 to answer"], "the first that is open");
    page.assert_has("#review .note", "Still to answer: Mail , Limit .");
    assert_eq!(page.link("Mail"), "#connection:con_mail");
    assert_eq!(page.attribute("#review a", "data-answers").as_deref(), Some("connection:con_mail"));
    let form = [("connection:con_mail", ""), ("variable:con_limit", "many"), ("variable:con_sender", "me@example.com")];
    let page = maya.post(&deploy, &form).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.all(".field .error").len(), 2, "{}", page.text());
    page.assert_has(".field .error", "Choose a connection.");
    assert!(
        !page.all(".field .error").join(" ").contains("has no connection"),
        "the label says of what: {}",
        page.text()
    );
    assert_eq!(page.attribute("[name='variable:con_sender']", "value").as_deref(), Some("me@example.com"));
    assert_eq!(c.run(run.id).state, State::ValidationSucceeded);
    let alien = c.connection(&c.production, "Elsewhere", "shared_office365");
    let page = maya.post(&deploy, &[("connection:con_mail", &alien), ("variable:con_limit", "1")]).await;
    assert_eq!(page.status, 422, "a connection of another environment is none");
    let wrong = c.connection(&c.qa, "Approvals", "shared_approvals");
    let page = maya.post(&deploy, &[("connection:con_mail", &wrong), ("variable:con_limit", "1")]).await;
    assert_eq!(page.status, 422, "a connection of another connector does not fit");
}

#[actix_web::test]
async fn what_was_chosen_reaches_the_target_and_is_pre_filled_next_time() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mail = c.connection(&c.qa, "Office mail", "shared_office365");
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let form = [("connection:con_mail", mail.as_str()), ("variable:con_limit", "250"), ("notes", "First")];
    assert_eq!(maya.post(&format!("/runs/{}/deployment", run.id), &form).await.status, 303);
    c.app.run_worker().await;
    assert_eq!(c.run(run.id).state, State::Succeeded, "{:?}", c.run(run.id).error_message);
    let there = c.app.app.platforms.embedded().solution(c.qa.id, "contoso_expenses").await.unwrap().unwrap();
    assert_eq!(there.connection_references[0].connection.as_deref(), Some("Office mail"));
    let value = |name: &str| there.variables.iter().find(|one| one.schema_name == name).unwrap().value.clone();
    assert_eq!((value("con_limit").as_deref(), value("con_sender")), (Some("250"), None));

    c.import(&c.development, &contoso::expenses("1.0.0.5")).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    assert_eq!(page.attribute("[name='variable:con_limit']", "value").as_deref(), Some("250"));
    assert_eq!(page.all(".wizard .done"), ["Target", "Checks", "Connections", "Variables"]);
    assert_eq!(page.all(".wizard [aria-current]"), ["Review"]);
    page.assert_has("#review .body", "No problems were found.");
    page.assert_has("[id='variable:con_limit-hint']", "Contoso QA has “250”");
    page.assert_has("[id='variable:con_limit-hint']", "Leave empty to keep it.");
    page.assert_has("[id='variable:con_sender-hint']", "The default is “noreply@example.com”");
    page.assert_has("[id='variable:con_sender-hint']", "Leave empty to use the default.");
    let again = c.deploy(&mut maya, &c.test, "contoso_expenses").await;
    assert_eq!(again.state, State::Succeeded, "keeping sends nothing and keeps all");
}

#[actix_web::test]
async fn a_settings_file_fills_in_the_form_and_comes_back_the_same() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mail = c.connection(&c.qa, "Office mail", "shared_office365");
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let path = format!("/runs/{}/settings-file", run.id);
    let file = format!(
        r#"{{"EnvironmentVariables":[{{"SchemaName":"con_limit","Value":"300"}}],
            "ConnectionReferences":[{{"LogicalName":"con_mail","ConnectionId":"{mail}","ConnectorId":"/providers/Microsoft.PowerApps/apis/shared_office365"}}]}}"#
    );
    assert_eq!(maya.upload(&path, &[], ("file", "settings.json", file.as_bytes())).await.status, 303);
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    assert_eq!(page.attribute("[name='variable:con_limit']", "value").as_deref(), Some("300"));
    page.assert_has("[name='connection:con_mail'] option[selected]", "Office mail");
    let download = maya.get(&path).await;
    assert!(download.header("content-disposition").contains("contoso_expenses_1_0_0_4_settings.json"));
    let json: serde_json::Value = serde_json::from_slice(&download.body).unwrap();
    assert_eq!(json["EnvironmentVariables"][0]["Value"], "300");
}

#[actix_web::test]
async fn a_file_that_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let path = format!("/runs/{}/settings-file", run.id);
    let large = vec![b' '; (1 << 20) + 1];
    for bytes in [&b""[..], b"not json", b"[]", br#"{"EnvironmentVariables":[{"SchemaName":5}]}"#, &large] {
        let page = maya.upload(&path, &[], ("file", "settings.json", bytes)).await;
        assert_eq!(page.status, 422);
        page.assert_has("#file-error", "settings file");
    }
}
