//! The demo's solutions, and what each environment fills into them.

use crate::{
    package::{Builder, Inventory, checks::VariableKind},
    rules::{
        connections::Connections,
        settings::{DeploymentSettings, ReferenceSetting, VariableSetting},
    },
};

pub const CORE: &str = "ContosoCore";
pub const EXPENSES: &str = "ContosoExpenses";

const OUTLOOK: &str = "contoso_Outlook";
const APPROVALS: &str = "contoso_Approvals";

/// *Contoso Core*: the tables that the others build on.
pub fn core() -> Builder {
    Builder::new(CORE)
        .display_name("Contoso Core")
        .description("Tables that all apps of Contoso share: employees, cost centers and expenses.")
        .table("contoso_employee", "Employee")
        .table("contoso_costcenter", "Cost center")
        .table("contoso_expense", "Expense")
}

/// *Contoso Expenses* in one of its versions.
pub fn expenses(version: &str) -> Builder {
    use VariableKind::{Json, Number, Secret, Text, YesNo};
    let categories = r#"{"travel":400,"meals":60,"equipment":1200}"#;
    Builder::new(EXPENSES)
        .display_name("Contoso Expenses")
        .description("Employees claim expenses in an app; their managers approve them by e-mail.")
        .version(version)
        .canvas_app("contoso_expenseclaims_4f2a1", "Expense claims")
        .cloud_flow("Ask the manager for approval", &[OUTLOOK, APPROVALS])
        .cloud_flow("Remind managers on Mondays", &[OUTLOOK])
        .connection_reference(OUTLOOK, "Outlook of Expenses", "shared_office365")
        .connection_reference(APPROVALS, "Approvals of Expenses", "shared_approvals")
        .variable("contoso_ExpensesMailbox", "Expenses mailbox", Text, None, true, None)
        .variable("contoso_ApprovalLimit", "Approval limit in euros", Number, Some("500"), true, None)
        .variable("contoso_ReceiptRequired", "Receipt required", YesNo, Some("yes"), false, None)
        .variable("contoso_Categories", "Categories and their limits", Json, Some(categories), false, None)
        .variable("contoso_LedgerKey", "Key of the ledger", Secret, None, false, None)
        .requires(CORE, "1.0.0.0", 1, "contoso_expense", "Expense")
        .requires(CORE, "1.0.0.0", 1, "contoso_employee", "Employee")
}

/// *Contoso Onboarding*: new, and deployed nowhere yet.
pub fn onboarding() -> Builder {
    Builder::new("ContosoOnboarding")
        .display_name("Contoso Onboarding")
        .description("What a new colleague needs on the first day.")
        .canvas_app("contoso_onboarding_90be7", "First day")
        .cloud_flow("Welcome a new colleague", &["contoso_OnboardingOutlook"])
        .connection_reference("contoso_OnboardingOutlook", "Outlook of Onboarding", "shared_office365")
        .variable("contoso_WelcomeText", "Welcome text", VariableKind::Text, Some("Welcome to Contoso!"), true, None)
        .requires(CORE, "1.0.0.0", 1, "contoso_employee", "Employee")
}

/// What an import by hand fills into a package.
pub fn settings(inventory: &Inventory, connections: &Connections, mailbox: &str, vault: &str) -> DeploymentSettings {
    let references = inventory.connection_references.iter().map(|reference| ReferenceSetting {
        logical_name: reference.logical_name.clone(),
        connector_id: reference.connector_id.clone(),
        ..ReferenceSetting::default()
    });
    let variables = inventory
        .variables
        .iter()
        .map(|variable| VariableSetting { schema_name: variable.schema_name.clone(), ..VariableSetting::default() });
    let mut settings =
        DeploymentSettings { connection_references: references.collect(), environment_variables: variables.collect() };
    fill(&mut settings, connections, mailbox, vault);
    settings
}

/// Fills what a run asks for: with the first connection that fits, and with the values of its environment.
pub fn fill(settings: &mut DeploymentSettings, connections: &Connections, mailbox: &str, vault: &str) {
    for reference in &mut settings.connection_references {
        let first = connections.fitting(&reference.connector_id).first().map(|connection| connection.id.clone());
        reference.connection_id = first.unwrap_or_default();
    }
    for variable in &mut settings.environment_variables {
        match variable.schema_name.as_str() {
            "contoso_ExpensesMailbox" => variable.value = mailbox.to_owned(),
            "contoso_LedgerKey" => variable.value = secret(vault),
            _ => (),
        }
    }
}

fn secret(vault: &str) -> String {
    format!(
        "/subscriptions/6f1d2c3b-0a4e-4c55-9a41-2f0e5c7d8b90/resourceGroups/contoso/providers/Microsoft.KeyVault/\
         vaults/{vault}/secrets/ledger"
    )
}
