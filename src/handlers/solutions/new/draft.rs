//! What the form for a new solution says, parsed.

use crate::{
    handlers::operations::About,
    package::{Builder, Publisher, version::Version},
    platform::SolutionSummary,
    web::{
        forms::{Form, NAME},
        text::sentence,
    },
};

/// What the choice of a publisher sends for one that is new; no unique name.
pub const NEW_PUBLISHER: &str = "+";
/// The longest unique name.
const UNIQUE_NAME: usize = 65;

/// A solution to be made.
#[derive(Debug)]
pub struct Draft {
    display_name: String,
    unique_name: String,
    publisher: Publisher,
    version: Version,
}

impl Draft {
    /// Reads the form; none where a field cannot be taken, which the form then says.
    pub fn read(
        form: &mut Form,
        environment: &str,
        solutions: &[SolutionSummary],
        publishers: &[Publisher],
    ) -> Option<Draft> {
        let display_name = form.line_or("display_name", NAME, "Enter a display name.");
        let unique_name = unique_name(form, display_name.as_deref()).filter(|name| {
            let taken = solutions.iter().any(|solution| solution.unique_name.eq_ignore_ascii_case(name));
            if taken {
                form.fail("unique_name", format!("{environment} has a solution of this name already."));
            }
            !taken
        });
        let publisher = publisher(form, publishers);
        let version = version(form);
        Some(Draft { display_name: display_name?, unique_name: unique_name?, publisher: publisher?, version: version? })
    }

    /// The package of the solution, with nothing in it.
    pub fn package(&self) -> Builder {
        let Publisher { unique_name, display_name, prefix } = &self.publisher;
        Builder::new(&self.unique_name).display_name(&self.display_name).version(&self.version).publisher(
            unique_name,
            display_name,
            prefix,
        )
    }
}

impl From<&Draft> for About {
    fn from(draft: &Draft) -> Self {
        About {
            unique_name: draft.unique_name.clone(),
            display_name: draft.display_name.clone(),
            version: draft.version.clone(),
        }
    }
}

// Made from the display name where it is left empty; where that is missing too, one complaint is enough.
fn unique_name(form: &mut Form, display_name: Option<&str>) -> Option<String> {
    if form.value("unique_name").trim().is_empty() {
        form.set("unique_name", suggested(display_name?));
    }
    name(form, "unique_name")
}

/// A unique name made of what can stand in one.
fn suggested(display_name: &str) -> String {
    let name: String = display_name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name };
    name.chars().take(UNIQUE_NAME).collect()
}

fn name(form: &mut Form, field: &str) -> Option<String> {
    let name = form.line_or(field, UNIQUE_NAME, "Enter a name.")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.chars().all(fits) || name.starts_with(|c: char| c.is_ascii_digit()) {
        form.fail(field, "Use letters A to Z, digits and underscores, and start with no digit.");
        return None;
    }
    Some(name)
}

fn publisher(form: &mut Form, known: &[Publisher]) -> Option<Publisher> {
    if form.value("publisher") == NEW_PUBLISHER {
        return new_publisher(form, known);
    }
    let chosen = known.iter().find(|publisher| publisher.unique_name == form.value("publisher")).cloned();
    if chosen.is_none() {
        form.fail("publisher", "Choose one from the list.");
    }
    chosen
}

fn new_publisher(form: &mut Form, known: &[Publisher]) -> Option<Publisher> {
    let display_name = form.line_or("publisher_display_name", NAME, "Enter a display name.");
    let unique_name = name(form, "publisher_name").filter(|name| {
        let taken = known.iter().any(|publisher| publisher.unique_name.eq_ignore_ascii_case(name));
        if taken {
            form.fail("publisher_name", "There is a publisher of this name already: choose it above.");
        }
        !taken
    });
    let prefix = prefix(form);
    Some(Publisher { unique_name: unique_name?, display_name: display_name?, prefix: prefix? })
}

fn prefix(form: &mut Form) -> Option<String> {
    let prefix = form.line_or("prefix", NAME, "Enter a prefix.")?;
    let fits = (2..=8).contains(&prefix.len())
        && prefix.chars().all(|c| c.is_ascii_alphanumeric())
        && prefix.starts_with(|c: char| c.is_ascii_alphabetic());
    if !fits {
        form.fail("prefix", "Use 2 to 8 letters A to Z and digits, and start with a letter.");
        return None;
    }
    if prefix.to_ascii_lowercase().starts_with("mscrm") {
        form.fail("prefix", "The platform keeps prefixes with mscrm for itself. Choose another.");
        return None;
    }
    Some(prefix)
}

fn version(form: &mut Form) -> Option<Version> {
    let version = form.line_or("version", NAME, "Enter a version.")?.parse::<Version>();
    version.map_err(|error| form.fail("version", sentence(&error.to_string()))).ok()
}
