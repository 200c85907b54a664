//! The rooms of the program and which way they look, read from the source.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What each room may use of the others. `error`, `id` and `db` belong to everybody who talks to the database.
const ROOMS: [(&str, &[&str]); 27] = [
    ("app", &["artifacts", "db", "error", "health", "metrics", "package", "platform", "secrets", "web", "worker"]),
    ("artifacts", &["db", "error"]),
    ("auth", &["db", "error", "id", "models", "web"]),
    ("backup", &["artifacts", "db", "error", "models"]),
    // It makes a tenant as people do, and asks the server from outside.
    (
        "bench",
        &[
            "app",
            "artifacts",
            "db",
            "error",
            "id",
            "models",
            "package",
            "platform",
            "rules",
            "schema",
            "web",
            "worker",
            "zone",
        ],
    ),
    // A person who is added here is checked by the same form as one who is added on a page.
    (
        "commands",
        &[
            "app",
            "artifacts",
            "backup",
            "bench",
            "config",
            "db",
            "demo",
            "error",
            "handlers",
            "id",
            "models",
            "secrets",
            "site",
            "verify",
            "web",
            "worker",
        ],
    ),
    // What can be told to a measurement is told as all else is.
    ("config", &["artifacts", "bench", "db", "error", "package", "web"]),
    ("db", &["error"]),
    // Its history is written down as if it had been made on the pages, operations by hand included.
    (
        "demo",
        &[
            "app",
            "artifacts",
            "db",
            "error",
            "handlers",
            "id",
            "models",
            "package",
            "platform",
            "rules",
            "schema",
            "worker",
        ],
    ),
    ("error", &[]),
    // The site asks environments and rules only for what it shows; what changes is a model's verb.
    (
        "handlers",
        &[
            "app",
            "artifacts",
            "auth",
            "db",
            "error",
            "health",
            "id",
            "metrics",
            "models",
            "navigation",
            "package",
            "platform",
            "rules",
            "secrets",
            "web",
            "zone",
        ],
    ),
    ("health", &["artifacts", "db", "error"]),
    ("id", &["db"]),
    ("metrics", &[]),
    ("models", &["db", "error", "id", "package", "rules", "schema", "zone"]),
    ("navigation", &["auth", "db", "error", "id", "models", "rules", "web"]),
    ("package", &[]),
    // The platform answers in the rules' words for connections, settings and verdicts.
    ("platform", &["artifacts", "db", "error", "id", "package", "rules", "schema", "secrets"]),
    ("routes", &["error", "handlers", "web"]),
    ("rules", &["package", "zone"]),
    ("schema", &[]),
    // It rewrites its columns in tables of all rooms when its keys change.
    ("secrets", &["db", "error", "schema"]),
    ("site", &["app", "auth", "models", "routes", "web"]),
    ("verify", &["artifacts", "backup", "db", "error", "rules", "schema"]),
    ("web", &["error", "metrics", "secrets", "zone"]),
    ("worker", &["app", "artifacts", "db", "error", "id", "models", "package", "platform", "rules"]),
    ("zone", &[]),
];

/// Words that only these rooms may say.
const WORDS: [(&str, &[&str]); 9] = [
    ("diesel", &["bench", "db", "demo", "error", "id", "models", "platform", "schema", "secrets", "verify"]),
    ("actix_web", &["app", "auth", "bench", "commands", "handlers", "navigation", "routes", "site", "web"]),
    ("askama", &["error", "handlers", "web"]),
    // A measurement starts the program that it is a part of.
    ("std::env", &["bench", "config"]),
    ("env::var", &["config"]),
    ("Native::Sqlite", &["db"]),
    ("Native::Postgres", &["db"]),
    // A command asks the server on its own machine how it is.
    ("TcpStream", &["commands", "platform"]),
    ("UdpSocket", &["platform"]),
];

/// Files that may be longer than a reader likes, with the reason.
const LONG: [(&str, &str); 1] = [("schema.rs", "the tables, one after another")];

/// How long a file may be, in lines.
const LENGTH: usize = 300;

struct Source {
    /// Below `src`.
    path: String,
    text: String,
}

impl Source {
    fn all() -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut all = Vec::new();
        walk(&root, &mut all);
        let source = |path: PathBuf| Source {
            path: path.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
            text: fs::read_to_string(path).unwrap(),
        };
        all.into_iter().map(source).collect()
    }

    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.trim_end_matches(".rs")
    }

    // Without comments, which may say what they like.
    fn code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, found),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => (),
        }
    }
}

/// What stands behind a path in a piece of code, alone or in a group: `crate::db::Db`, `crate::{db::Db, id}`.
fn named(code: &str, path: &str) -> BTreeSet<String> {
    code.split(path)
        .skip(1)
        .flat_map(|rest| if rest.starts_with('{') { group(rest) } else { vec![word(rest)] })
        .collect()
}

// The first words of a group's members; those of the groups in it belong to their member.
fn group(text: &str) -> Vec<String> {
    let (mut depth, mut found) = (0, Vec::new());
    for (at, sign) in text.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => (),
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && (sign == ',' || at == 0) {
            found.push(word(text[at + 1..].trim_start()));
        }
    }
    found.retain(|word| !word.is_empty());
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect()
}

#[test]
fn names_are_found_alone_and_in_groups() {
    let code = "use crate::db::Db; use crate::{\n error::Error,\n id::{RunId, StageId}, web,\n}; crate::words!(X);";
    assert_eq!(named(code, "crate::").into_iter().collect::<Vec<_>>(), ["db", "error", "id", "web", "words"]);
}

#[test]
fn every_room_looks_only_where_it_may() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        if ["core", "lib", "main"].contains(&source.room()) {
            continue;
        }
        let room = ROOMS.iter().find(|(room, _)| *room == source.room());
        let (room, may_use) = room.unwrap_or_else(|| panic!("src/{}: say in ROOMS what it may use", source.path));
        for other in named(&source.code(), "crate::") {
            if other != *room && !may_use.contains(&other.as_str()) {
                wrong.push(format!("src/{} uses crate::{other}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_are_said_only_where_they_belong() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        for (word, rooms) in WORDS {
            let may = rooms.iter().any(|room| *room == source.room());
            if !may && source.code().contains(word) {
                wrong.push(format!("src/{} says {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_embedded_platform_keeps_to_its_own_tables() {
    for source in Source::all().iter().filter(|source| source.room() == "platform") {
        for table in named(&source.code(), "schema::") {
            // Its environments are rows of the tenant, which it reads and locks.
            let own = table.starts_with("embedded_") || table == "environments";
            assert!(own, "src/{} uses the table {table}", source.path);
        }
    }
}

#[test]
fn the_audit_log_is_only_ever_added_to() {
    for source in Source::all() {
        let code = source.code();
        let own = source.path.starts_with("models/audit");
        // The demo moves all of its story into the past while nobody can see the tenant yet.
        let may_name = own || ["demo/calendar.rs", "schema.rs"].contains(&source.path.as_str());
        assert!(may_name || !named(&code, "schema::").contains("audit"), "src/{} uses the table audit", source.path);
        for verb in ["update(", "delete(", "sql_query", "replace_into("] {
            assert!(!(own && code.contains(verb)), "src/{} says {verb}", source.path);
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        let lines = source.text.lines().count();
        if lines > LENGTH && !LONG.iter().any(|(path, _)| *path == source.path) {
            wrong.push(format!("src/{} has {lines} lines", source.path));
        }
        if !source.text.starts_with("//!") {
            wrong.push(format!("src/{} does not begin by saying what it is for", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
