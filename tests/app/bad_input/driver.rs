//! Sends bad input to forms, and looks at what comes back and what is stored.

use std::collections::HashMap;

use sluice::{id::RowId, platform::embedded::connections, secrets::Secret};

use super::{
    bodies::{self, LONG},
    forms::FormOf,
    kinds::{Kind, Want},
};
use crate::{
    access::{rows, snapshot::Snapshot, table::fill, world::World},
    support::{Browser, Page, TestApp, contoso},
};

/// Tables that change with every request: who came by, what their next page says once, and who tried to sign in.
pub const RESTLESS: &[&str] = &["sessions", "sign_in_attempts"];

/// A form at its address, filled in well, and who may send it.
pub struct Sending<'a> {
    pub app: &'a TestApp,
    pub snapshot: &'a Snapshot,
    pub browser: Browser,
    pub path: String,
    pub fields: Vec<(String, String)>,
}

/// Sends bad input to each of these forms.
pub async fn check(forms: &[FormOf]) {
    let mut world = World::new().await;
    prepare(&mut world).await;
    let snapshot = Snapshot::of(&world.c.app);
    let (mut wrong, mut sent) = (Vec::new(), 0);
    for form in forms {
        let sending = Sending::of(&world, &snapshot, form);
        let (more, count) = sending.drive(form.fields).await;
        wrong.extend(more.into_iter().map(|what| format!("{}: {what}", form.route)));
        sent += count;
    }
    println!(
        "{} forms, {} fields, {sent} requests",
        forms.len(),
        forms.iter().map(|form| form.fields.len()).sum::<usize>()
    );
    assert!(wrong.is_empty(), "{}\n{} of {sent} wrong", wrong.join("\n"), wrong.len());
}

// What some forms need beyond the world: a credential to replace, a run that asks, and a target with a solution.
async fn prepare(world: &mut World) {
    let c = &world.c;
    let (id, at): (RowId, _) = (world.names["connection"].parse().unwrap(), c.development.id);
    let keys = &c.app.app.keys;
    c.app.write(|conn| connections::set_credential(conn, at, id, Some(&Secret::new("key")), keys));
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mail = c.connection(&c.qa, "Office mail", "shared_office365");
    let mut maya = c.app.sign_in(&c.maya).await;
    let asking = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let target = c.qa.id.to_string();
    world.names.extend([
        ("asking", asking.id.to_string()),
        ("mail", mail),
        ("target", target),
        ("plus", "+".to_owned()),
    ]);
}

impl<'a> Sending<'a> {
    fn of(world: &'a World, snapshot: &'a Snapshot, form: &FormOf) -> Sending<'a> {
        let route = format!("POST {}", form.route);
        let row = rows::all().find(|row| row.0 == route);
        let (cells, said) = row.map_or(("", ""), |row| (row.1, row.2));
        // What the world has no name for is asked for in vain.
        let value = |name: &str| world.names.get(name).cloned().unwrap_or_else(|| "0".into());
        let (mut others, mut fields) = (HashMap::new(), Vec::new());
        let filled = if form.filled.is_empty() { said } else { form.filled };
        for part in filled.split_whitespace() {
            match (part.split_once('='), part.split_once(':')) {
                (Some((field, text)), _) => fields.push((field.to_owned(), fill(&text.replace('+', " "), &value))),
                (None, Some((name, other))) => drop(others.insert(name, other)),
                _ => panic!("{part:?} says nothing"),
            }
        }
        let path = fill(form.route, &|name| value(others.get(name).copied().unwrap_or(name)));
        // A system administrator, or who else may: a runner, an administrator of the host, anybody.
        let may = |column: &usize| cells.as_bytes().get(*column).is_some_and(|cell| b"oris".contains(cell));
        let column = [8, 4, 5, 0].into_iter().find(may).unwrap_or(8);
        let signed_out = ["/sign-in", "/set-password/{token}"].contains(&form.route);
        let browser = world.browsers[if signed_out { 0 } else { column }].copy();
        Sending { app: &world.c.app, snapshot, browser, path, fields }
    }

    /// Sends everything bad; what was wrong with the answers, and how many there were.
    pub async fn drive(&self, fields: &[(&str, Kind)]) -> (Vec<String>, usize) {
        let (mut wrong, mut sent) = (Vec::new(), 0);
        for (field, kind) in fields {
            for (text, want) in kind.bad() {
                let page = self.browser.copy().post(&self.path, &self.with(field, &text)).await;
                let shown: String = text.chars().take(40).collect();
                wrong.extend(differs(&page, field, want).map(|why| format!("{field}={shown:?}: {why}")));
                sent += 1;
            }
            let page = self.browser.copy().post(&self.path, &self.with(field, &LONG)).await;
            wrong.extend(differs(&page, field, kind.too_long()).map(|why| format!("{field}=10 MB: {why}")));
            sent += 1;
            let stored = self.stored().filter(|tables| !(matches!(kind, Kind::Held) && tables == "audit"));
            wrong.extend(stored.map(|tables| format!("bad {field} stored something in {tables}")));
        }
        for body in bodies::bad(&self.fields) {
            let page = self.browser.copy().send(body.request(&self.path)).await;
            // Who reads no form may do what was asked without looking at it.
            let fits = page.status == body.status || (fields.is_empty() && page.status < 500);
            if !fits || (page.status >= 400 && page.all("h1").is_empty()) {
                wrong.push(format!("{}: {} instead of {}", body.name, page.status, body.status));
            }
            sent += 1;
            match self.stored() {
                Some(tables) if !fields.is_empty() => wrong.push(format!("{} stored something in {tables}", body.name)),
                _ => (),
            }
        }
        (wrong, sent)
    }

    // What is stored is undone, so that the next input meets the same tenant.
    fn stored(&self) -> Option<String> {
        let changed = self.snapshot.changed(self.app);
        if changed.is_empty() {
            return None;
        }
        self.snapshot.restore(self.app);
        let told: Vec<&str> = changed.into_iter().filter(|table| !RESTLESS.contains(table)).collect();
        (!told.is_empty()).then(|| told.join(", "))
    }

    fn with<'t>(&'t self, field: &'t str, text: &'t str) -> Vec<(&'t str, &'t str)> {
        let others = self.fields.iter().filter(|(name, _)| name != field);
        others.map(|(name, value)| (name.as_str(), value.as_str())).chain([(field, text)]).collect()
    }
}

fn differs(page: &Page, field: &str, want: Want) -> Option<String> {
    let html = page.html();
    let beside_the = |field: &str| html.contains(&format!("id=\"{field}-error\""));
    let beside_row = html.split(&format!("id=\"{field}-")).skip(1).any(|id| id.get(36..43) == Some("-error\""));
    let beside = beside_the(field);
    let told = match page.status {
        422 => beside || page.has("[role=alert]", ".") || html.contains("-error\""),
        400 | 404 | 409 | 429 => !page.all("h1").is_empty(),
        _ => false,
    };
    let fits = match want {
        Want::Beside => page.status == 422 && beside,
        Want::BesideThe(field) => page.status == 422 && beside_the(field),
        Want::BesideRow => page.status == 422 && beside_row,
        Want::Told => told,
    };
    (!fits).then(|| format!("{want:?} expected, but {} {}", page.status, start(page)))
}

fn start(page: &Page) -> String {
    page.text().chars().take(160).collect()
}
