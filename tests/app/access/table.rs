//! Asking every address as everybody, and holding the answers against a table.

use std::collections::HashMap;

use actix_web::{http::Method, test::TestRequest};

use super::{PEOPLE, snapshot::Snapshot, world::World};
use crate::support::{Browser, Page};

/// A route, what each kind of people gets, and what the request says: `?query`, `name:other` to have another thing in
/// the address, `field=value`, `file:field=package`. Names in braces stand for the world's things, `+` for a space.
pub type Row<'a> = (&'a str, &'a str, &'a str);

/// Holds the answers to all of these rows against the table.
pub async fn check(rows: &[Row<'_>]) {
    let world = World::new().await;
    let snapshot = Snapshot::of(&world.c.app);
    let mut wrong = Vec::new();
    for row in rows {
        assert_eq!(row.1.len(), PEOPLE.len(), "{}", row.0);
        for (column, cell) in row.1.chars().enumerate() {
            let page = ask(&world, &world.browsers[column], row, &|_, _| None).await;
            let nothing = world.browsers[column].copy().get("/nothing/of/this/name").await;
            let changed = if row.0.starts_with("GET") { Vec::new() } else { snapshot.changed(&world.c.app) };
            if let Some(why) = differs(cell, row, &page, &nothing, &changed) {
                let said = page.text().chars().take(200).collect::<String>();
                let (route, person, status) = (row.0, PEOPLE[column], page.status);
                wrong.push(format!("{route} as {person}: {cell} expected, but {status}: {why}. {said}"));
            }
            if !changed.is_empty() {
                snapshot.restore(&world.c.app);
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
}

/// Sends the request of a row, with `instead` for names in its address where there is one, of which it gets the name and
/// the world's thing; the answer is as it came, and the browser stays as it was.
pub async fn ask(
    world: &World,
    browser: &Browser,
    row: &Row<'_>,
    instead: &dyn Fn(&str, &str) -> Option<String>,
) -> Page {
    let (method, pattern) = row.0.split_once(' ').unwrap();
    let own = |name: &str| world.names.get(name).unwrap_or_else(|| panic!("no {name} in the world")).clone();
    let (mut others, mut query, mut form, mut file) = (HashMap::new(), String::new(), Vec::new(), None);
    for part in row.2.split_whitespace() {
        match (part.split_once(':'), part.split_once('=')) {
            _ if part.starts_with('?') => query = fill(part, &own),
            (Some(("file", field)), _) => file = field.split_once('='),
            (_, Some((field, value))) => form.push((field, fill(&value.replace('+', " "), &own))),
            (Some((name, other)), None) => drop(others.insert(name, other)),
            _ => panic!("{part:?} says nothing"),
        }
    }
    let value = |name: &str| {
        let thing = others.get(name).copied().unwrap_or(name);
        instead(name, thing).unwrap_or_else(|| own(thing))
    };
    let path = fill(pattern, &value) + &query;
    send(world, browser, method, &path, &form, file).await
}

async fn send(
    world: &World,
    browser: &Browser,
    method: &str,
    path: &str,
    form: &[(&str, String)],
    file: Option<(&str, &str)>,
) -> Page {
    let form: Vec<(&str, &str)> = form.iter().map(|(field, value)| (*field, value.as_str())).collect();
    let mut browser = browser.copy();
    match (method, file) {
        ("GET", _) => browser.send(TestRequest::get().uri(path)).await,
        ("HEAD", _) => browser.send(TestRequest::default().method(Method::HEAD).uri(path)).await,
        (_, Some((field, "package"))) => browser.upload(path, &form, (field, "a.zip", &world.package)).await,
        (_, Some((field, _))) => browser.upload(path, &form, (field, "a.json", b"{}")).await,
        (_, None) => browser.post(path, &form).await,
    }
}

/// The text with what stands for each name in braces; a name may be followed by a pattern, as in routes.
pub fn fill(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or_else(|| panic!("{text}: a brace stays open"));
        filled += &value(name.split(':').next().unwrap());
        filled += rest;
    }
    filled
}

/// In which way an answer is not what the cell says.
fn differs(cell: char, row: &Row<'_>, page: &Page, nothing: &Page, changed: &[&str]) -> Option<String> {
    let there = page.location().unwrap_or_default();
    let to_sign_in = there.starts_with("/sign-in");
    let fits = match cell {
        's' | 'x' => page.status == 303 && to_sign_in,
        'n' => page.status == 404 && page.body == nothing.body,
        'f' => page.status == 403 && names_help(page),
        'o' => page.status == 200,
        'r' | 'b' => page.status == 303 && !to_sign_in,
        'i' => page.status == 422,
        'c' => page.status == 409,
        other => panic!("{other:?} is no cell"),
    };
    // A session may change whatever the answer is: it carries what the next page says.
    let kept = changed.iter().all(|table| *table == "sessions");
    let may_change = matches!(cell, 'o' | 'r' | 'x');
    match row.0.starts_with("POST") {
        _ if !fits => Some(format!("it leads to {there:?}")),
        _ if page.header("x-content-type-options") != "nosniff" => Some("a browser may guess what it is".into()),
        true if !may_change && !kept => Some(format!("{changed:?} changed")),
        true if may_change && changed.is_empty() => Some("nothing changed".into()),
        _ => None,
    }
}

// A refusal says who can help.
fn names_help(page: &Page) -> bool {
    let sentence = page.all("p").first().cloned().unwrap_or_default();
    ["Ask ", "ask ", " can give", " can use"].iter().any(|words| sentence.contains(words))
}
