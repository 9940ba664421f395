//! Text that people wrote, with what it hides.

use leptos::prelude::*;

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// What everybody sees.
    Seen(String),
    /// A character that shows nothing, or turns what stands beside it around.
    Hidden(char),
}

/// Shows a text; each character of it that would be hidden stands there by its number.
#[component]
pub(crate) fn Plain(#[prop(into)] text: String) -> impl IntoView {
    if !text.contains(is_hidden) {
        return text.into_any();
    }
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Seen(text) => text.into_any(),
            Piece::Hidden(character) => view! {
                <mark class="hidden-character" title="A hidden character">{number(character)}</mark>
            }
            .into_any(),
        })
        .collect_view()
        .into_any()
}

/// Takes a text apart at its hidden characters.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_hidden) {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Seen(before.into()));
        }
        let mut characters = after.chars();
        pieces.extend(characters.next().map(Piece::Hidden));
        rest = characters.as_str();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Seen(rest.into()));
    }
    pieces
}

/// The number of a character, as it is looked up: "U+200B".
pub(crate) fn number(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Says whether a character shows nothing, or turns around the order of what stands beside it: controls
/// but the end of a line and the tabulator, signs of direction, of no width, and fillers.
pub(crate) fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece::*, *};

    #[test]
    fn a_hidden_character_is_taken_out_and_the_rest_stays() {
        assert_eq!(pieces("reviews"), [Seen("reviews".into())]);
        assert_eq!(
            pieces("GET \u{202e}/a\u{200b}"),
            [
                Seen("GET ".into()),
                Hidden('\u{202e}'),
                Seen("/a".into()),
                Hidden('\u{200b}')
            ]
        );
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn words_of_every_script_and_lines_are_not_hidden() {
        for text in [
            "naïve “ü”",
            "日本 αβγ שלום",
            "two\nlines\tand a tab",
            "a – b · c … №",
        ] {
            assert_eq!(pieces(text), [Seen(text.into())]);
        }
    }

    #[test]
    fn what_shows_nothing_has_its_number() {
        let hidden = [
            '\0',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{200d}',
            '\u{2066}',
            '\u{feff}',
            '\u{e0041}',
        ];
        for character in hidden {
            assert!(is_hidden(character), "{}", number(character));
        }
        assert_eq!(number('\u{200b}'), "U+200B");
        assert_eq!(number('\u{e0041}'), "U+E0041");
    }
}
