//! Numbers with their words.

/// A number and what it counts: "1 site", "2 sites".
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [0, 1, 2].map(|n| count(n, "site")),
            ["0 sites", "1 site", "2 sites"]
        );
    }
}
