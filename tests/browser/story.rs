//! The whole job: from an empty folder to a solution in production, as people do it.

use sluice::package::{Builder, checks::VariableKind};

use crate::{
    browser::{Browser, DESK, DESK_AT_NIGHT, PHONE, PHONE_BY_DAY, Screen},
    first_deployment,
    programs::Server,
    tell,
};

const PASSWORD: &str = "correct horse battery";
const ENVIRONMENTS: [&str; 4] = ["Contoso Host", "Contoso Development", "Contoso QA", "Contoso Production"];

#[actix_web::test]
async fn a_solution_travels_from_nothing_to_production_at_a_desk() {
    travels(DESK).await;
}

#[actix_web::test]
async fn a_solution_travels_from_nothing_to_production_on_a_phone() {
    travels(PHONE).await;
}

#[actix_web::test]
async fn a_solution_travels_from_nothing_to_production_at_a_desk_at_night() {
    travels(DESK_AT_NIGHT).await;
}

#[actix_web::test]
async fn a_solution_travels_from_nothing_to_production_on_a_phone_by_day() {
    travels(PHONE_BY_DAY).await;
}

async fn travels(screen: Screen) {
    let server = Server::empty();
    tell(&server.url, screen, async |browser| story(&server, browser).await).await;
}

async fn story(server: &Server, browser: &Browser) {
    create_first_administrator(server, browser).await;
    let maya = add_person(browser, "Maya Maker", "maya@example.com").await;
    let vera = add_person(browser, "Vera Viewer", "vera@example.com").await;
    let mut ids = Vec::new();
    for name in ENVIRONMENTS {
        ids.push(create_environment(browser, name).await);
    }
    install_pipelines(browser).await;
    register(browser, "Contoso Development", "Development environment", &ids[1]).await;
    register(browser, "Contoso QA", "Target environment", &ids[2]).await;
    register(browser, "Contoso Production", "Target environment", &ids[3]).await;
    configure_pipeline(browser).await;
    share_pipeline(browser).await;
    photograph_configuration(browser).await;
    sign_out(browser, "Ada Admin").await;

    set_password(browser, &maya, "maya@example.com").await;
    import_solution(server, browser).await;
    for environment in ["Contoso QA", "Contoso Production"] {
        add_connection(browser, environment).await;
    }
    let deploy = deploy(browser, "QA", "Contoso QA").await;
    self::deploy(browser, "Production", "Contoso Production").await;
    find_in_production(browser).await;
    look_around(browser).await;
    sign_out(browser, "Maya Maker").await;

    set_password(browser, &vera, "vera@example.com").await;
    look_only(browser, &deploy).await;
}

async fn create_first_administrator(server: &Server, browser: &Browser) {
    browser.goto(&server.first_link).await;
    browser.sees("Create the first administrator").await;
    first_deployment::create_first_administrator(browser).await;
    look_at(browser, "home-of-an-empty-tenant").await;
    browser.goto(&server.first_link).await;
    browser.sees("Not found").await;
    browser.was_refused(404).await;
    browser.click("Go to Home").await;
}

// The one-time link with which the person sets a password.
async fn add_person(browser: &Browser, name: &str, email: &str) -> String {
    browser.navigate("People").await;
    browser.click("Add person").await;
    browser.fill("Name", name).await;
    browser.fill("Email", email).await;
    browser.click("Save").await;
    browser.sees(&format!("Password link for {name}")).await;
    browser.fact("Link").await
}

// The Environment ID.
async fn create_environment(browser: &Browser, name: &str) -> String {
    browser.navigate("All environments").await;
    browser.click("New environment").await;
    browser.fill("Name", name).await;
    browser.choose("Region", "Europe").await;
    browser.choose("Type", if name == "Contoso Production" { "Production" } else { "Sandbox" }).await;
    browser.tick("Managed environment").await;
    browser.tick("Dataverse database").await;
    browser.click("Save").await;
    browser.sees("Members").await;
    if name != "Contoso Host" {
        browser.look_up("Person or group", "maker", "Maya Maker").await;
        browser.choose("Role", "System Customizer").await;
        browser.click("Add member").await;
        browser.sees("Maya Maker is System Customizer here now.").await;
    }
    browser.fact("Environment ID").await
}

async fn install_pipelines(browser: &Browser) {
    browser.navigate("All environments").await;
    browser.click("Contoso Host").await;
    browser.click("Install Power Platform Pipelines").await;
    browser.click("Install").await;
    browser.sees("This environment is a host.").await;
}

