//! Texts for people, put right.

/// `text` as a sentence of its own: with a capital and a full stop. A file's name at its start stays as it is.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let mut letters = text.chars();
    let mut sentence = match letters.next() {
        Some(letter) if !first.contains('.') => letter.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
