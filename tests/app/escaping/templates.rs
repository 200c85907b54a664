//! That no template leaves its texts unescaped, read from the source.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files that may, each with the reason.
const MAY: [(&str, &str); 2] = [
    ("templates/help/show.html", "it shows HTML made of the Markdown in help/, which is part of the program"),
    ("src/web/pieces.rs", "it takes templates only, which have escaped what they were given"),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn no_template_switches_escaping_off() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut templates, mut sources) = (Vec::new(), Vec::new());
    files(&root.join("templates"), &mut templates);
    files(&root.join("src"), &mut sources);
    let mut wrong = Vec::new();
    let may = |path: &Path| MAY.iter().any(|(name, _)| path.ends_with(name));
    for path in &templates {
        let text: String = fs::read_to_string(path).unwrap().split_whitespace().collect();
        let off = ["|safe", "|escape(", "|e(", "{%filter", "javascript:"];
        // Escaping goes by the file's name.
        if path.extension().is_none_or(|end| end != "html")
            || (!may(path) && off.iter().any(|words| text.contains(words)))
        {
            wrong.push(path.display().to_string());
        }
    }
    for path in &sources {
        let text = fs::read_to_string(path).unwrap();
        let off = ["HtmlSafe", "filters::Safe", "filters::{", "escape = \"none\"", "ext = \"txt\""];
        if !may(path) && off.iter().any(|words| text.contains(words)) {
            wrong.push(path.display().to_string());
        }
    }
    assert!(templates.len() > 50, "{} templates", templates.len());
    assert!(wrong.is_empty(), "say in MAY why these may: {wrong:#?}");
}
