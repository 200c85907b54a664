//! Texts within a page: what means something in HTML is written as a number.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// How templates write what they are given; askama.toml names it. Askama's own looks at one byte after another, which was a
/// twelfth of a page with a list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Escape;

impl Escaper for Escape {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = special(rest.as_bytes()) {
            let (plain, tail) = rest.split_at(at);
            if !plain.is_empty() {
                dest.write_str(plain)?;
            }
            dest.write_str(number(tail.as_bytes()))?;
            // It is of one byte.
            rest = tail.get(1..).unwrap_or_default();
        }
        if rest.is_empty() { Ok(()) } else { dest.write_str(rest) }
    }
}

fn number(text: &[u8]) -> &'static str {
    match text.first() {
        Some(b'"') => "&#34;",
        Some(b'&') => "&#38;",
        Some(b'\'') => "&#39;",
        Some(b'<') => "&#60;",
        _ => "&#62;",
    }
}

// Where the first byte is that means something.
fn special(bytes: &[u8]) -> Option<usize> {
    let (eights, rest) = bytes.as_chunks::<8>();
    let marked = eights.iter().map(|eight| marks(u64::from_le_bytes(*eight)));
    if let Some((eight, marks)) = marked.enumerate().find(|(_, marks)| *marks != 0) {
        return Some(eight * 8 + marks.trailing_zeros() as usize / 8);
    }
    let at = rest.iter().position(|byte| matches!(byte, b'"' | b'&' | b'\'' | b'<' | b'>'))?;
    Some(eights.len() * 8 + at)
}

// A bit of each of eight bytes that means something, at least of the first one: `"` and `&`, as well as `<` and `>`, differ in
// one bit only.
fn marks(eight: u64) -> u64 {
    zeros((eight | all(0x04)) ^ all(b'&')) | zeros(eight ^ all(b'\'')) | zeros((eight | all(0x02)) ^ all(b'>'))
}

// A bit of each byte that is zero. Those after the first one may be marked without being so
// (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
fn zeros(eight: u64) -> u64 {
    eight.wrapping_sub(all(0x01)) & !eight & all(0x80)
}

const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut escaped = String::new();
        Escape.write_escaped_str(&mut escaped, text).unwrap();
        escaped
    }

    fn one_by_one(text: &str) -> String {
        text.chars()
            .map(|letter| match letter {
                '"' | '&' | '\'' | '<' | '>' => format!("&#{};", u32::from(letter)),
                _ => letter.into(),
            })
            .collect()
    }

    #[test]
    fn each_letter_is_told_from_each_other_at_every_place() {
        for letter in '\0'..='\u{2ff}' {
            for before in 0..20 {
                let text = format!("{}{letter}{}", "a".repeat(before), "<".repeat(before % 3));
                assert_eq!(escaped(&text), one_by_one(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_is_escaped_letter_by_letter(text in r#"([<>&"'%#$;=? 2a-c]|\PC){0,60}"#) {
            prop_assert_eq!(escaped(&text), one_by_one(&text));
        }
    }
}
