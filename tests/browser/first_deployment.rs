//! The shortest way from an empty tenant to the first deployment, with everything counted that a person does.

use sluice::package::Builder;

use crate::{
    browser::{Browser, DESK},
    programs::Server,
    tell,
};

const PASSWORD: &str = "correct horse battery";

/// How many clicks and fields the way may have.
const LIMIT: usize = 45;

#[actix_web::test]
async fn an_empty_tenant_deploys_after_few_clicks_and_fields() {
    let server = Server::empty();
    tell(&server.url, DESK, async |browser| {
        let of_the_last = of_empty_tenant(&server, browser).await;
        assert!(of_the_last <= 3, "with nothing to fill in, a deployment takes {of_the_last} clicks");
        let acts = browser.acts();
        println!("From an empty tenant to the first deployment: {acts} clicks and fields (limit {LIMIT})");
        assert!(acts <= LIMIT, "the first deployment takes {acts} clicks and fields, more than {LIMIT}");
    })
    .await;
}

/// Goes all of the way; how many clicks it was from the solution's page on.
pub async fn of_empty_tenant(server: &Server, browser: &Browser) -> usize {
    browser.goto(&server.first_link).await;
    create_first_administrator(browser).await;
    create_environments(browser).await;
    build_pipeline(browser).await;
    let package = server.file("ContosoExpenses.zip", &package());
    import_solution(browser, &package).await;
    deploy(browser).await
}

/// Fills in who is to administer the tenant, on the page that the first link leads to.
pub async fn create_first_administrator(browser: &Browser) {
    browser.fill("Name", "Ada Admin").await;
    browser.fill("Email", "ada@example.com").await;
    browser.fill("Password", PASSWORD).await;
    browser.fill("Password again", PASSWORD).await;
    browser.click("Create the first administrator").await;
    browser.sees("Set up your first deployment").await;
}

// The host, and the two that it registers; what can be known of them is filled in.
async fn create_environments(browser: &Browser) {
    browser.click("New environment").await;
    browser.fill("Name", "Contoso Host").await;
    browser.choose("Region", "Europe").await;
    browser.click("Save").await;
    browser.click("Install Power Platform Pipelines").await;
    browser.click("Install").await;
    browser.sees("This environment is a host.").await;
    for (name, kind) in [("Contoso Development", "Sandbox"), ("Contoso Production", "Production")] {
        browser.navigate("All environments").await;
        browser.click("New environment").await;
        browser.fill("Name", name).await;
        if kind == "Production" {
            browser.choose("Type", kind).await;
        }
        browser.click("Save").await;
        browser.click("Register in Contoso Host").await;
        if kind == "Sandbox" {
            browser.choose("Environment Type", "Development environment").await;
        }
        browser.click("Save").await;
        browser.sees("Validation Status Success").await;
    }
}

async fn build_pipeline(browser: &Browser) {
    browser.navigate("Pipelines").await;
    browser.click("New").await;
    browser.fill("Name", "Expenses").await;
    browser.click("Save").await;
    browser.click("Add Existing Development Environment").await;
    browser.click("Add").await;
    browser.click("New Deployment Stage").await;
    browser.fill("Name", "Production").await;
    browser.click("Save").await;
    browser.sees("Production is added.").await;
    browser.sees_no("This pipeline is incomplete.").await;
}

fn package() -> Vec<u8> {
    let solution = Builder::new("ContosoExpenses").display_name("Contoso Expenses").version("1.0.0.1");
    solution.table("contoso_claim", "Claim").to_bytes().unwrap()
}

async fn import_solution(browser: &Browser, package: &str) {
    browser.navigate("Home").await;
    browser.click("Solutions").await;
    browser.click("Import solution").await;
    browser.attach("Solution package", package).await;
    browser.click("Next").await;
    browser.click("Import").await;
    browser.click("Contoso Expenses").await;
}

async fn deploy(browser: &Browser) -> usize {
    let before = browser.acts();
    browser.click("Deploy to Production").await;
    browser.click("Next").await;
    browser.sees("Contoso Expenses 1.0.0.1 will be installed in Contoso Production for the first time.").await;
    browser.sees("Review").await;
    browser.click("Deploy").await;
    let acts = browser.acts() - before;
    browser.sees("Succeeded Contoso Production").await;
    acts
}
