//! What must go goes where no script runs, at a desk and on a small phone.

use crate::{
    browser::{Browser, DESK, PHONE, Screen},
    demo::{self, sign_in},
    first_deployment,
    programs::Server,
    tell,
};

#[actix_web::test]
async fn without_scripts_a_maker_deploys_and_a_viewer_sees_it_on_a_phone() {
    makers_and_viewers(PHONE).await;
}

#[actix_web::test]
async fn without_scripts_a_maker_deploys_and_a_viewer_sees_it_at_a_desk() {
    makers_and_viewers(DESK).await;
}

#[actix_web::test]
async fn without_scripts_an_administrator_gets_to_the_first_deployment_on_a_phone() {
    administrators(PHONE).await;
}

#[actix_web::test]
async fn without_scripts_an_administrator_gets_to_the_first_deployment_at_a_desk() {
    administrators(DESK).await;
}

async fn makers_and_viewers(screen: Screen) {
    let server = demo::start();
    tell(&server.url, screen, async |browser| {
        browser.ignore_scripts().await;
        sign_in(browser, "maker@example.com").await;
        let plain = browser.run("return !document.documentElement.classList.contains('js')", Vec::new()).await;
        assert_eq!(plain, true, "a script of the page has run");
        deploy(browser).await;
        browser.pick("Account of Maya Maker", "Sign out").await;
        sign_in(browser, "viewer@example.com").await;
        look_at_the_run(browser).await;
    })
    .await;
}

async fn administrators(screen: Screen) {
    let server = Server::empty();
    tell(&server.url, screen, async |browser| {
        browser.ignore_scripts().await;
        first_deployment::of_empty_tenant(&server, browser).await;
        browser.fits().await;
    })
    .await;
}

async fn deploy(browser: &Browser) {
    browser.navigate("Solutions").await;
    browser.pick("Environment", "Contoso Development").await;
    browser.click("Contoso Onboarding").await;
    browser.click("Show what it holds and needs").await;
    browser.sees("What a new colleague needs").await;
    browser.click("Contoso Onboarding").await;
    browser.click("Deploy to Test").await;
    browser.sees("for the first time").await;
    browser.click("Next").await;
    browser.sees("Validation succeeded").await;
    browser.fits().await;
    browser.click("Deploy").await;
    browser.sees("Choose a connection.").await;
    browser.was_refused(422).await;
    browser.choose("Outlook of Onboarding", "Office 365").await;
    browser.fill("Deployment notes", "Without a script.").await;
    browser.click("Deploy").await;
    browser.sees("Succeeded").await;
    browser.fits().await;
}

async fn look_at_the_run(browser: &Browser) {
    browser.navigate("Deployments").await;
    browser.click("Contoso Onboarding 1.0.0.0 → Test").await;
    browser.sees("Succeeded").await;
    browser.sees("Without a script.").await;
    browser.offers_no("Deploy").await;
    browser.fits().await;
}
