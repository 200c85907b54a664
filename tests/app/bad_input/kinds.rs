//! What is bad input to a field, and what must come of it.

/// What a field takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One line that must not be empty, of at most so many characters.
    Line(usize),
    /// One line that may be empty.
    OptionalLine(usize),
    /// Lines of at most 2000 characters that may be none.
    Text,
    /// One of a list.
    Choice,
    /// One of the list in a row of a table.
    RowChoice,
    /// One of those who fit what was typed into the field of this name.
    Match(&'static str),
    /// One of a list, or nothing.
    OptionalChoice,
    /// A person or group, by a part of their name.
    Somebody,
    /// A box.
    Tick,
    /// A new password, which is typed twice.
    Password,
    /// A password that somebody has.
    Held,
    /// A credential that may be left out.
    Secret,
    /// What a list is filtered by; what is wrong with it is said on a page of its own.
    Filter,
    /// What a page or its buttons fill in for the person.
    Hidden,
}

/// What must come of bad input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Want {
    /// The form again, with a sentence beside the field of this name.
    BesideThe(&'static str),
    /// The form again, with a sentence beside the field in its row.
    BesideRow,
    /// The form again, with a sentence beside the field.
    Beside,
    /// A sentence, on the form or on a page of its own.
    Told,
}

/// Characters that no line takes, each within a text.
const UNFIT: [&str; 12] = [
    "a\0b",
    "\u{1b}[31mred",
    "a\r\nb",
    "a\nb",
    "a\rb",
    "a\tb",
    "a\u{7f}b",
    "a\u{85}b",
    "invoice\u{202e}fdp",
    "a\u{2066}b",
    "\u{200f}a",
    "a\u{202a}",
];

impl Kind {
    /// Bad inputs.
    pub fn bad(self) -> Vec<(String, Want)> {
        let beside = |text: &str| (text.to_owned(), Want::Beside);
        let told = |text: &str| (text.to_owned(), Want::Told);
        let unfit = || UNFIT.iter().map(|text| beside(text));
        let long = |most: usize| beside(&"é".repeat(most + 1));
        let lines = |text: &&str| !text.contains(['\n', '\r', '\t']);
        match self {
            Kind::Line(most) => unfit().chain([beside(""), beside("   "), long(most)]).collect(),
            Kind::OptionalLine(most) => unfit().chain([long(most)]).collect(),
            Kind::Text => {
                UNFIT.iter().filter(|text| lines(text)).map(|text| beside(text)).chain([long(2000)]).collect()
            }
            Kind::Choice => choices().chain([beside("")]).collect(),
            Kind::RowChoice => choices().chain([beside("")]).map(|(text, _)| (text, Want::BesideRow)).collect(),
            Kind::Match(typed) => choices().map(|(text, _)| (text, Want::BesideThe(typed))).collect(),
            Kind::OptionalChoice => choices().collect(),
            Kind::Somebody => Kind::Line(254).bad().into_iter().chain(choices()).collect(),
            Kind::Tick => ["maybe", "\0", "ON", "\u{202e}", "1"].map(beside).into(),
            Kind::Password => ["", "eleven char", &"p".repeat(201), "a\0b"].map(beside).into(),
            Kind::Held => ["", "wrong horse battery", "a\0b", &"p".repeat(201), "\u{202e}"].map(told).into(),
            Kind::Secret => UNFIT.iter().map(|text| beside(text)).chain([long(2000)]).collect(),
            Kind::Filter => UNFIT.iter().map(|text| told(text)).chain([told(&"é".repeat(101))]).collect(),
            Kind::Hidden => choices().map(|(text, _)| (text, Want::Told)).collect(),
        }
    }

    /// What must come of more text than any field takes.
    pub fn too_long(self) -> Want {
        match self {
            Kind::Filter | Kind::Hidden => Want::Told,
            Kind::RowChoice => Want::BesideRow,
            Kind::Match(typed) => Want::BesideThe(typed),
            _ => Want::Beside,
        }
    }
}

// No list offers these, and no thing has such an id.
fn choices() -> impl Iterator<Item = (String, Want)> {
    let long = "a".repeat(10_000);
    let texts = [
        "nonsense",
        "a\0b",
        "\u{1b}",
        "a\r\nb",
        "\u{202e}",
        "' OR 1=1 --",
        "../../etc/passwd",
        "person:",
        "0198f3b0-0000-7000-8000-000000000000",
        "person:0198f3b0-0000-7000-8000-000000000000",
        "0198f3b0-0000-7000-8000",
        &long,
    ];
    texts.map(|text| (text.to_owned(), Want::Beside)).into_iter()
}
