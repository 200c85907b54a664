//! The kinds of components: their numbers or type names, and what people call them.

/// Numbers of kinds that need more than a name.
pub const TABLE: &str = "1";
pub const PROCESS: &str = "29";
pub const PLUGIN_ASSEMBLY: &str = "91";
/// Type names of kinds that have no number of their own in packages.
pub const CONNECTION_REFERENCE: &str = "connectionreference";
pub const VARIABLE: &str = "environmentvariabledefinition";

/// The stable key of a kind, as a package spells it: a number, or a type name of whatever case.
pub fn key(spelled: &str) -> String {
    match spelled.trim() {
        "380" => VARIABLE.to_owned(),
        "381" => "environmentvariablevalue".to_owned(),
        spelled => spelled.to_lowercase(),
    }
}

/// What people call a kind; its own key where they have no word for it.
pub fn name(key: &str) -> &str {
    KINDS.iter().find(|(kind, _)| *kind == key).map_or(key, |(_, name)| name)
}

/// The key of a kind that is in the list.
pub fn known(key: &str) -> Option<&'static str> {
    KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == key)
}

/// What people call a process of this category.
pub fn process(category: &str) -> &'static str {
    match category {
        "0" => "Workflow",
        "2" => "Business rule",
        "3" => "Action",
        "4" => "Business process flow",
        "5" => "Cloud flow",
        "6" => "Desktop flow",
        _ => "Process",
    }
}

const KINDS: &[(&str, &str)] = &[
    (TABLE, "Table"),
    ("2", "Column"),
    ("3", "Relationship"),
    ("4", "Column choice value"),
    ("5", "Column lookup value"),
    ("6", "View column"),
    ("7", "Localized label"),
    ("9", "Choice"),
    ("10", "Relationship"),
    ("11", "Relationship role"),
    ("13", "Managed property"),
    ("14", "Key"),
    ("16", "Privilege"),
    ("18", "Index"),
    ("20", "Security role"),
    ("21", "Role privilege"),
    ("22", "Display string"),
    ("24", "Form"),
    ("25", "Organization settings"),
    ("26", "View"),
    (PROCESS, "Process"),
    ("31", "Report"),
    ("33", "Report category"),
    ("36", "Email template"),
    ("37", "Contract template"),
    ("38", "Article template"),
    ("39", "Mail merge template"),
    ("44", "Duplicate detection rule"),
    ("46", "Table mapping"),
    ("47", "Column mapping"),
    ("48", "Ribbon command"),
    ("50", "Ribbon"),
    ("55", "Ribbon"),
    ("59", "Chart"),
    ("60", "Form or dashboard"),
    ("61", "Web resource"),
    ("62", "Site map"),
    ("63", "Connection role"),
    ("65", "Hierarchy rule"),
    ("66", "Code component"),
    ("68", "Control setting"),
    ("70", "Column security profile"),
    ("71", "Column permission"),
    ("80", "Model-driven app"),
    ("90", "Plug-in type"),
    (PLUGIN_ASSEMBLY, "Plug-in assembly"),
    ("92", "Plug-in step"),
    ("93", "Plug-in step image"),
    ("95", "Service endpoint"),
    ("150", "Routing rule set"),
    ("152", "Service level agreement"),
    ("153", "Service level agreement item"),
    ("154", "Record creation rule"),
    ("161", "Mobile offline profile"),
    ("165", "Similarity rule"),
    ("166", "Data source mapping"),
    ("183", "Virtual table data source"),
    ("201", "Message"),
    ("208", "Import map"),
    ("300", "Canvas app"),
    ("371", "Custom connector"),
    ("372", "Custom connector"),
    ("400", "AI model type"),
    ("401", "AI model"),
    ("402", "AI configuration"),
    ("430", "Table analytics setting"),
    ("431", "Image column setting"),
    ("432", "Table image setting"),
    (CONNECTION_REFERENCE, "Connection reference"),
    (VARIABLE, "Environment variable"),
    ("environmentvariablevalue", "Environment variable value"),
    ("aiplugin", "AI plug-in"),
    ("aipluginoperation", "AI plug-in operation"),
    ("appaction", "Command"),
    ("appsetting", "App setting"),
    ("attributemaskingrule", "Column masking rule"),
    ("bot", "Agent"),
    ("botcomponent", "Agent component"),
    ("botcomponentcollection", "Agent component collection"),
    ("connector", "Custom connector"),
    ("customapi", "Custom API"),
    ("customapirequestparameter", "Custom API parameter"),
    ("customapiresponseproperty", "Custom API response property"),
    ("dvtablesearch", "Table search"),
    ("dvtablesearchattribute", "Table search column"),
    ("dvtablesearchentity", "Searched table"),
    ("maskingrule", "Masking rule"),
    ("settingdefinition", "Setting definition"),
];
