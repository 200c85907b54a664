//! Connections and values: what settings say, what is kept, what the package brings.

use sluice::{
    error::Error,
    id::{EnvironmentId, RowId},
    package::{Builder, checks::VariableKind},
    platform::{Platform, embedded::connections},
    rules::{
        connections::{Connection, Connections},
        settings::{DeploymentSettings, ReferenceSetting, VariableSetting},
    },
};

use super::{Ground, refusal};

fn mail() -> Builder {
    Builder::new("Mail").connection_reference("contoso_mail", "Outlook", "shared_office365").managed(true)
}

fn url(default: Option<&str>, packaged: Option<&str>) -> Builder {
    Builder::new("Site").variable("contoso_url", "URL", VariableKind::Text, default, true, packaged).managed(true)
}

fn reference(logical_name: &str, connection_id: &str) -> DeploymentSettings {
    let setting = ReferenceSetting {
        logical_name: logical_name.to_owned(),
        connection_id: connection_id.to_owned(),
        ..ReferenceSetting::default()
    };
    DeploymentSettings { connection_references: vec![setting], ..DeploymentSettings::default() }
}

fn value(schema_name: &str, value: &str) -> DeploymentSettings {
    let setting = VariableSetting { schema_name: schema_name.to_owned(), value: value.to_owned() };
    DeploymentSettings { environment_variables: vec![setting], ..DeploymentSettings::default() }
}

fn connection(ground: &Ground, at: EnvironmentId, name: &str, connector: &str) -> Connection {
    let maker = ground.app.person(&format!("maker-{}", RowId::new()));
    ground.app.write(|c| connections::add(c, at, name, connector, maker.id))
}

/// The name of the connection that the reference of `mail` is bound to.
async fn bound(ground: &Ground, at: EnvironmentId) -> Option<String> {
    let mut references = ground.details(at, "Mail").await.connection_references;
    assert_eq!((references.len(), references[0].display_name.as_str()), (1, "Outlook"));
    references.remove(0).connection
}

/// The value of the variable of `url`.
async fn valued(ground: &Ground, at: EnvironmentId) -> Option<String> {
    let mut variables = ground.details(at, "Site").await.variables;
    assert_eq!(variables.len(), 1);
    variables.remove(0).value
}

#[tokio::test]
async fn a_connection_is_bound_and_kept() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let office = connection(&ground, test, "Ada’s mailbox", "shared_office365");
    ground.import(test, &mail()).await.unwrap();
    assert_eq!(bound(&ground, test).await, None);
    let settings = reference("CONTOSO_mail", &office.id.to_uppercase());
    ground.import_with(test, &mail(), settings).await.unwrap();
    assert_eq!(bound(&ground, test).await.as_deref(), Some("Ada’s mailbox"));
    let current = ground.check(test, &mail()).await.connection_references.remove(0).current;
    assert_eq!(current, Some(office.id));
    ground.import(test, &mail().version("2.0")).await.unwrap();
    assert_eq!(bound(&ground, test).await.as_deref(), Some("Ada’s mailbox"));
}

#[tokio::test]
async fn a_connection_must_exist_there_and_fit() {
    let ground = Ground::new();
    let (test, other) = (ground.environment("Contoso Test"), ground.environment("Contoso"));
    let elsewhere = connection(&ground, other, "Elsewhere", "shared_office365");
    let sql = connection(&ground, test, "Our database", "shared_sql");
    let absent =
        format!("Contoso Test has no connection {}, which Outlook would use: choose another one.", elsewhere.id);
    assert_eq!(
        ground.import_with(test, &mail(), reference("contoso_mail", &elsewhere.id)).await.unwrap_err(),
        refusal("connection-absent", &absent)
    );
    assert_eq!(
        ground.import_with(test, &mail(), reference("contoso_mail", &sql.id)).await.unwrap_err(),
        refusal(
            "connection-of-other-connector",
            "Outlook needs a connection of shared_office365, but Our database is one of shared_sql."
        )
    );
    assert_eq!(ground.platform.solutions(test).await.unwrap(), []);
    // What the package does not ask for is not looked at.
    ground.import_with(test, &mail(), reference("contoso_other", &sql.id)).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_no_longer_fits_is_let_go() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let office = connection(&ground, test, "Mailbox", "shared_office365");
    ground.import_with(test, &mail(), reference("contoso_mail", &office.id)).await.unwrap();
    let changed = Builder::new("Mail").version("2.0").managed(true);
    let changed = changed.connection_reference("contoso_mail", "Outlook", "shared_gmail");
    ground.import(test, &changed).await.unwrap();
    assert_eq!(bound(&ground, test).await, None);
}

