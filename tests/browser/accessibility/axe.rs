//! axe-core, which finds on a page what shuts people out.

use std::{fs, path::Path};

use serde_json::Value;

use crate::browser::Browser;

/// Holds the page against the rules of WCAG 2.2 at levels A and AA.
const RUN: &str = r#"
const done = arguments[arguments.length - 1];
const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
axe.run({ runOnly, resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target} ${failureSummary.replace(/\s+/g, " ")}`))),
  error => done([`axe-core failed: ${error}`]));
"#;

/// Brings it to the page that is there.
pub async fn come(browser: &Browser) {
    browser.run(&source(), Vec::new()).await;
}

/// What is wrong with the page, to which it came, as it is shown now: rule, element and reason of each.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let found: Value = browser.wait_for(RUN, Vec::new()).await;
    let found = found.as_array().expect("axe-core answers with a list").iter();
    found.map(|one| one.as_str().expect("of text").to_owned()).collect()
}

fn source() -> String {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser-tools");
    let path = tools.join("node/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("The browser test needs axe-core, but {}: {error}. scripts/test installs it.", path.display())
    })
}
