//! What an administrator does before a test begins, through the pages.

use super::{Browser, Page};

/// An environment with a Dataverse database; its address.
pub async fn environment(browser: &mut Browser, name: &str) -> String {
    let form = [("name", name), ("region", "Europe"), ("kind", "sandbox"), ("managed", "on"), ("dataverse", "on")];
    made(browser.post("/admin/environments", &form).await)
}

/// A group; its address.
pub async fn group(browser: &mut Browser, name: &str) -> String {
    made(browser.post("/admin/groups", &[("name", name), ("description", "")]).await)
}

#[track_caller]
fn made(page: Page) -> String {
    page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.text())).to_owned()
}
