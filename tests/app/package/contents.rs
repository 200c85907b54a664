//! What is in a package: the XML that says so, components, connection references and environment variables.

use sluice::package::checks::VariableKind;

use super::{
    CUSTOMIZATIONS, SOLUTION, members, read, refused, with_customizations, with_member,
    zip::{Member, Zip},
};

const NOT_WELL_FORMED: &str = "0x80048013";

#[test]
fn malformed_xml_is_refused() {
    let texts = [
        "",
        "  ",
        "text",
        "<ImportExportXml>",
        "<ImportExportXml></Import>",
        "<ImportExportXml><a></ImportExportXml>",
        "<ImportExportXml></ImportExportXml></a>",
        "<ImportExportXml/><ImportExportXml/>",
        "<ImportExportXml/>text",
        "text<ImportExportXml/>",
        "<ImportExportXml/><![CDATA[x]]>",
        "<ImportExportXml>&unknown;</ImportExportXml>",
        "<ImportExportXml>&#x110000;</ImportExportXml>",
        "<ImportExportXml>&amp</ImportExportXml>",
        "<ImportExportXml a=\"1\" a=\"2\"/>",
        "<ImportExportXml a=1/>",
        "<ImportExportXml a/>",
        "<ImportExportXml a=\"<\"/>",
        "<ImportExportXml><1/></ImportExportXml>",
        "<ImportExportXml>< a/></ImportExportXml>",
        "<ImportExportXml><></></ImportExportXml>",
        "<ImportExportXml><!-- a -- b --></ImportExportXml>",
        "<ImportExportXml><!-- a </ImportExportXml>",
        "<ImportExportXml><![CDATA[ </ImportExportXml>",
        " <?xml version=\"1.0\"?><ImportExportXml/>",
        "<?xml version=\"1.0\"?><?xml version=\"1.0\"?><ImportExportXml/>",
        "<?xml encoding=\"utf-8\"?><ImportExportXml/>",
        "<ImportExportXml><Entities><Entity><Name LocalizedName=\"&x;\"/></Entity></Entities></ImportExportXml>",
    ];
    for text in texts {
        let expected = if text.contains("&x;") { "well-formed" } else { "customizations.xml is not well-formed" };
        let error = read(&with_customizations(text)).err().unwrap_or_else(|| panic!("{text} was read"));
        assert!(error.to_string().contains(expected) || error.code() == "0x8004802C", "{text}: {error}");
    }
    refused(&with_customizations("<ImportExportXml><a></ImportExportXml>"), NOT_WELL_FORMED, "customizations.xml");
    let mut types = members();
    types[1] = Member::stored("[Content_Types].xml", "<Types>");
    refused(&Zip::of(types).bytes(), NOT_WELL_FORMED, "[Content_Types].xml is not well-formed");
}

#[test]
fn control_characters_are_refused() {
    for text in ["<ImportExportXml a=\"\u{1}\"/>", "<ImportExportXml>\u{1f}</ImportExportXml>"] {
        refused(&with_customizations(text), "0x80048060", "customizations.xml has control characters");
    }
    let late = format!("<ImportExportXml>{}\u{0}</ImportExportXml>", "<a/>".repeat(50_000));
    refused(&with_customizations(late), "0x80048060", "customizations.xml has control characters");
}

#[test]
fn document_types_are_refused_everywhere() {
    let doctype = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    refused(&with_customizations(format!("{doctype}{CUSTOMIZATIONS}")), "PackageUnsafe", "document type");
    refused(&super::with_solution(format!("{doctype}{SOLUTION}")), "PackageUnsafe", "solution.xml has a document type");
    let bot = Member::deflated("bots/con_bot/bot.xml", format!("{doctype}<bot/>"));
    refused(&with_member(bot), "PackageUnsafe", "bot.xml has a document type");
}

#[test]
fn deep_nesting_is_refused() {
    let nested =
        |depth: usize| format!("<ImportExportXml>{}{}</ImportExportXml>", "<a>".repeat(depth), "</a>".repeat(depth));
    read(&with_customizations(nested(255))).unwrap();
    refused(&with_customizations(nested(256)), "PackageTooMuch", "nested deeper than 256");
    refused(
        &with_customizations(format!("<ImportExportXml>{}", "<a>".repeat(100_000))),
        "PackageTooMuch",
        "nested deeper",
    );
}

#[test]
fn endless_attributes_are_refused() {
    let with = |count: usize| {
        let attributes: String = (0..count).map(|number| format!(" a{number}=\"\"")).collect();
        with_customizations(format!("<ImportExportXml><a{attributes}/></ImportExportXml>"))
    };
    read(&with(500)).unwrap();
    refused(&with(50_000), "PackageTooMuch", "attributes of one element");
}

#[test]
fn a_refusal_does_not_quote_at_length() {
    let text = format!("<ImportExportXml><{}></b></ImportExportXml>", "a".repeat(100_000));
    let error = read(&with_customizations(text)).unwrap_err();
    assert!(error.to_string().len() < 400, "{error}");
}

