//! Pieces that pages have in common. A macro of templates is compiled anew wherever it is called, and in every page that
//! extends or includes what calls it: those that are called often, or say much, call one of these.

use askama::{Template, filters::Safe};

use super::forms::Form;

/// What stands in a page as it is: a template has written it, and has escaped what it was given.
pub type Piece<T> = Safe<T>;

/// A template as a piece of others.
pub fn piece<T: Template>(template: T) -> Piece<T> {
    Safe(template)
}

/// Takes lines of `name Type "template" { fields }`: a piece is written by its template, as it is, wherever it stands.
macro_rules! pieces {
    ($($(#[$doc:meta])* $name:ident $piece:ident $path:tt { $($field:ident: $kind:ty),+ })+) => {$(
        $(#[$doc])*
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $piece<'a> {
            $($field: $kind),+
        }

        $(#[$doc])*
        pub fn $name<'a>($($field: $kind),+) -> Piece<$piece<'a>> {
            piece($piece { $($field),+ })
        }
    )+};
}

pieces! {
    /// A picture of `static/icons.svg`, by its name there.
    icon Icon "pieces/icon.html" { name: &'a str }

    /// A state in a word; the kind is `good`, `bad`, `warn`, `live`, or empty for a neutral one.
    badge Badge "pieces/badge.html" { kind: &'a str, icon: &'a str, label: &'a str }

    /// What a list shows while it has nothing; no button without `href`.
    empty Empty "pieces/empty.html" { icon: &'a str, title: &'a str, text: &'a str, href: &'a str, label: &'a str }

    /// A sentence to be noticed; the kind is `good`, `bad`, `warn`, or empty.
    note Note "pieces/note.html" { kind: &'a str, title: &'a str, text: &'a str }

    /// The picture of a note of this kind.
    note_icon NoteIcon "pieces/note_icon.html" { kind: &'a str }

    /// A link of the breadcrumb; the page itself has no `href`.
    crumb Crumb "pieces/crumb.html" { href: &'a str, label: &'a str }

    /// The top of a page without commands.
    heading Heading "pieces/heading.html" { title: &'a str, subtitle: &'a str }

    /// A moment; `exact` is also the machine's form: 2026-11-22 23:40:12Z.
    time Time "pieces/time.html" { exact: &'a str, relative: &'a str }

    /// The end of a form that asks before an act; `keep` leads back.
    decide Decide "pieces/decide.html" { kind: &'a str, label: &'a str, keep: &'a str, keep_label: &'a str }

    /// What is wrong with a form as a whole.
    summary Summary "pieces/summary.html" { form: &'a Form }

    /// A field of one line, of any type of an input.
    input Input "pieces/input.html" {
        form: &'a Form, name: &'a str, label: &'a str, hint: &'a str, kind: &'a str, autocomplete: &'a str, help: &'a str
    }

    /// A field for a secret, which is never sent back.
    password Password "pieces/password.html" {
        form: &'a Form, name: &'a str, label: &'a str, hint: &'a str, autocomplete: &'a str
    }

    /// A box to tick.
    checkbox Checkbox "pieces/checkbox.html" {
        form: &'a Form, name: &'a str, label: &'a str, hint: &'a str, help: &'a str
    }

    /// What ties a control to the hint and the error below it.
    described Described "pieces/described.html" { form: &'a Form, name: &'a str, hint: &'a str }

    /// What stands below a control: its error, its hint, and where it is explained.
    below Below "pieces/below.html" { form: &'a Form, name: &'a str, hint: &'a str, help: &'a str, label: &'a str }
}
