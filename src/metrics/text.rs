//! The text format in which Prometheus reads figures.

use std::fmt::{Display, Write};

/// A text of figures that grows.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// Begins a family of figures: `kind` is `counter`, `gauge` or `histogram`.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.put(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    /// Adds one figure of the family, told apart from others by its labels.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(label, text)| format!("{label}=\"{}\"", escaped(text))).collect();
        match labels.is_empty() {
            true => self.put(format_args!("{name} {value}\n")),
            false => self.put(format_args!("{name}{{{}}} {value}\n", labels.join(","))),
        }
    }

    /// A family of one gauge without labels.
    pub fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.0
    }

    // Writing to a string does not fail.
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.0.write_fmt(text);
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_break_out_of_its_quotes() {
        let mut text = Text::default();
        text.sample("a", &[("b", "c\"} 1\n\\"), ("d", "e")], 2.5);
        assert_eq!(text.into_string(), "a{b=\"c\\\"} 1\\n\\\\\",d=\"e\"} 2.5\n");
    }
}
