//! What an API server says, fit to be shown and kept.

/// How much of it is kept, in characters.
const LONGEST: usize = 500;

/// How much of it is looked at, in characters.
const LOOKED_AT: usize = 8 * LONGEST;

/// How long a quoted name may be, in characters.
const NAME: usize = 100;

/// From how many letters and digits in a row something may be a key.
const KEY: usize = 20;

/// From here on an object or a key is written out.
const WRITTEN_OUT: [&str; 3] = ["apiVersion:", "apiVersion=", "-----BEGIN"];

/// After these, a secret follows.
const ANNOUNCE: [&str; 10] = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "credentials",
    "apikey",
    "api_key",
    "privatekey",
    "private_key",
];

/// Takes out of what an API server says the values that it echoes, what looks like a secret, and what cannot be seen.
pub(crate) fn says(text: &str) -> String {
    let text = visible(text);
    let end = WRITTEN_OUT.iter().filter_map(|mark| text.find(mark)).min();
    let text = match end {
        Some(end) => format!("{}…", &text[..end]),
        None => text,
    };
    short(&without_secrets(&without_echoes(&text)))
}

/// One line of what can be seen.
fn visible(text: &str) -> String {
    let is_hidden = |c: &char| {
        matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let looked_at = text.chars().take(LOOKED_AT).filter(|c| !is_hidden(c));
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = looked_at.map(blank).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes out objects that are written out, and what is quoted as a value or is more than a name.
fn without_echoes(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, instead) = match first {
            '{' => (enclosed(rest, '{', '}'), Some("{…}")),
            '[' if kept.ends_with("map") => (enclosed(rest, '[', ']'), Some("[…]")),
            '"' => {
                let length = quoted(rest);
                let is_kept = !kept.ends_with("value: ") && is_name(&rest[..length]);
                (length, (!is_kept).then_some("\"…\""))
            }
            other => (other.len_utf8(), None),
        };
        let (part, after) = rest.split_at(length);
        kept.push_str(instead.unwrap_or(part));
        rest = after;
    }
    kept
}

/// How long a text is from its first bracket to the one that closes it, or to its end.
fn enclosed(text: &str, open: char, close: char) -> usize {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// How long a text is from its first quotation mark to the one that closes it, or to its end.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    text.len()
}

fn is_name(quoted: &str) -> bool {
    let stands_in_names = |c: char| c.is_ascii_alphanumeric() || "\"-_.:/*".contains(c);
    quoted.len() <= NAME && quoted.chars().all(stands_in_names)
}

/// Takes out what follows the announcement of a secret, and what is no word of a language.
fn without_secrets(text: &str) -> String {
    let mut announced = false;
    let words = text.split(' ').map(|word| {
        let follows = std::mem::replace(&mut announced, announces(word));
        let hidden = (follows && !announced) || is_key(word) || holds_secret(word);
        if hidden { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn announces(word: &str) -> bool {
    let name = word.trim_end_matches([':', '=']);
    let lower = name.to_ascii_lowercase();
    let is_named = ANNOUNCE.iter().any(|end| lower.ends_with(end));
    ["Bearer", "Basic"].contains(&name) || (is_named && name.len() < word.len())
}

/// Whether it is `name=value` of a secret.
fn holds_secret(word: &str) -> bool {
    let name = word.split(['=', ':']).next().unwrap_or_default();
    name.len() + 1 < word.len() && announces(&word[..=name.len()])
}

fn is_key(word: &str) -> bool {
    let mut rows = word.split(|c: char| !c.is_ascii_alphanumeric() && !"+=_".contains(c));
    rows.any(|row| row.len() >= KEY && row.bytes().any(|byte| byte.is_ascii_digit()))
}

fn short(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.into();
    }
    let begins = text.chars().take(LONGEST - 1);
    begins.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helps_is_kept() {
        for text in [
            "admission webhook \"rev.validation.istio.io\" denied the request: configuration is invalid: weight -60 < 0",
            "failed to create typed patch object (/name; networking.istio.io/v1, Kind=VirtualService): .spec.bogus: field not declared in schema",
            "AuthorizationPolicy.security.istio.io \"p\" is forbidden: exceeded quota: objects, requested: count/policies=1, used: 5, limited: 5",
            "policies.security.istio.io \"a\" is forbidden: User \"system:serviceaccount:assent:assent\" cannot patch resource \"policies\" in API group \"security.istio.io\" in the namespace \"shop\"",
            "spec.servers[0].tls.credentialName: Required value: a name is needed",
            "\"/apis/networking.istio.io/v1/namespaces/shop/virtualservices/reviews-v1\" is not served",
        ] {
            assert_eq!(says(text), text);
        }
    }

    #[test]
    fn values_that_are_echoed_are_left_out() {
        for (text, left) in [
            (
                r#"PeerAuthentication "p" is invalid: spec.mtls.mode: Unsupported value: "hunter2": supported values: "STRICT""#,
                r#"PeerAuthentication "p" is invalid: spec.mtls.mode: Unsupported value: "…": supported values: "STRICT""#,
            ),
            (
                r#"spec: Invalid value: "{\"a\":\"hunter2\"}": only one can be set"#,
                r#"spec: Invalid value: "…": only one can be set"#,
            ),
            (
                r#"spec: Invalid value: {"a":{"b":"hunter2"}}: no"#,
                "spec: Invalid value: {…}: no",
            ),
            (
                "spec: Invalid value: map[a:map[b:hunter2]]: no",
                "spec: Invalid value: map[…]: no",
            ),
            ("an object {\"a\": \"hunter2\"", "an object {…}"),
            ("cannot read \"a hunter2", "cannot read \"…\""),
            (
                "denied: apiVersion: v1 kind: Secret data: hunter2",
                "denied: …",
            ),
        ] {
            assert_eq!(says(text), left);
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_left_out() {
        for (text, left) in [
            (
                "invalid token eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2ln",
                "invalid token …",
            ),
            ("Authorization: Bearer abc", "Authorization: Bearer …"),
            ("password: hunter2 is short", "password: … is short"),
            ("login?password=hunter2", "…"),
            ("key 0123456789abcdef0123456789abcdef", "key …"),
            (
                "-----BEGIN RSA PRIVATE KEY----- MIIE hunter2 -----END RSA PRIVATE KEY-----",
                "…",
            ),
        ] {
            assert_eq!(says(text), left);
        }
    }

    #[test]
    fn it_is_one_line_that_can_be_seen_and_short() {
        assert_eq!(says("a\r\n\u{1b}[31m\u{202e}b\0\tc"), "a [31mb c");
        let long = says(&"ä ".repeat(10_000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (LONGEST, true));
    }
}
