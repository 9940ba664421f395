//! Objects as YAML, in the order in which people write them.

use serde::Serialize;
use serde_json::Value;

use crate::{Labels, ResourceKey};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    api_version: String,
    kind: &'a str,
    metadata: Metadata<'a>,
    spec: Value,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    labels: &'a Labels,
}

/// Writes an object whose spec is JSON with sorted keys.
pub(crate) fn object(key: &ResourceKey, labels: &Labels, spec: &str) -> String {
    let object = Object {
        api_version: key.kind.api_version(),
        kind: key.kind.as_str(),
        metadata: Metadata {
            name: key.name.as_str(),
            namespace: key.namespace.as_str(),
            labels,
        },
        spec: serde_json::from_str(spec).expect("a spec is JSON"),
    };
    // A text stays on one line, so that lines can be compared. Unless told otherwise, the writer quotes
    // what YAML 1.1 would take for something else, as tools in Go still do.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(&object, options)
        .expect("JSON is made of nothing that YAML cannot hold")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ResourceKind;

    /// Texts that some reader of YAML takes for something else unless they are quoted.
    const MISTAKEN: &[&str] = &[
        "",
        "~",
        "null",
        "Null",
        "NULL",
        "true",
        "True",
        "FALSE",
        "y",
        "Y",
        "n",
        "N",
        "yes",
        "Yes",
        "no",
        "NO",
        "on",
        "On",
        "off",
        "OFF",
        "0",
        "7",
        "-1",
        "+1",
        "007",
        "0o7",
        "0x1F",
        "0b1",
        "1_000",
        "1e3",
        "1E3",
        "1.5",
        ".5",
        "1.",
        "-.5e-2",
        ".inf",
        "-.Inf",
        ".nan",
        ".NaN",
        "12:30",
        "190:20:30",
        "1:59.5",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "<<",
        "=",
    ];

    /// Texts whose characters mean something in YAML.
    const ODD: &[&str] = &[
        "-",
        "?",
        ":",
        "- a",
        "? a",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "a#b",
        "&a",
        "*a",
        "!a",
        "!!str a",
        "|",
        ">",
        ">-",
        "%a",
        "@a",
        "`a`",
        "{a}",
        "[a]",
        "a, b",
        "'a'",
        "\"a\"",
        "a'b",
        "a\"b",
        "a\\b",
        "---",
        "...",
        "--- a",
        " a",
        "a ",
        "\ta",
        "a\tb",
        "a\nb",
        "\na",
        "a\n",
        "a\n\n",
        "\n",
        "a\r\nb",
        "a\rb",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "é",
        "日本",
        "🦀",
        "*",
        "/a/*",
        "/a/{**}",
        "10.0.0.0/8",
        "cluster.local/ns/default/sa/a",
        "request.headers[x-user]",
        "example.com:8080",
        "1.2.3.4",
        "e3",
        "0xg",
    ];

    fn written(spec: &Value) -> String {
        let key = ResourceKey::new(ResourceKind::AuthorizationPolicy, "on", "1e3");
        let labels = Labels::from([("yes".into(), "no".into())]);
        object(&key, &labels, &spec.to_string())
    }

    fn assert_reads_back(spec: &Value) {
        let expected = json!({
            "apiVersion": "security.istio.io/v1",
            "kind": "AuthorizationPolicy",
            "metadata": {"name": "1e3", "namespace": "on", "labels": {"yes": "no"}},
            "spec": spec,
        });
        let yaml = written(spec);
        assert_eq!(
            serde_saphyr::from_str::<Value>(&yaml).unwrap(),
            expected,
            "{yaml}"
        );
    }

    #[test]
    fn every_text_reads_back_as_itself() {
        let long = "word ".repeat(60);
        let endless = "x".repeat(3000);
        let texts = MISTAKEN.iter().chain(ODD).copied();
        for text in texts.chain([long.as_str(), &endless]) {
            assert_reads_back(&json!({
                "value": text, "list": [text, [text], {"inner": text}], "map": {text: {text: text}},
            }));
            let doubled = format!("{text}{text}");
            assert_reads_back(&json!({"pair": [doubled, {doubled.clone(): null}]}));
        }
    }

    #[test]
    fn any_mixture_of_odd_texts_reads_back_as_itself() {
        let mut seed = 1_u64;
        let mut any = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        let texts: Vec<_> = MISTAKEN.iter().chain(ODD).collect();
        for _ in 0..2000 {
            let mut text = || (0..3).map(|_| *texts[any(texts.len())]).collect::<String>();
            assert_reads_back(&json!({"list": [text(), text()], text(): {text(): text()}}));
        }
    }

    #[test]
    fn what_yaml_1_1_would_mistake_is_quoted_as_key_and_as_value() {
        for text in MISTAKEN {
            let yaml = written(&json!({"map": {*text: text}}));
            let line = yaml.lines().last().unwrap().trim();
            let quoted = [
                format!("\"{text}\": \"{text}\""),
                format!("'{text}': '{text}'"),
            ];
            assert!(quoted.iter().any(|quoted| quoted == line), "{line}");
        }
    }

    #[test]
    fn what_is_no_text_reads_back_as_itself() {
        assert_reads_back(&json!({}));
        assert_reads_back(&json!({
            "empty": [{}, [], null], "yes": true, "no": false, "whole": [0, -1, u64::MAX, i64::MIN],
            "parts": [0.5, -0.25, 1e21, 1e-7, 100.0], "rules": [{}], "list": [[1, [2]], {"a": [3]}],
        }));
    }

    #[test]
    fn a_text_of_several_lines_stays_on_one() {
        let yaml = written(&json!({"text": "a\nb", "long": "word ".repeat(60)}));
        assert_eq!(yaml.lines().count(), 10, "{yaml}");
    }

    #[test]
    fn an_object_without_labels_has_no_line_for_them() {
        let key = ResourceKey::new(ResourceKind::Sidecar, "default", "a");
        let yaml = object(&key, &Labels::new(), "{}");
        let expected = "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata:\n  name: a\n  namespace: default\nspec: {}\n";
        assert_eq!(yaml, expected);
    }
}
