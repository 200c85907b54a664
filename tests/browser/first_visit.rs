//! Who comes for the first time waits for little.

use crate::{
    browser::{Browser, DESK},
    demo::{self, sign_in},
    tell,
};

/// What a first visit may weigh in bytes, headers included.
const LIMIT: u64 = 60 << 10;

/// Everything that came over the wire for the page that is there, and how much of it.
const LOADED: &str = "
const entries = ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind));
return entries.map(({ name, transferSize }) => [new URL(name).pathname, transferSize]);
";

#[actix_web::test]
async fn the_first_pages_weigh_little_with_all_that_they_need() {
    let server = demo::start();
    tell(&server.url, DESK, async |browser| {
        browser.goto("/sign-in").await;
        let mut loaded = loaded(browser).await;
        sign_in(browser, "maker@example.com").await;
        loaded.extend(self::loaded(browser).await);
        for file in ["sluice.css", "app.js", "htmx.min.js", "icons.svg"] {
            let weighs = |(name, size): &(String, u64)| name.ends_with(file) && *size > 0;
            assert!(loaded.iter().any(weighs), "{file} was not loaded: {loaded:#?}");
        }
        let sum: u64 = loaded.iter().map(|(_, size)| size).sum();
        assert!(sum <= LIMIT, "A first visit loads {sum} bytes: {loaded:#?}");
    })
    .await;
}

async fn loaded(browser: &Browser) -> Vec<(String, u64)> {
    let loaded = browser.run(LOADED, Vec::new()).await;
    serde_json::from_value(loaded).expect("pairs of a name and a size")
}
