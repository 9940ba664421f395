//! Lines before and after.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, capture_diff_slices};

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// Its number before, counting from 1; none if it is new.
    pub before: Option<u32>,
    /// Its number after; none if it is gone.
    pub after: Option<u32>,
    /// What it says, without its end.
    pub text: String,
}

/// Compares two texts line by line: all lines of both, those that are gone before those that take their place.
pub fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    let before: Vec<_> = before.lines().collect();
    let after: Vec<_> = after.lines().collect();
    let runs = capture_diff_slices(Algorithm::Myers, &before, &after);
    runs.iter()
        .flat_map(|run| run.iter_changes(&before, &after))
        .map(|change| DiffLine {
            before: change.old_index().map(number),
            after: change.new_index().map(number),
            text: change.value().to_owned(),
        })
        .collect()
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(before: Option<u32>, after: Option<u32>, text: &str) -> DiffLine {
        let text = text.into();
        DiffLine {
            before,
            after,
            text,
        }
    }

    #[test]
    fn what_is_gone_stands_before_what_takes_its_place() {
        let expected = [
            line(Some(1), Some(1), "a"),
            line(Some(2), None, "b"),
            line(Some(3), None, "c"),
            line(None, Some(2), "x"),
            line(Some(4), Some(3), "d"),
            line(None, Some(4), "e"),
        ];
        assert_eq!(lines("a\nb\nc\nd\n", "a\nx\nd\ne\n"), expected);
    }

    #[test]
    fn all_is_new_beside_nothing_and_gone_without_what_was() {
        assert_eq!(lines("", "a\n"), [line(None, Some(1), "a")]);
        assert_eq!(lines("a\n", ""), [line(Some(1), None, "a")]);
        assert_eq!(lines("", ""), []);
    }

    #[test]
    fn both_texts_can_be_read_from_their_difference() {
        let mut seed = 1_u64;
        let mut any_text = || {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text.push_str(["a\n", "b\n", "  c\n", "\n", ""][(seed >> 33) as usize % 5]);
            }
            text
        };
        for _ in 0..500 {
            let (before, after) = (any_text(), any_text());
            let found = lines(&before, &after);
            let side = |number: fn(&DiffLine) -> Option<u32>| {
                let lines = found.iter().filter(|line| number(line).is_some());
                let numbered = (1..).zip(lines).map(|(at, line)| {
                    assert_eq!(number(line), Some(at));
                    format!("{}\n", line.text)
                });
                numbered.collect::<String>()
            };
            assert_eq!(
                (side(|line| line.before), side(|line| line.after)),
                (before, after)
            );
        }
    }
}