#[test]
fn one_endless_text_is_refused() {
    let noise: String =
        (0..20u32 << 20).map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)).collect();
    let text = format!("<ImportExportXml><Entities>{noise}</Entities></ImportExportXml>");
    let mut members = members();
    members[0] = Member::stored("customizations.xml", text);
    refused(&Zip::of(members).bytes(), "PackageTooMuch", "one very long piece of text");
}

#[test]
fn connection_references_are_read() {
    let text = r#"<ImportExportXml><connectionreferences>
      <connectionreference connectionreferencelogicalname="con_mail.x">
        <connectionreferencedisplayname>Mail &amp; more</connectionreferencedisplayname>
        <connectorid>/providers/Microsoft.PowerApps/apis/shared_office365</connectorid>
        <description>To customers</description>
      </connectionreference>
      <connectionreference connectionreferencelogicalname="con_own">
        <connectorid>/providers/Microsoft.PowerApps/apis/shared_own</connectorid>
        <customconnectorid><connectorid>{BEDC080F-9be1-4f80-9f35-c630109a6b89}</connectorid></customconnectorid>
      </connectionreference>
    </connectionreferences></ImportExportXml>"#;
    let inventory = read(&with_customizations(text)).unwrap().inventory;
    let [mail, own] = &inventory.connection_references[..] else { panic!("{inventory:?}") };
    assert_eq!((&*mail.logical_name, &*mail.display_name), ("con_mail.x", "Mail & more"));
    assert_eq!(mail.connector_id, "/providers/Microsoft.PowerApps/apis/shared_office365");
    assert_eq!(mail.description.as_deref(), Some("To customers"));
    assert_eq!(own.display_name, "con_own");
    assert_eq!(own.custom_connector_id.as_deref(), Some("bedc080f-9be1-4f80-9f35-c630109a6b89"));
    let components: Vec<(&str, &str, &str)> =
        inventory.components.iter().map(|found| (&*found.kind, &*found.kind_name, &*found.name)).collect();
    let expected = [("con_mail.x"), ("con_own")].map(|name| ("connectionreference", "Connection reference", name));
    assert_eq!(components, expected);
}

#[test]
fn components_are_called_what_people_call_them() {
    let solution = SOLUTION.replace(
        "<RootComponents />",
        r#"<RootComponents>
          <RootComponent type="1" schemaName="account" />
          <RootComponent type="1" schemaName="con_unknown" />
          <RootComponent type="29" id="{1a000000-0000-0000-0000-000000000000}" />
          <RootComponent type="29" id="{2b000000-0000-0000-0000-000000000000}" />
          <RootComponent type="29" id="{3c000000-0000-0000-0000-000000000000}" />
          <RootComponent type="80" schemaName="con_app" />
          <RootComponent type="372" id="{4d000000-0000-0000-0000-000000000000}" schemaName="con_connector" />
          <RootComponent type="9999" schemaName="con_thing" />
        </RootComponents>"#,
    );
    let customizations = r#"<ImportExportXml>
      <Entities><Entity><Name LocalizedName="Account &lt;1&gt;" OriginalName="">Account</Name><Name>x</Name></Entity></Entities>
      <Workflows>
        <Workflow WorkflowId="{1A000000-0000-0000-0000-000000000000}" Name="Send"><Category>5</Category></Workflow>
        <Workflow WorkflowId="{2B000000-0000-0000-0000-000000000000}" Name="Lock"><Category>2</Category></Workflow>
        <Workflow WorkflowId="{5e000000-0000-0000-0000-000000000000}" Name="Not in the manifest" />
      </Workflows>
      <AppModules><AppModule><UniqueName>con_App</UniqueName><LocalizedNames><LocalizedName description="Desk" languagecode="1033"/></LocalizedNames></AppModule></AppModules>
      <Connectors><Connector><connectorid>4d000000-0000-0000-0000-000000000000</connectorid><displayname>Stock</displayname><name>con_connector</name></Connector></Connectors>
    </ImportExportXml>"#;
    let bytes = Zip::of(vec![
        Member::deflated("[Content_Types].xml", super::CONTENT_TYPES),
        Member::deflated("customizations.xml", customizations.replace("<Name>x</Name>", "")),
        Member::deflated("solution.xml", solution),
    ])
    .bytes();
    let components = read(&bytes).unwrap().inventory.components;
    let found: Vec<(&str, Option<&str>)> =
        components.iter().map(|found| (&*found.kind_name, found.display_name.as_deref())).collect();
    let expected = [
        ("Table", Some("Account <1>")),
        ("Table", None),
        ("Cloud flow", Some("Send")),
        ("Business rule", Some("Lock")),
        ("Process", None),
        ("Model-driven app", Some("Desk")),
        ("Custom connector", Some("Stock")),
        ("9999", None),
    ];
    assert_eq!(found, expected);
}