async fn register(browser: &Browser, name: &str, kind: &str, id: &str) {
    browser.navigate("Environments").await;
    browser.click("New deployment environment").await;
    browser.fill("Name", name).await;
    browser.choose("Environment Type", kind).await;
    browser.fill("Environment ID", id).await;
    browser.click("Save").await;
    browser.sees("Validation Status Success").await;
}

async fn configure_pipeline(browser: &Browser) {
    browser.navigate("Pipelines").await;
    browser.click("New").await;
    browser.fill("Name", "Expenses").await;
    browser.fill("Description", "From development to production.").await;
    browser.tick("Allow redeployments of older versions").await;
    browser.click("Save").await;
    browser.sees("This pipeline is incomplete.").await;
    browser.click("Add Existing Development Environment").await;
    browser.choose("Development environment", "Contoso Development").await;
    browser.click("Add").await;
    add_stage(browser, "QA", None, "Contoso QA").await;
    add_stage(browser, "Production", Some("QA"), "Contoso Production").await;
    browser.sees_no("This pipeline is incomplete.").await;
}

async fn add_stage(browser: &Browser, name: &str, previous: Option<&str>, target: &str) {
    browser.click("New Deployment Stage").await;
    browser.fill("Name", name).await;
    if let Some(previous) = previous {
        browser.choose("Previous Deployment Stage", previous).await;
    }
    browser.choose("Target Deployment Environment", target).await;
    browser.click("Save").await;
    browser.sees("Deployment Stages").await;
    browser.sees(target).await;
}

async fn share_pipeline(browser: &Browser) {
    browser.click("Share").await;
    for (person, access) in [("Maya Maker", "Run"), ("Vera Viewer", "View")] {
        browser.look_up("Person or group", &person[..4], person).await;
        browser.choose("Access", access).await;
        browser.click("Share").await;
        browser.sees(&format!("Access of {person}")).await;
    }
    browser.sees("Role missing").await;
    browser.navigate("Security").await;
    browser.fill("Person or group", "maya@example.com").await;
    // Who fits appears below the field and moves the button: it is there before the button is clicked.
    browser.sees("Maya Maker").await;
    browser.choose("Role", "Deployment Pipeline User").await;
    browser.click("Give role").await;
    browser.sees("Remove Deployment Pipeline User from Maya Maker").await;
}

async fn photograph_configuration(browser: &Browser) {
    for place in ["All environments", "People", "Environments", "Pipelines", "Security", "Settings"] {
        browser.navigate(place).await;
        browser.sees(place).await;
        look_at(browser, &place.to_lowercase().replace(' ', "-")).await;
    }
    browser.navigate("Pipelines").await;
    browser.click("Expenses").await;
    browser.sees("Deployment Stages").await;
    look_at(browser, "pipeline").await;
}

// Every page must fit its screen; pictures are taken when somebody wants them.
async fn look_at(browser: &Browser, name: &str) {
    browser.fits().await;
    browser.has_no_complaints().await;
    browser.photograph(name).await;
}

async fn sign_out(browser: &Browser, name: &str) {
    browser.pick(&format!("Account of {name}"), "Sign out").await;
    browser.sees("Sign in").await;
}

async fn set_password(browser: &Browser, link: &str, email: &str) {
    browser.goto(link).await;
    browser.sees(&format!("For {email}.")).await;
    browser.fill("Password", PASSWORD).await;
    browser.fill("Password again", PASSWORD).await;
    browser.click("Set password").await;
    browser.sees("Welcome, ").await;
}

// An unmanaged solution with something to connect and something to set.
fn package() -> Vec<u8> {
    Builder::new("ContosoExpenses")
        .display_name("Contoso Expenses")
        .version("1.0.0.4")
        .table("contoso_claim", "Claim")
        .connection_reference("contoso_mail", "Mail", "shared_office365")
        .cloud_flow("Tell the approver", &["contoso_mail"])
        .variable("contoso_approver", "Approver", VariableKind::Text, None, true, None)
        .to_bytes()
        .unwrap()
}

