//! What every page shows around its content.

use askama::Template;

use super::pieces::{Piece, piece};

/// The frame of a page, filled in for the person who asks.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub person: Option<LayoutPerson>,
    pub navigation: Vec<NavGroup>,
    /// Choice of environment in the header of the maker's pages.
    pub environment: Option<Picker>,
    /// Choice of host above *Configuration*.
    pub host: Option<Picker>,
    pub flash: Option<Flash>,
    /// Whether the header has a search box; the page of the search has its own.
    pub finds: bool,
}

/// Who is signed in, as the header says it.
#[derive(Debug, Clone)]
pub struct LayoutPerson {
    pub name: String,
    pub initials: String,
    pub email: String,
}

/// A titled part of the navigation; the first has no title.
#[derive(Debug, Clone)]
pub struct NavGroup {
    pub title: String,
    pub items: Vec<NavItem>,
}

/// A link of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub icon: &'static str,
    pub current: bool,
}

/// A menu of links of which one is current.
#[derive(Debug, Clone)]
pub struct Picker {
    pub label: String,
    pub current: String,
    pub options: Vec<PickerOption>,
}

/// A link of a picker.
#[derive(Debug, Clone)]
pub struct PickerOption {
    pub label: String,
    pub href: String,
    pub current: bool,
}

/// What the last act said, shown once; announced where it appears.
#[derive(Debug, Clone, Template)]
#[template(path = "layout/flash.html")]
pub struct Flash {
    /// `good`, `bad` or `warn`.
    pub kind: String,
    pub message: String,
}

/// The files that every page needs, named in its head.
#[derive(Template)]
#[template(path = "layout/assets.html")]
pub struct Assets;

/// The files that every page needs.
pub fn assets() -> Piece<Assets> {
    piece(Assets)
}

/// What stands above the content of a page, and beside it: header and navigation.
#[derive(Template)]
#[template(path = "layout/top.html")]
pub struct Top<'a> {
    layout: &'a Layout,
}

impl Layout {
    /// What stands above the content of a page, and beside it.
    pub fn top(&self) -> Piece<Top<'_>> {
        piece(Top { layout: self })
    }

    /// What the last act said, where it said something.
    pub fn flash(&self) -> Option<Piece<&Flash>> {
        self.flash.as_ref().map(piece)
    }

    /// Whether the navigation leads the person to a page.
    pub fn leads_to(&self, href: &str) -> bool {
        self.navigation.iter().flat_map(|group| &group.items).any(|item| item.href == href)
    }
}

impl LayoutPerson {
    /// The header's view of a person.
    pub fn new(name: &str, email: &str) -> Self {
        let initials = name.split_whitespace().filter_map(|word| word.chars().next()).take(2);
        LayoutPerson {
            name: name.to_owned(),
            initials: initials.flat_map(char::to_uppercase).collect(),
            email: email.to_owned(),
        }
    }
}
