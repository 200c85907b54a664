//! The form of the first administrator, in a tenant that has none; and where signing in leads.

use sluice::models::tenant::Tenant;

use super::{driver::Sending, kinds::Kind};
use crate::{
    access::snapshot::Snapshot,
    support::{PASSWORD, TestApp},
};

/// The route that is open only as long as nobody is there.
pub const SETUP: &str = "/first-administrator/{token}";

#[actix_web::test]
async fn the_first_administrator() {
    let app = TestApp::new();
    let path = format!("/first-administrator/{}", app.write(Tenant::new_setup_token));
    let fields = [("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD), ("password_again", PASSWORD)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let snapshot = Snapshot::of(&app);
    let sending = Sending { app: &app, snapshot: &snapshot, browser: app.browser().await, path, fields };
    let kinds = [Kind::Line(100), Kind::Line(100), Kind::Password, Kind::Password];
    let fields: Vec<(&str, Kind)> = ["name", "email", "password", "password_again"].into_iter().zip(kinds).collect();
    let (wrong, sent) = sending.drive(&fields).await;
    assert!(wrong.is_empty(), "{}\n{} of {sent} wrong", wrong.join("\n"), wrong.len());
}

#[actix_web::test]
async fn signing_in_leads_nowhere_else() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    for next in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: b=c",
        "/\t/evil.example",
        "/a\0b",
        "/\u{202e}",
        "evil.example",
        "/\u{e9}",
    ] {
        let form = [("email", ada.email.as_str()), ("password", PASSWORD), ("next", next)];
        let page = app.browser().await.post("/sign-in", &form).await;
        assert!(page.status < 500, "{next:?}: {}", page.status);
        if let Some(there) = page.location() {
            let own = there.starts_with('/') && !there.starts_with("//") && there.chars().all(|c| c.is_ascii_graphic());
            assert!(own && !there.contains('\\'), "{next:?} led to {there:?}");
        }
        assert!(page.headers.get("set-cookie").is_none_or(|cookie| !cookie.to_str().unwrap().contains("b=c")));
    }
}