async fn import_solution(server: &Server, browser: &Browser) {
    browser.navigate("Solutions").await;
    browser.pick("Environment", "Contoso Development").await;
    browser.click("Import solution").await;
    browser.attach("Solution package", &server.file("ContosoExpenses_1_0_0_4.zip", &package())).await;
    browser.click("Next").await;
    browser.sees("Import Contoso Expenses?").await;
    browser.click("Import").await;
    browser.click("Contoso Expenses").await;
    browser.sees("Connection references").await;
    look_at(browser, "solution").await;
}

async fn add_connection(browser: &Browser, environment: &str) {
    browser.pick("Environment", environment).await;
    browser.click("Connections").await;
    browser.click("New connection").await;
    browser.fill("Name", &format!("Mail of {environment}")).await;
    browser.fill("Connector", "shared_office365").await;
    browser.click("Save").await;
    browser.sees(&format!("Mail of {environment} is there now.")).await;
}

// Deploys the solution from its own page; the address of the page with Next.
async fn deploy(browser: &Browser, stage: &str, target: &str) -> String {
    browser.navigate("Solutions").await;
    browser.pick("Environment", "Contoso Development").await;
    browser.click("Contoso Expenses").await;
    browser.sees("Contoso Development · source").await;
    look_at(browser, &format!("stages-before-{stage}")).await;
    browser.click(&format!("Deploy to {stage}")).await;
    browser.sees(&format!("Contoso Expenses 1.0.0.4 will be installed in {target} for the first time.")).await;
    let address = browser.address().await;
    look_at(browser, &format!("next-{stage}")).await;
    browser.click("Next").await;
    browser.sees("Environment variables").await;
    browser.sees(&format!("Validation succeeded {target}")).await;
    leave_questions_open(browser).await;
    browser.choose("Mail", &format!("Mail of {target}")).await;
    browser.fill("Approver", &format!("approver@{stage}.example.com")).await;
    browser.fill("Deployment notes", "The first version.").await;
    look_at(browser, &format!("settings-{stage}")).await;
    browser.click("Deploy").await;
    browser.sees(&format!("Succeeded {target}")).await;
    look_at(browser, &format!("run-{stage}")).await;
    address
}

async fn leave_questions_open(browser: &Browser) {
    browser.click("Deploy").await;
    browser.sees("Enter a value. The solution requires one.").await;
    browser.was_refused(422).await;
}

async fn find_in_production(browser: &Browser) {
    browser.navigate("Solutions").await;
    browser.pick("Environment", "Contoso Production").await;
    browser.sees("1.0.0.4 Managed").await;
    browser.click("Contoso Expenses").await;
    browser.sees("Mail of Contoso Production").await;
    browser.sees("approver@Production.example.com").await;
}

// What moved is everywhere now.
async fn look_around(browser: &Browser) {
    browser.navigate("Home").await;
    browser.sees("My solutions").await;
    browser.sees_no("Needs attention").await;
    browser.sees_no("Ready to deploy").await;
    look_at(browser, "home-of-a-maker").await;
    browser.navigate("What is where").await;
    browser.shows("td[data-label='Contoso Production'] a").await;
    look_at(browser, "what-is-where").await;
    browser.choose("Show", "Behind").await;
    browser.sees("No solution fits").await;
    browser.click("Show everything").await;
    browser.click("Contoso Expenses").await;
    browser.sees("Run history").await;
}

async fn look_only(browser: &Browser, deploy: &str) {
    browser.navigate("Solutions").await;
    browser.sees("No environment is open to you").await;
    browser.navigate("Home").await;
    browser.sees("Recent deployments").await;
    browser.sees_no("My solutions").await;
    look_at(browser, "home-of-a-viewer").await;
    browser.navigate("What is where").await;
    browser.shows("td[data-label='Contoso Production'] a").await;
    browser.sees_no("Contoso Development").await;
    browser.navigate("Deployments").await;
    browser.sees("Contoso Production").await;
    browser.offers_no("Deploy").await;
    look_at(browser, "history").await;
    browser.click("Contoso Expenses 1.0.0.4 → Production").await;
    browser.sees("Succeeded Contoso Production").await;
    browser.sees("The first version.").await;
    for act in ["Deploy", "Promote", "Redeploy", "Retry", "Cancel"] {
        browser.offers_no(act).await;
    }
    browser.sees_no("approver@Production.example.com").await;
    browser.click("Expenses").await;
    browser.sees("Run history").await;
    browser.offers_no("Deploy").await;
    look_at(browser, "pipeline-of-a-viewer").await;
    browser.goto(deploy).await;
    browser.sees("Not allowed").await;
    browser.was_refused(403).await;
}
