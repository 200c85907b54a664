//! Addresses of the site.

/// `text` as one part of an address, of its path or of its query.
pub fn part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_part_ends_it() {
        assert_eq!(part("a b/c?d&e+f"), "a%20b%2Fc%3Fd%26e%2Bf");
        assert_eq!(part("contoso_Expenses"), "contoso_Expenses");
    }
}
