//! Light and dark: as the system is, unless the person chose.

use crate::{
    browser::{Browser, DESK},
    demo::{self, sign_in},
    tell,
};

#[actix_web::test]
async fn the_theme_follows_the_system_until_it_is_chosen() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        sign_in(browser, "viewer@example.com").await;
        for system in ["light", "dark"] {
            browser.set_theme(system).await;
            assert_eq!(theme(browser).await, system);
        }
        choose(browser, "Light").await;
        assert_eq!(theme(browser).await, "light");
        browser.navigate("Deployments").await;
        browser.sees("Contoso Expenses").await;
        assert_eq!(theme(browser).await, "light", "it is remembered");
        browser.set_theme("light").await;
        choose(browser, "Dark").await;
        assert_eq!(theme(browser).await, "dark");
        choose(browser, "Auto").await;
        assert_eq!(theme(browser).await, "light");
    })
    .await;
}

async fn choose(browser: &Browser, theme: &str) {
    browser.goto("/").await;
    browser.pick("Account of Vic Viewer", theme).await;
}

// As one sees it.
async fn theme(browser: &Browser) -> &'static str {
    let background = browser.run("return getComputedStyle(document.body).backgroundColor", Vec::new()).await;
    match background.as_str().expect("a colour") {
        "rgb(250, 250, 250)" => "light",
        "rgb(31, 31, 31)" => "dark",
        other => panic!("{other} belongs to no theme"),
    }
}
