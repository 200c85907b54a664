//! What a browser calls itself, as people call it.

/// Signs of browsers in a `User-Agent`, the telling ones first: most name their forebears too.
const BROWSERS: [(&str, &str); 14] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("python-requests/", "Python"),
];

/// Signs of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A name such as "Firefox on Windows" for a `User-Agent`.
pub fn name(user_agent: &str) -> String {
    let find = |signs: &[(&str, &'static str)]| {
        signs.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn browsers_are_told_by_their_most_telling_sign() {
        let mozilla = "Mozilla/5.0";
        let like = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (user_agent, told) in [
            (
                format!("{mozilla} (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"),
                "Firefox on Windows",
            ),
            (
                format!("{mozilla} (Windows NT 10.0; Win64; x64) {like} Chrome/140.0.0.0 Safari/537.36"),
                "Chrome on Windows",
            ),
            (
                format!("{mozilla} (Windows NT 10.0; Win64; x64) {like} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
                "Edge on Windows",
            ),
            (
                format!("{mozilla} (Macintosh; Intel Mac OS X 10_15_7) {like} Version/18.5 Safari/605.1.15"),
                "Safari on macOS",
            ),
            (
                format!("{mozilla} (iPhone; CPU iPhone OS 18_5 like Mac OS X) {like} CriOS/140.0 Mobile Safari/604.1"),
                "Chrome on iPhone",
            ),
            (
                format!("{mozilla} (Linux; Android 15; Pixel 9) {like} Chrome/140.0 Mobile Safari/537.36"),
                "Chrome on Android",
            ),
            (format!("{mozilla} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox on Linux"),
            ("curl/8.14.1".into(), "curl"),
            (format!("{mozilla} (X11; Linux x86_64) NetSurf"), "Unknown browser"),
            (String::new(), "Unknown browser"),
            ("<script>alert(1)</script>".into(), "Unknown browser"),
        ] {
            assert_eq!(name(&user_agent), told, "{user_agent}");
        }
    }
}
