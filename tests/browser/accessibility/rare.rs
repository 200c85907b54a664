//! What the demo has no example of and what no link leads to, made by an administrator and looked at while it is there.

use chrono::{Days, Utc};
use sluice::package::Builder;

use super::walk::Walk;
use crate::{browser::Browser, programs::Server};

/// Makes one of each.
pub async fn make(server: &Server, browser: &Browser, walk: &mut Walk<'_>) {
    import(server, browser, walk).await;
    export(browser, walk).await;
    deploy_later(browser, walk).await;
    ask_for_a_password_link(browser, walk).await;
    deactivate_somebody(browser, walk).await;
    ask_for_what_another_host_has(browser).await;
    walk.visit("/admin/retention/removal", 200).await;
    look_up_a_person(browser, walk).await;
    open_menus(browser, walk).await;
}

async fn import(server: &Server, browser: &Browser, walk: &mut Walk<'_>) {
    let package = Builder::new("ContosoTravel").display_name("Contoso Travel").to_bytes().unwrap();
    browser.navigate("Solutions").await;
    browser.pick("Environment", "Contoso Development").await;
    browser.click("Import solution").await;
    browser.attach("Solution package", &server.file("ContosoTravel.zip", &package)).await;
    browser.click("Next").await;
    browser.sees("Import Contoso Travel?").await;
    walk.look(200).await;
    browser.click("Import").await;
    browser.click("Contoso Travel").await;
}

async fn export(browser: &Browser, walk: &mut Walk<'_>) {
    browser.click("Export").await;
    browser.sees("Download managed").await;
    walk.look(200).await;
}

async fn deploy_later(browser: &Browser, walk: &mut Walk<'_>) {
    browser.navigate("Solutions").await;
    browser.click("Contoso Onboarding").await;
    browser.click("Deploy to Test").await;
    browser.click("Next").await;
    browser.sees("Validation succeeded").await;
    browser.choose("Outlook of Onboarding", "Office 365").await;
    browser.choose("When", "Deploy later").await;
    let tomorrow = Utc::now().checked_add_days(Days::new(1)).unwrap().format("%Y-%m-%dT%H:%M").to_string();
    browser.run("document.getElementById('at').value = arguments[0]", vec![tomorrow.into()]).await;
    walk.look(200).await;
    browser.click("Deploy").await;
    browser.sees("Scheduled").await;
    walk.look(200).await;
    walk.visit(&format!("{}/schedule", browser.address().await), 200).await;
}

async fn ask_for_a_password_link(browser: &Browser, walk: &mut Walk<'_>) {
    browser.goto("/admin/people").await;
    browser.click("Vic Viewer").await;
    browser.click("New password link").await;
    let link = browser.fact("Link").await;
    walk.look(200).await;
    walk.visit(&link, 200).await;
    walk.leave_empty(&link).await;
}

async fn deactivate_somebody(browser: &Browser, walk: &mut Walk<'_>) {
    browser.goto("/admin/people").await;
    browser.click("Vic Viewer").await;
    browser.click("Deactivate").await;
    browser.sees("Deactivate Vic Viewer?").await;
    browser.click("Deactivate").await;
    browser.sees("Deactivated").await;
    walk.visit(&format!("{}/reactivation", browser.address().await), 200).await;
}

// Asks to take over an environment that belongs to the demo's host.
async fn ask_for_what_another_host_has(browser: &Browser) {
    browser.navigate("All environments").await;
    browser.click("Contoso QA").await;
    let id = browser.fact("Environment ID").await;
    browser.navigate("All environments").await;
    browser.click("New environment").await;
    browser.fill("Name", "Fabrikam Host").await;
    browser.choose("Region", "Europe").await;
    browser.choose("Type", "Production").await;
    browser.tick("Dataverse database").await;
    browser.click("Save").await;
    browser.click("Install Power Platform Pipelines").await;
    browser.click("Install").await;
    browser.sees("This environment is a host.").await;
    browser.navigate("Environments").await;
    browser.pick("Host", "Fabrikam Host").await;
    browser.click("New deployment environment").await;
    browser.fill("Name", "Contoso QA").await;
    browser.choose("Environment Type", "Target environment").await;
    browser.fill("Environment ID", &id).await;
    browser.click("Save").await;
    browser.sees("Force Link").await;
}

async fn look_up_a_person(browser: &Browser, walk: &mut Walk<'_>) {
    browser.navigate("All environments").await;
    browser.click("Contoso QA").await;
    browser.fill("Person or group", "Ma").await;
    browser.sees("maker@example.com").await;
    walk.look(200).await;
}

// What lies over the page; the navigation does so on a phone.
async fn open_menus(browser: &Browser, walk: &mut Walk<'_>) {
    browser.navigate("Solutions").await;
    browser.unfold("Environment").await;
    walk.look(200).await;
    browser.unfold("Account of Ada Admin").await;
    walk.look(200).await;
    browser.resize(360, 800).await;
    browser.click("Menu").await;
    walk.look(200).await;
}
