use sluice::package::Builder;

use crate::support::Makers;

const NEW: [(&str, &str); 7] = [
    ("display_name", "Contoso Expenses"),
    ("unique_name", ""),
    ("publisher", "+"),
    ("publisher_display_name", "Contoso Ltd"),
    ("publisher_name", "contoso"),
    ("prefix", "cts"),
    ("version", "1.0.0.0"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |(name, value)| changes.iter().find(|(other, _)| *other == name).copied().unwrap_or((name, value));
    NEW.into_iter().map(changed).collect()
}

#[actix_web::test]
async fn a_new_solution_is_empty_unmanaged_and_named_after_its_display_name() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let page = maya.get(&makers.at("new-solution")).await;
    assert_eq!(page.attribute("#version", "value").as_deref(), Some("1.0.0.0"));
    let page = maya.submit(&makers.at("solutions"), &NEW).await;
    page.assert_has("[role=status]", "Contoso Expenses is being created");
    page.assert_has("li", "Creation of Contoso Expenses 1.0.0.0");
    makers.app.run_worker().await;
    let page = maya.get(&makers.at("solutions/ContosoExpenses/contents")).await;
    page.assert_has("h3", "Nothing in it yet");
    page.assert_has("dd", "Contoso Ltd with prefix cts");
    page.assert_has("p", "Unmanaged");
    let page = maya.get(&makers.at("new-solution")).await;
    assert_eq!(page.all("#publisher option"), ["Contoso Ltd (cts)", "New publisher…"]);
    let form = [("display_name", "Second one"), ("unique_name", ""), ("publisher", "contoso"), ("version", "0.1")];
    maya.post(&makers.at("solutions"), &form).await;
    makers.app.run_worker().await;
    maya.get(&makers.at("solutions/Secondone/contents")).await.assert_has("dd", "Contoso Ltd with prefix cts");
}

#[actix_web::test]
async fn what_is_wrong_stands_beside_each_field() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Taken").publisher("fabrikam", "Fabrikam", "fab")).await;
    let wrong = [
        ("display_name", "", "Enter a display name."),
        ("unique_name", "with space", "Use letters"),
        ("unique_name", "1st", "start with no digit"),
        ("unique_name", "Größe", "Use letters"),
        ("unique_name", "TAKEN", "has a solution of this name already"),
        ("publisher", "nobody", "Choose one from the list"),
        ("publisher_display_name", " ", "Enter a display name."),
        ("publisher_name", "a-b", "Use letters"),
        ("publisher_name", "Fabrikam", "choose it above"),
        ("prefix", "c", "2 to 8"),
        ("prefix", "9ab", "start with a letter"),
        ("prefix", "toolongone", "2 to 8"),
        ("prefix", "MSCRMx", "Choose another"),
        ("version", "1", "A version is two to four whole numbers"),
        ("version", "1.0.0.99999999999", "A version is two to four"),
    ];
    for (field, value, message) in wrong {
        let page = maya.post(&makers.at("solutions"), &with(&[(field, value)])).await;
        assert_eq!(page.status, 422, "{field}={value}");
        page.assert_has(&format!("#{field}-error"), message);
    }
    let page = maya.post(&makers.at("solutions"), &with(&[("display_name", "<>"), ("prefix", "")])).await;
    assert_eq!(page.attribute("#display_name", "value").as_deref(), Some("<>"), "what was typed is kept");
    page.assert_has("#unique_name-error", "Enter a name.");
    let page = maya.post(&makers.at("solutions"), &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("#display_name-error", "Enter a display name.");
    assert!(!page.has(".error", "Enter a name."), "it is made from the display name");
    assert_eq!(makers.operations().len(), 2, "nothing was queued but the first import and its check");
}

#[actix_web::test]
async fn a_display_name_that_starts_with_a_digit_still_names_a_solution() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    maya.post(&makers.at("solutions"), &with(&[("display_name", "2026 – Größe & more")])).await;
    makers.app.run_worker().await;
    maya.get(&makers.at("solutions/_2026Gremore")).await.assert_has("h1", "2026 – Größe & more");
}
