//! Markdown of our own as HTML. What others write never comes here.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::assets;

/// Text with its first heading as title.
pub struct Document {
    pub title: String,
    /// Everything but the title, as HTML.
    pub html: String,
}

impl Document {
    /// The document that this Markdown is; headings may say their anchors, as in `## Title {#anchor}`.
    pub fn of(markdown: &str) -> Document {
        let mut events = Parser::new_ext(markdown, Options::ENABLE_HEADING_ATTRIBUTES);
        let mut title = String::new();
        for event in events.by_ref() {
            match event {
                Event::End(TagEnd::Heading(_)) => break,
                Event::Text(text) | Event::Code(text) => title.push_str(&text),
                Event::Start(Tag::Heading { .. }) => (),
                _ => break,
            }
        }
        let mut html = String::new();
        html::push_html(&mut html, events.map(served));
        Document { title, html }
    }
}

// Pictures are named as they lie beside the Markdown, so that it can be read where it is kept too.
fn served(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url =
                dest_url.strip_prefix("../static/").map_or(dest_url.clone(), |name| assets::url(name).into());
            Event::Start(Tag::Image { link_type, dest_url, title, id })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_served_from_where_the_static_files_are() {
        let document = Document::of("# Title\n\n![Stages](../static/pictures/stages.png)\n");
        let there = assets::url("pictures/stages.png");
        assert_eq!(document.html, format!("<p><img src=\"{there}\" alt=\"Stages\" /></p>\n"));
    }

    #[test]
    fn the_first_heading_is_the_title_and_the_rest_keeps_its_anchors() {
        let document = Document::of("# On `codes`\n\nText.\n\n## One {#first}\n\n- **bold**\n");
        assert_eq!(document.title, "On codes");
        assert_eq!(
            document.html,
            "<p>Text.</p>\n<h2 id=\"first\">One</h2>\n<ul>\n<li><strong>bold</strong></li>\n</ul>\n"
        );
    }
}
