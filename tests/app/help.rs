//! Help: every code and state is explained, and every link to a page of it leads somewhere.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sluice::{handlers::help, rules::state::State};

use crate::support::{Contoso, TestApp, contoso};

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = entries.flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] });
    all.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect()
}

// What stands in the files after this beginning, up to the first sign that does not belong to it.
fn after(beginning: &str, folder: &str, ending: &str, belongs: fn(char) -> bool) -> BTreeSet<String> {
    let texts = files(Path::new(folder), ending).into_iter().map(|path| fs::read_to_string(path).unwrap());
    let find = |text: String| -> Vec<String> {
        let parts = text.split(beginning).skip(1);
        parts.map(|part| part.chars().take_while(|c| belongs(*c)).collect()).collect()
    };
    texts.flat_map(find).collect()
}

#[test]
fn every_code_of_dataverse_is_explained() {
    let codes = after("\"0x8", "src", "rs", |c| c.is_ascii_hexdigit());
    assert!(codes.len() > 20, "{codes:?}");
    let unexplained: Vec<_> = codes.iter().filter(|code| help::of_code(&format!("0x8{code}")).is_none()).collect();
    assert!(unexplained.is_empty(), "say in help/findings.md what these mean: {unexplained:?}");
    for code in ["packaged-value", "newer-source", "richer-source"] {
        assert!(help::of_code(code).is_some(), "{code}");
    }
    assert_eq!((help::of_code(""), help::of_code("0x0"), help::of_code("x\"")), (None, None, None));
}

#[actix_web::test]
async fn every_link_to_help_leads_to_its_place() {
    let app = TestApp::new();
    let mut browser = app.sign_in(&app.person("Zed")).await;
    let in_forms = after("help=\"", "templates", "html", |c| c != '"');
    let links = after("/help/", "templates", "html", |c| c != '"');
    let states = State::ALL.iter().map(|state| format!("states#{}", state.as_str()));
    let all = in_forms.into_iter().chain(links).filter(|link| !link.contains('{')).chain(states);
    for link in all.collect::<BTreeSet<String>>() {
        let (page, anchor) = link.split_once('#').unwrap_or((&link, ""));
        let page = browser.get(&format!("/help/{page}")).await;
        assert_eq!(page.status, 200, "{link}");
        let place = format!("[id=\"{anchor}\"]");
        assert!(anchor.is_empty() || page.attribute(&place, "id").is_some(), "{link}");
    }
    assert_eq!(browser.get("/help/nonsense").await.status, 404);
    let index = browser.get("/help").await;
    assert_eq!((index.all(".steps a").len(), index.all(".steps .detail").len()), (5, 5));
    assert_eq!(browser.get(&index.link("Roles and permissions")).await.all("h1"), ["Roles and permissions"]);
}

#[actix_web::test]
async fn a_run_leads_to_what_its_state_and_its_findings_mean() {
    let c = Contoso::new();
    let base = sluice::package::Builder::new("contoso_base").version("2.1.0.0").publisher("contoso", "Contoso", "con");
    c.import(&c.development, &base.table("con_base", "Base table")).await;
    let needy = contoso::tables("1.0.0.1").requires("contoso_base", "2.1.0.0", "1", "con_base", "Base table");
    c.import(&c.development, &needy).await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.run_of(&c.next(&mut maya, &c.test, "contoso_core").await);
    c.app.run_worker().await;
    let page = maya.get(&format!("/runs/{}", run.id)).await;
    assert_eq!(page.link("About this state"), "/help/states#failed");
    assert_eq!(page.link("0x80048034"), "/help/findings#0x80048034");
}