#[tokio::test]
async fn values_come_from_the_settings_the_environment_and_the_package() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &url(Some("default"), None)).await.unwrap();
    assert_eq!(valued(&ground, test).await, None);
    ground.import(test, &url(None, Some("packaged"))).await.unwrap();
    assert_eq!(valued(&ground, test).await.as_deref(), Some("packaged"));
    ground.import(test, &url(None, Some("another"))).await.unwrap();
    assert_eq!(valued(&ground, test).await.as_deref(), Some("packaged"));
    ground.import_with(test, &url(None, Some("another")), value("Contoso_URL", "set")).await.unwrap();
    assert_eq!(valued(&ground, test).await.as_deref(), Some("set"));
    ground.import_with(test, &url(Some("new"), None), value("contoso_url", "")).await.unwrap();
    assert_eq!(valued(&ground, test).await.as_deref(), Some("set"));
    let variable = ground.check(test, &url(Some("x"), Some("y"))).await.variables.remove(0);
    assert_eq!(
        [variable.default, variable.packaged, variable.current],
        ["x", "y", "set"].map(|text| Some(text.to_owned()))
    );
    let installed = ground.details(test, "Site").await.variables.remove(0);
    assert_eq!(installed.default.as_deref(), Some("new"));
}

#[tokio::test]
async fn values_are_of_their_type() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let switch = Builder::new("Site").variable("contoso_on", "On", VariableKind::YesNo, None, false, None);
    let (code, message) = ground.import_with(test, &switch, value("contoso_on", "maybe")).await.unwrap_err();
    assert_eq!((code.as_str(), message.as_str()), ("invalid-value", "The value of On does not fit: Enter yes or no."));
    let text = Builder::new("Text").variable("contoso_text", "Text", VariableKind::Text, None, false, None);
    let (code, _) = ground.import_with(test, &text, value("contoso_text", "a\0b")).await.unwrap_err();
    assert_eq!(code, "invalid-value");
    ground.import_with(test, &switch, value("contoso_on", "TRUE")).await.unwrap();
    let variable = ground.details(test, "Site").await.variables.remove(0);
    assert_eq!((variable.kind, variable.value.as_deref()), (VariableKind::YesNo, Some("yes")));
}

#[tokio::test]
async fn every_type_of_variable_is_kept() {
    use VariableKind::*;
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let kinds = [Text, Number, YesNo, Json, DataSource, Secret];
    let mut builder = Builder::new("Site");
    for (number, kind) in kinds.iter().enumerate() {
        builder = builder.variable(format!("contoso_{number}"), "V", *kind, None, false, None);
    }
    ground.import(test, &builder).await.unwrap();
    let found: Vec<_> = ground.details(test, "Site").await.variables.iter().map(|one| one.kind).collect();
    assert_eq!(found, kinds);
}

#[tokio::test]
async fn a_bound_connection_is_not_removed() {
    let ground = Ground::new();
    let (test, other) = (ground.environment("Contoso Test"), ground.environment("Contoso"));
    let office = connection(&ground, test, "Mailbox", "shared_office365");
    let spare = connection(&ground, test, "a spare one", "/providers/microsoft.powerapps/apis/shared_sql");
    assert_eq!(spare.connector_id, "/providers/Microsoft.PowerApps/apis/shared_sql");
    let listed = ground.platform.connections(test).await.unwrap();
    assert_eq!(listed, Connections::Listed(vec![spare.clone(), office.clone()]));
    assert_eq!(ground.platform.connections(other).await.unwrap(), Connections::Listed(vec![]));
    ground.import_with(test, &mail(), reference("contoso_mail", &office.id)).await.unwrap();
    let remove = |at, id: &str| {
        let id = id.parse().unwrap();
        ground.app.app.db.write_now(|c| connections::remove(c, at, id))
    };
    match remove(test, &office.id) {
        Err(Error::Conflict(sentence)) => {
            assert_eq!(sentence, "Mailbox is used by Outlook: bind that to another connection first.");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(remove(other, &spare.id), Err(Error::NotFound)));
    assert_eq!(remove(test, &spare.id).unwrap(), spare);
    ground.uninstall(test, "Mail").await.unwrap();
    assert_eq!(remove(test, &office.id).unwrap(), office);
    assert_eq!(ground.platform.connections(test).await.unwrap(), Connections::Listed(vec![]));
}

#[test]
fn a_connector_is_named_by_its_name_or_its_whole_id() {
    let whole = Some("/providers/Microsoft.PowerApps/apis/shared_sql".to_owned());
    for text in ["shared_sql", " shared_sql ", "/PROVIDERS/microsoft.powerapps/apis/shared_sql"] {
        assert_eq!(connections::connector_id(text), whole, "{text}");
    }
    for text in ["", "sql", "shared_", "shared_a b", "/apis/shared_sql", "/providers/Microsoft.PowerApps/apis/", "é"] {
        assert_eq!(connections::connector_id(text), None, "{text}");
    }
}
