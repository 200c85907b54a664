//! The names of files that are downloaded: nothing in them says anything to a browser but a name.

use diesel::prelude::*;
use sluice::schema::{operations, runs};

use super::{table, world::World};
use crate::support::Page;

/// What no package of ours can be called; but names come from packages and from other tools' data.
const UNFIT: [&str; 8] = [
    "a\"; filename=\"evil.exe",
    "a\r\nX-Evil: yes\r\n\r\n<script>",
    "../../etc/passwd",
    "a;b=c,d",
    "Rechnung für Zoë 見積",
    "\u{202e}gpj.exe",
    "a\\\"b",
    "a\u{1}b\tc\u{7f}",
];

#[track_caller]
fn assert_plain(page: &Page, content_type: &str, end: &str) {
    assert_eq!(page.status, 200, "{}", page.text());
    let disposition = page.header("content-disposition");
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
    let name = name.unwrap_or_else(|| panic!("not a file to be saved: {disposition:?}"));
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)), "{name:?}");
    assert!(name.ends_with(end) && !name.starts_with('.'), "{name:?}");
    assert_eq!(page.headers.get_all("content-disposition").count(), 1);
    assert_eq!(page.header("content-type"), content_type);
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.headers.get("x-evil").is_none());
}

#[actix_web::test]
async fn what_a_solution_is_called_injects_nothing_into_the_headers_of_its_packages() {
    let world = World::new().await;
    let maya = &world.browsers[4];
    for name in UNFIT {
        world.c.app.write(|c| {
            Ok(diesel::update(runs::table).set((runs::solution_name.eq(name), runs::version.eq(name))).execute(c)?)
        });
        let mut browser = maya.copy();
        let run = format!("/runs/{}", world.names["succeeded"]);
        assert_plain(&browser.get(&format!("{run}/packages/managed")).await, "application/zip", "_managed.zip");
        assert_plain(&browser.get(&format!("{run}/packages/unmanaged")).await, "application/zip", ".zip");
        assert_plain(&browser.get(&format!("{run}/settings-file")).await, "application/json", "_settings.json");
    }
}

#[actix_web::test]
async fn nor_into_those_of_an_export() {
    let world = World::new().await;
    let export = operations::table.find(&world.names["operation"]);
    let result: Option<String> = world.c.app.read(|c| Ok(export.select(operations::result).first(c)?));
    let row = ("GET /environments/{environment}/solutions/{solution}/exports/{operation}/{package}", "", "");
    for name in UNFIT {
        let mut result: serde_json::Value = serde_json::from_str(result.as_deref().unwrap()).unwrap();
        rename(&mut result, name);
        world.c.app.write(|c| Ok(diesel::update(export).set(operations::result.eq(result.to_string())).execute(c)?));
        let page = table::ask(&world, &world.browsers[4], &row, &|_, _| None).await;
        assert_plain(&page, "application/zip", "_managed.zip");
    }
}

fn rename(value: &mut serde_json::Value, name: &str) {
    match value {
        serde_json::Value::String(text) if text == "contoso_core" => *text = name.to_owned(),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| rename(field, name)),
        _ => (),
    }
}
