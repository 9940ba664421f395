//! What a single value may look like.

use super::Input;

/// What is wrong with a value, and what to do about it.
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) says: String,
    pub(super) todo: String,
}

impl Wrong {
    pub(super) fn new(code: &'static str, says: String, todo: impl Into<String>) -> Self {
        Self {
            code,
            says,
            todo: todo.into(),
        }
    }
}

/// What is wrong with one value or one item of a list, if anything is.
pub(super) fn check(input: Input, text: &str) -> Option<Wrong> {
    match input {
        Input::Namespace | Input::Namespaces => name(
            is_label(text),
            "namespace",
            text,
            "Use lower-case letters, digits and dashes, at most 63.",
        ),
        Input::Service => name(
            is_pair(text, is_label),
            "service",
            text,
            "Write its namespace and its name: default/reviews.",
        ),
        Input::Workload => name(
            is_pair(text, is_subdomain),
            "workload",
            text,
            "Write its namespace and its name: default/reviews-v1.",
        ),
        Input::Accounts => name(
            is_pair(text, is_subdomain),
            "service account",
            text,
            "Write its namespace and its name: default/sleep.",
        ),
        Input::Methods => method(text),
        Input::Paths => path(text),
        Input::OneOf(_) | Input::Switch | Input::Port(_) | Input::Rows { .. } => None,
    }
}

/// Reads a port.
pub(super) fn port(text: &str) -> Result<u16, Wrong> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let port = text.parse().ok().filter(|port| digits && *port > 0);
    port.ok_or_else(|| {
        let says = format!("“{}” is no port.", shown(text));
        Wrong::new("port_invalid", says, "Use a number from 1 to 65535.")
    })
}

/// What was typed, short enough and plain enough to stand in a sentence.
pub(super) fn shown(text: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut shown: String = text.chars().take(40).map(plain).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

fn name(fits: bool, what: &str, text: &str, todo: &str) -> Option<Wrong> {
    let says = || format!("“{}” is no name of a {what}.", shown(text));
    (!fits).then(|| Wrong::new("name_invalid", says(), todo))
}

/// A method is compared as it is sent: case counts, and a star would be taken for any letters.
fn method(text: &str) -> Option<Wrong> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&b);
    let says = || format!("“{}” is no HTTP method.", shown(text));
    if text == "*" {
        let todo = "Leave methods empty to mean all of them.";
        return Some(Wrong::new("method_invalid", says(), todo));
    }
    if text.len() > 40 || !text.bytes().all(token) {
        let todo = "Use methods such as GET or POST.";
        return Some(Wrong::new("method_invalid", says(), todo));
    }
    let upper = text.to_ascii_uppercase();
    (text != upper).then(|| Wrong::new("method_invalid", says(), format!("Write {upper}.")))
}

fn path(text: &str) -> Option<Wrong> {
    let wrong = |why: &str, todo: &str| {
        let says = format!("“{}” is no path: {why}.", shown(text));
        Some(Wrong::new("path_invalid", says, todo))
    };
    if text.len() > 1024 {
        return wrong("it is longer than 1024 letters", "Use a star at its end.");
    }
    if text.contains(['?', '#']) {
        return wrong(
            "what follows ? or # is not part of a path",
            "Leave it out; it is not compared.",
        );
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return wrong(
            "blanks and letters beyond ASCII are sent in another form",
            "Write it as it is sent: %20 for a blank.",
        );
    }
    if !text.starts_with(['/', '*']) {
        return wrong("it begins with neither / nor *", "Begin it with /.");
    }
    if text.contains("{*}") || text.contains("{**}") {
        return template(text).and_then(|(why, todo)| wrong(why, todo));
    }
    if text.contains(['{', '}']) {
        return wrong(
            "braces stand only around * or **",
            "Use {*} for one part of a path and {**} for any number.",
        );
    }
    let rest = text.strip_prefix('*').or_else(|| text.strip_suffix('*'));
    if rest.unwrap_or(text).contains('*') {
        return wrong(
            "a star stands for more only at one end",
            "Use one star, at the beginning or at the end, or {*} for one part of a path.",
        );
    }
    None
}

/// What is wrong with a path in which `{*}` stands for one part and `{**}` for any number.
fn template(text: &str) -> Option<(&'static str, &'static str)> {
    let literal = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()+,;:@=".contains(&b);
    let Some(parts) = text.strip_prefix('/') else {
        return Some(("a star stands beside braces", "Begin it with /."));
    };
    let mut ended = false;
    for part in parts.strip_suffix('/').unwrap_or(parts).split('/') {
        match part {
            "{*}" | "{**}" if ended => {
                return Some((
                    "{**} is not its last star",
                    "Let nothing but plain parts follow {**}.",
                ));
            }
            "{*}" => {}
            "{**}" => ended = true,
            plain if !plain.is_empty() && plain.bytes().all(literal) => {}
            _ => {
                return Some((
                    "a part between slashes is neither plain nor {*} nor {**}",
                    "Let {*} and {**} stand alone between slashes.",
                ));
            }
        }
    }
    None
}

/// Whether this is a namespace and a name apart by a slash.
fn is_pair(text: &str, is_name: fn(&str) -> bool) -> bool {
    let pair = text.split_once('/');
    pair.is_some_and(|(namespace, name)| is_label(namespace) && is_name(name))
}

/// Whether this is a DNS label (RFC 1123).
fn is_label(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether this is one DNS label or several apart by dots.
fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}
