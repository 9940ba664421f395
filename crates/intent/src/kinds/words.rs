//! Words that several kinds use.

/// Joins items as people do: "a, b and c".
pub(super) fn and<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "and")
}

/// Joins items as people do: "a, b or c".
pub(super) fn or<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "or")
}

/// Joins the first of several items and counts the others: "a, b, c and 5 others".
pub(super) fn few_and(items: &[&str]) -> String {
    joined(few(items), "and")
}

/// Joins the first of several items and counts the others: "a, b, c or 5 others".
pub(super) fn few_or(items: &[&str]) -> String {
    joined(few(items), "or")
}

/// How many pods have no sidecar, as a half sentence: "2 of 6 pods of reviews have no sidecar".
pub(super) fn without_sidecar(bare: usize, pods: usize, name: &str) -> String {
    match (bare, pods) {
        (1, 1) => format!("The pod of {name} has no sidecar"),
        (bare, pods) if bare == pods => format!("None of the {pods} pods of {name} has a sidecar"),
        (1, pods) => format!("1 of {pods} pods of {name} has no sidecar"),
        (bare, pods) => format!("{bare} of {pods} pods of {name} have no sidecar"),
    }
}

/// What comes after the slash.
pub(super) fn short(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, name)| name)
}

/// So many are named; one more is named, too, where all others would be one.
const FEW: usize = 3;

fn few(items: &[&str]) -> Vec<String> {
    let named = if items.len() == FEW + 1 {
        items.len()
    } else {
        FEW
    };
    let (first, others) = items.split_at(named.min(items.len()));
    let mut few: Vec<String> = first.iter().map(ToString::to_string).collect();
    if !others.is_empty() {
        few.push(format!("{} others", others.len()));
    }
    few
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>, word: &str) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.pop() {
        None => String::new(),
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} {word} {last}", items.join(", ")),
    }
}