fn package_with(files: &[(&str, &str)]) -> Vec<u8> {
    let mut members = members();
    members.extend(files.iter().map(|(name, content)| Member::deflated(name, content)));
    Zip::of(members).bytes()
}

#[test]
fn components_with_files_of_their_own_are_found() {
    let bytes = package_with(&[
        ("bots/con_bot/bot.xml", "<bot schemaname=\"con_bot\"><name>Helper</name></bot>"),
        ("bots/con_bot/configuration.json", "not read"),
        ("customapis/con_api/customapi.xml", "<customapi><displayname default=\"Do it\"/></customapi>"),
        ("customapis/con_api/customapirequestparameters/In/customapirequestparameter.xml", "<not-read"),
        ("dvtablesearchentities/con_e/dvtablesearchentity.xml", "<dvtablesearchentity/>"),
        ("con_widgets/one/con_widget.xml", "<con_widget/>"),
        ("Controls/con_control/ControlManifest.xml", "<not-read"),
        ("Formulas/con_order-FormulaDefinitions.yaml", "not read"),
        ("Workflows/flow.json", "not read"),
    ]);
    let components = read(&bytes).unwrap().inventory.components;
    let found: Vec<[&str; 4]> = components
        .iter()
        .map(|found| [&*found.kind, &*found.kind_name, &*found.name, found.display_name.as_deref().unwrap_or("-")])
        .collect();
    let expected = [
        ["bot", "Agent", "con_bot", "Helper"],
        ["con_widget", "con_widget", "one", "-"],
        ["customapi", "Custom API", "con_api", "Do it"],
        ["dvtablesearchentity", "Searched table", "con_e", "-"],
    ];
    assert_eq!(found, expected);
}

const DEFINITION: &str = "environmentvariabledefinitions/con_url/environmentvariabledefinition.xml";
const VALUES: &str = "environmentvariabledefinitions/con_url/environmentvariablevalues.json";

#[test]
fn environment_variables_are_read_with_their_values() {
    let definition = r#"<environmentvariabledefinition schemaname="con_url">
      <defaultvalue>{ "a": 1 }</defaultvalue>
      <description default="Where it is"><label description="Where it is" languagecode="1033" /></description>
      <displayname default="Address"><label description="Address" languagecode="1033" /></displayname>
      <isrequired>1</isrequired><type>100000003</type></environmentvariabledefinition>"#;
    let one = r#"{"environmentvariablevalues":{"environmentvariablevalue":{"iscustomizable":"1","value":"here"}}}"#;
    let list = r#"{"environmentvariablevalues":{"environmentvariablevalue":[{"value":"here"}]}}"#;
    let number = r#"{"environmentvariablevalues":{"environmentvariablevalue":{"value":5}}}"#;
    let none = r#"{"environmentvariablevalues":{"environmentvariablevalue":{"iscustomizable":"1"}}}"#;
    let marked = format!("\u{feff}{one}");
    for (json, value) in
        [(one, Some("here")), (list, Some("here")), (number, Some("5")), (none, None), (&marked, Some("here"))]
    {
        let variables = read(&package_with(&[(DEFINITION, definition), (VALUES, json)])).unwrap().inventory.variables;
        let [variable] = &variables[..] else { panic!("{variables:?}") };
        assert_eq!((&*variable.schema_name, &*variable.display_name), ("con_url", "Address"));
        assert_eq!((variable.kind, variable.required), (VariableKind::Json, true));
        assert_eq!(variable.description, "Where it is");
        assert_eq!(variable.default.as_deref(), Some("{ \"a\": 1 }"));
        assert_eq!(variable.value.as_deref(), value);
    }
}

#[test]
fn a_variable_may_say_little() {
    let bytes = package_with(&[(DEFINITION, "<environmentvariabledefinition/>")]);
    let variables = read(&bytes).unwrap().inventory.variables;
    assert_eq!(variables[0].display_name, "con_url");
    assert_eq!((variables[0].kind, variables[0].required), (VariableKind::Text, false));
    assert_eq!((&variables[0].default, &variables[0].value), (&None, &None));
}

#[test]
fn values_that_are_no_json_are_refused() {
    let definition = (DEFINITION, "<environmentvariabledefinition/>");
    for json in ["", "{", "{} {}", &"[".repeat(1000)] {
        refused(&package_with(&[definition, (VALUES, json)]), "0x8004802C", "not the JSON");
    }
}

#[test]
fn definitions_beyond_reason_are_refused() {
    let noise: Vec<u8> = (0..9u32 << 20).map(|n| b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26).collect();
    let bytes = with_member(Member::stored("bots/con_bot/bot.xml", noise));
    refused(&bytes, "PackageTooMuch", "large definitions");
}

#[test]
fn broken_members_that_are_not_needed_are_not_read() {
    let mut broken = Member::deflated("WebResources/script", "var a = 1; var b = 2;");
    broken.data[3] ^= 0xff;
    read(&with_member(broken)).unwrap();
}
