//! Numbers with their words.

/// A number and what it counts: "1 site", "2 sites".
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

/// Names as a sentence lists them: "eu-west", "eu-west and us-east", "a, b and c".
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, listed};

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [0, 1, 2].map(|n| count(n, "site")),
            ["0 sites", "1 site", "2 sites"]
        );
    }

    #[test]
    fn the_last_name_follows_an_and() {
        let names = ["a", "b", "c"].map(String::from);
        let read = [0, 1, 2, 3].map(|number| listed(&names[..number]));
        assert_eq!(read, ["", "a", "a and b", "a, b and c"]);
    }
}
