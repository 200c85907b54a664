//! Lists of values, of few lengths.

/// The same values, the last one so often that there are 1, 2, 4, 8 and so on of them; none where there are none. SQLite
/// takes a statement with a list of another length for another statement, and prepares it anew.
pub fn padded<T: Clone>(mut values: Vec<T>) -> Vec<T> {
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn lists_have_few_lengths() {
        assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!([0, 1, 8, 9, 200].map(|count| padded(vec![0; count]).len()), [0, 1, 8, 16, 256]);
    }
}
