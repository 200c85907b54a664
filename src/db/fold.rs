//! What uniqueness, order and search compare.

/// A text as it is compared: in lower case with single spaces.
pub fn fold(text: &str) -> String {
    // As nearly all names are.
    let plain = |pair: &[u8]| pair[0].is_ascii_graphic() || (pair[0] == b' ' && pair[1].is_ascii_graphic());
    let ends = |sign: Option<&u8>| sign.is_none_or(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if bytes.windows(2).all(plain) && ends(bytes.first()) && ends(bytes.last()) {
        return text.to_ascii_lowercase();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fold;

    proptest! {
        #[test]
        fn what_is_folded_quickly_is_folded_as_anything_else(text in "[A-Ca-c \u{a0}\tÄß]{0,6}") {
            let words: Vec<_> = text.split_whitespace().collect();
            prop_assert_eq!(fold(&text), words.join(" ").to_lowercase());
        }
    }
}
