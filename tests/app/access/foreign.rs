//! What comes from other sites, and what would lead there.

use actix_web::test::TestRequest;
use url::Url;

use super::{rows, snapshot::Snapshot, table, world::World};
use crate::support::{PASSWORD, TestApp};

/// What a browser, or none, says of where a request comes from when that is not a page of this site.
const ELSEWHERE: [(&str, &str); 6] = [
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-site"),
    ("Sec-Fetch-Site", "same-origin, cross-site"),
    ("Origin", "https://evil.example"),
    ("Origin", "null"),
    ("Accept", "text/html"),
];

#[actix_web::test]
async fn no_route_takes_a_change_from_another_site() {
    let world = World::new().await;
    let snapshot = Snapshot::of(&world.c.app);
    let mut root = world.browsers.last().unwrap().copy();
    for row in rows::all() {
        let Some(pattern) = row.0.strip_prefix("POST ") else { continue };
        let path = table::fill(pattern, &|name| world.names[name].clone());
        for header in ELSEWHERE {
            let request = TestRequest::post().uri(&path).insert_header(header).set_form([("name", "Foreign")]);
            let page = root.send(request).await;
            assert_eq!(page.status, 403, "POST {pattern} with {header:?}");
            page.assert_has("p", "nothing was changed");
        }
    }
    assert_eq!(snapshot.changed(&world.c.app), Vec::<&str>::new());
}

#[actix_web::test]
async fn signing_in_leads_nowhere_but_to_this_site() {
    let app = TestApp::new();
    let ada = app.person("Ada");
    let site = Url::parse("http://localhost:8080/sign-in").unwrap();
    for next in [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nLocation: https://evil.example",
        "/\0/evil.example",
        "/\u{7f}",
        "/\u{a0}/evil.example",
        " //evil.example",
        "\u{1}//evil.example",
        "/..//evil.example",
        "/./\\evil.example",
        "evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "@evil.example",
        "/%2F/evil.example",
        "/%5Cevil.example",
    ] {
        let form = [("email", ada.email.as_str()), ("password", PASSWORD), ("next", next)];
        let page = app.browser().await.post("/sign-in", &form).await;
        assert_eq!(page.status, 303, "{next:?}: {}", page.text());
        let there = site.join(page.location().unwrap()).unwrap();
        assert_eq!(there.origin(), site.origin(), "{next:?} leads to {there}");
        assert_eq!(page.headers.get_all("location").count(), 1, "{next:?}");
        // The page itself offers nothing that leads away either, where the query can be read at all.
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = app.browser().await.get(&format!("/sign-in?next={query}")).await;
        let unreadable = next.contains('\0');
        assert_eq!(page.status, if unreadable { 400 } else { 200 }, "{next:?}");
        assert!(unreadable || page.attribute("form", "action").as_deref() == Some("/sign-in"), "{next:?}");
    }
}
