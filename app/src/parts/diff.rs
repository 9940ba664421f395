//! Lines before and after.

use leptos::prelude::*;
use mesh::DiffLine;

use super::plain::{Plain, is_hidden};

/// So many lines around a change are shown with it.
const AROUND: usize = 3;

/// Shows how the lines of an object change; longer stretches that stay are folded.
#[component]
pub(crate) fn Diff(
    lines: Vec<DiffLine>,
    /// What it is the lines of, for whoever does not see it.
    of: String,
) -> impl IntoView {
    let pieces = folded(&lines).into_iter().map(|piece| match piece {
        Piece::Line(line) => row(line),
        Piece::Equal(number) => {
            view! { <span class="hunk">{format!("{number} lines stay as they are\n")}</span> }
                .into_any()
        }
    });
    view! {
        <pre class="diff" tabindex="0" role="group" aria-label=format!("Lines of {of}")><code>{pieces.collect_view()}</code></pre>
    }
}

/// Shows a text with the numbers of its lines.
#[component]
pub(crate) fn Numbered(
    text: String,
    /// What it is, for whoever does not see it.
    of: String,
) -> impl IntoView {
    let lines = text.lines().zip(1..).map(|(line, number)| {
        view! { <span><i>{number.to_string()}</i>{text_of(line)}</span> }
    });
    let lines = lines.collect_view();
    view! {
        <pre class="diff" tabindex="0" role="group" aria-label=of><code>{lines}</code></pre>
    }
}

/// A line with its numbers and what becomes of it.
fn row(line: &DiffLine) -> AnyView {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let text = text_of(&line.text);
    let numbers = view! { <i>{number(line.before)}</i><i>{number(line.after)}</i> };
    match (line.before, line.after) {
        (Some(_), None) => view! { <del>{numbers}<b>"−"</b>{text}</del> }.into_any(),
        (None, Some(_)) => view! { <ins>{numbers}<b>"+"</b>{text}</ins> }.into_any(),
        _ => view! { <span>{numbers}<b></b>{text}</span> }.into_any(),
    }
}

/// The text of a line with its end.
fn text_of(line: &str) -> AnyView {
    if line.contains(is_hidden) {
        view! { <Plain text=format!("{line}\n")/> }.into_any()
    } else {
        format!("{line}\n").into_any()
    }
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Line(&'a DiffLine),
    /// So many lines that stay as they are.
    Equal(usize),
}

/// Folds what is equal and not near a change. Lines of which none changes stay whole.
fn folded(lines: &[DiffLine]) -> Vec<Piece<'_>> {
    let changes = |line: &DiffLine| line.before.is_none() || line.after.is_none();
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        let to = (at + AROUND + 1).min(lines.len());
        lines[from..to].iter().any(changes)
    };
    if !lines.iter().any(changes) {
        return lines.iter().map(Piece::Line).collect();
    }
    let shown: Vec<bool> = (0..lines.len()).map(near).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let equal = shown[at..].iter().take_while(|shown| !**shown).count();
        match equal {
            // A fold takes a line itself.
            0 | 1 => {
                pieces.push(Piece::Line(&lines[at]));
                at += 1;
            }
            equal => {
                pieces.push(Piece::Equal(equal));
                at += equal;
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line per letter: `=` stays, `-` goes, `+` comes.
    fn lines(marks: &str) -> Vec<DiffLine> {
        let marks = marks.chars().zip(1..);
        let line = |(mark, number)| DiffLine {
            before: (mark != '+').then_some(number),
            after: (mark != '-').then_some(number),
            text: String::new(),
        };
        marks.map(line).collect()
    }

    fn read(marks: &str) -> String {
        let lines = lines(marks);
        let pieces = folded(&lines).into_iter().map(|piece| match piece {
            Piece::Equal(number) => format!("({number})"),
            Piece::Line(DiffLine { before: None, .. }) => "+".into(),
            Piece::Line(DiffLine { after: None, .. }) => "-".into(),
            Piece::Line(_) => "=".into(),
        });
        pieces.collect()
    }

    #[test]
    fn what_is_equal_and_far_from_a_change_is_folded() {
        assert_eq!(read("======-+======"), "(3)===-+===(3)");
        assert_eq!(read("=====-======-="), "(2)===-======-=");
        assert_eq!(read("-========-"), "-===(2)===-");
    }

    #[test]
    fn a_single_line_is_not_folded_nor_lines_of_which_none_changes() {
        assert_eq!(read("====-"), "====-");
        assert_eq!(read("=========="), "==========");
        assert_eq!(read("++++++++++"), "++++++++++");
        assert_eq!(read(""), "");
    }
}
