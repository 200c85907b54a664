//! Connectors by the names that people know.

/// The keys of well-known connectors, and what people call them.
const KNOWN: &[(&str, &str)] = &[
    ("shared_approvals", "Approvals"),
    ("shared_azureblob", "Azure Blob Storage"),
    ("shared_azuread", "Microsoft Entra ID"),
    ("shared_commondataservice", "Microsoft Dataverse (legacy)"),
    ("shared_commondataserviceforapps", "Microsoft Dataverse"),
    ("shared_documentdb", "Azure Cosmos DB"),
    ("shared_excelonlinebusiness", "Excel Online (Business)"),
    ("shared_flowmanagement", "Power Automate Management"),
    ("shared_github", "GitHub"),
    ("shared_jira", "Jira"),
    ("shared_keyvault", "Azure Key Vault"),
    ("shared_microsoftforms", "Microsoft Forms"),
    ("shared_office365", "Office 365 Outlook"),
    ("shared_office365groups", "Office 365 Groups"),
    ("shared_office365users", "Office 365 Users"),
    ("shared_onedrive", "OneDrive"),
    ("shared_onedriveforbusiness", "OneDrive for Business"),
    ("shared_outlook", "Outlook.com"),
    ("shared_planner", "Planner"),
    ("shared_powerbi", "Power BI"),
    ("shared_powerplatformforadmins", "Power Platform for Admins"),
    ("shared_rss", "RSS"),
    ("shared_salesforce", "Salesforce"),
    ("shared_sendmail", "Mail"),
    ("shared_servicebus", "Service Bus"),
    ("shared_service-now", "ServiceNow"),
    ("shared_sharepointonline", "SharePoint"),
    ("shared_slack", "Slack"),
    ("shared_smtp", "SMTP"),
    ("shared_sql", "SQL Server"),
    ("shared_teams", "Microsoft Teams"),
    ("shared_todo", "Microsoft To-Do (Business)"),
    ("shared_uiflow", "Desktop flows"),
    ("shared_visualstudioteamservices", "Azure DevOps"),
    ("shared_wordonlinebusiness", "Word Online (Business)"),
];

/// The last part of a connector's id, such as `shared_office365`.
pub fn key(id: &str) -> &str {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// What people call the connector of this id; its key where that is all there is.
pub fn name(id: &str) -> &str {
    let key = key(id);
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map_or(key, |(_, name)| name)
}

/// The key of the connector that people call so.
pub fn called(name: &str) -> Option<&'static str> {
    let name = name.trim();
    KNOWN.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(key, _)| *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_connectors_have_names_and_others_their_keys() {
        assert_eq!(name("/providers/Microsoft.PowerApps/apis/shared_office365"), "Office 365 Outlook");
        assert_eq!(name("SHARED_OFFICE365"), "Office 365 Outlook");
        assert_eq!(name("/providers/Microsoft.PowerApps/apis/shared_contoso-5fledger/"), "shared_contoso-5fledger");
        assert_eq!(called(" office 365 outlook "), Some("shared_office365"));
        assert_eq!(called("office 365"), None);
    }

    #[test]
    fn no_two_are_called_alike() {
        for (key, name) in KNOWN {
            assert_eq!(called(name), Some(*key));
        }
    }
}
