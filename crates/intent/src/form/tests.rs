//! What forms promise, whatever was typed.

use serde_json::json;

use super::*;

const FIELDS: &[Field] = &[
    Field::new("scope", "Scope", "", Input::OneOf(SCOPES)).required(),
    Field::new("service", "Service", "", Input::Service)
        .required()
        .only("scope", &["one"]),
    Field::new("workload", "Workload", "", Input::Workload),
    Field::new("namespace", "Namespace", "", Input::Namespace),
    Field::new("on", "Clients", "", Input::Switch),
    Field::new("port", "Port", "", Input::Port(&["service"])),
    Field::new("accounts", "Accounts", "", Input::Accounts),
    Field::new("namespaces", "Namespaces", "", Input::Namespaces),
    Field::new(
        "rules",
        "Rules",
        "",
        Input::Rows {
            one: "rule",
            fields: RULE,
        },
    ),
];

const RULE: &[Field] = &[
    Field::new("methods", "Methods", "", Input::Methods).required(),
    Field::new("paths", "Paths", "", Input::Paths),
];

const SCOPES: &[Choice] = &[Choice::new("all", "All"), Choice::new("one", "One")];

fn form(typed: &[(&str, &str)]) -> Form {
    let typed = typed.iter().copied();
    Form(
        typed
            .map(|(path, text)| (path.into(), text.into()))
            .collect(),
    )
}

/// The findings of a form, as `path code`.
fn found(typed: &[(&str, &str)]) -> Vec<String> {
    let findings = form(typed).read(FIELDS).err().unwrap_or_default();
    let short = |finding: Finding| {
        assert!(finding.blocks() && finding.sites.is_empty());
        format!("{} {}", finding.path().unwrap(), finding.code)
    };
    findings.into_iter().map(short).collect()
}

/// What is found wrong with one text typed into one field.
fn found_in(field: &str, text: &str) -> Vec<String> {
    found(&[("scope", "all"), (field, text)])
}

fn whole() -> (Form, Value) {
    let typed = form(&[
        ("scope", " one "),
        ("service", "default/reviews"),
        ("workload", "default/reviews-v1.2"),
        ("namespace", "tools"),
        ("on", "true"),
        ("port", "9080"),
        ("accounts", "default/sleep,\n  tools/sleep\n\n,"),
        ("namespaces", ""),
        ("rules.0.methods", "GET, M-SEARCH"),
        ("rules.0.paths", "/a/*\r\n*.png\n*\n/{*}/b/{**}"),
        ("rules.1.methods", "POST"),
        ("nobody.asked", "kept"),
    ]);
    let value = json!({
        "scope": "one",
        "service": "default/reviews",
        "workload": "default/reviews-v1.2",
        "namespace": "tools",
        "on": true,
        "port": 9080,
        "accounts": ["default/sleep", "tools/sleep"],
        "rules": [
            {"methods": ["GET", "M-SEARCH"], "paths": ["/a/*", "*.png", "*", "/{*}/b/{**}"]},
            {"methods": ["POST"]},
        ],
    });
    (typed, value)
}

#[test]
fn a_form_reads_as_json_without_what_is_empty_or_does_not_count() {
    let (typed, value) = whole();
    assert_eq!(typed.read(FIELDS), Ok(value));
    let hidden = form(&[("scope", "all"), ("service", "nonsense!"), ("on", "")]);
    assert_eq!(hidden.read(FIELDS), Ok(json!({"scope": "all"})));
}

#[test]
fn the_form_of_json_reads_as_that_json() {
    let (_, value) = whole();
    let form = Form::of(&value, FIELDS);
    assert_eq!(form.get("rules.0.methods"), "GET, M-SEARCH");
    assert_eq!(form.rows("rules"), 2);
    assert_eq!(form.read(FIELDS), Ok(value));
    assert_eq!(Form::of(&json!(7), FIELDS), Form::default());
}

#[test]
fn what_is_missing_is_told_in_the_words_of_the_label() {
    let findings = form(&[("scope", "one"), ("rules.0", "")])
        .read(FIELDS)
        .unwrap_err();
    let says: Vec<_> = findings
        .iter()
        .map(|finding| (finding.path().unwrap(), finding.says.as_str()))
        .collect();
    let expected = [
        ("service", "Service is missing."),
        ("rules.0.methods", "Methods are missing."),
    ];
    assert_eq!(says, expected);
    let rows = Field::new("rules", "Rules", "", FIELDS[8].input).required();
    let findings = Form::default().read(&[rows]).unwrap_err();
    assert_eq!(findings[0].says, "There is no rule.");
}

#[test]
fn each_input_refuses_what_is_no_such_thing() {
    for (field, code, texts) in [
        ("on", "choice_unknown", &["false", "on", "1"][..]),
        (
            "namespace",
            "name_invalid",
            &["Default", "a.b", "a/b", "-a", "a\0"],
        ),
        (
            "workload",
            "name_invalid",
            &["reviews", "a/b/c", "a/", "/b", "a/B", "a/b..c"],
        ),
        (
            "port",
            "port_invalid",
            &["0", "65536", "-1", "+80", "8o", "99999999999", "1.0"],
        ),
        ("accounts", "name_invalid", &["sleep", "a/b/c", "*/b"]),
        ("namespaces", "name_invalid", &["*", "a b"]),
    ] {
        for text in texts {
            assert_eq!(
                found_in(field, text),
                [format!("{field} {code}")],
                "{text:?}"
            );
        }
    }
    assert_eq!(found(&[("scope", "some")]), ["scope choice_unknown"]);
    let service = found(&[("scope", "one"), ("service", "default/re.views")]);
    assert_eq!(service, ["service name_invalid"]);
}

#[test]
fn methods_are_tokens_in_upper_case_without_stars() {
    let wrong = |text: &str| found(&[("scope", "all"), ("rules.0.methods", text)]);
    for text in ["GET", "GET,POST", "M-SEARCH", "X!"] {
        assert_eq!(wrong(text), [""; 0], "{text}");
    }
    for text in ["get", "*", "GET*", "G ET", "Ä", "GET\0", &"A".repeat(41)] {
        assert_eq!(wrong(text), ["rules.0.methods method_invalid"], "{text}");
    }
    let lower = form(&[("rules.0.methods", "get")])
        .read(&FIELDS[8..])
        .unwrap_err();
    assert_eq!(lower[0].todo, "Write GET.");
}

#[test]
fn paths_have_a_star_at_one_end_or_stand_as_templates() {
    let wrong = |text: &str| {
        found(&[
            ("scope", "all"),
            ("rules.0.methods", "GET"),
            ("rules.0.paths", text),
        ])
    };
    for text in [
        "/",
        "/a",
        "*",
        "/a*",
        "/a/*",
        "*/a",
        "*.png",
        "/{*}",
        "/{**}",
        "/a/{*}/b/{**}/c",
        "/%20",
        "/a//b",
    ] {
        assert_eq!(wrong(text), [""; 0], "{text}");
    }
    for text in [
        "a",
        "a*",
        "/a/*/b",
        "*a*",
        "**",
        "/a?b",
        "/a#b",
        "/a b",
        "/ä",
        "/{**}/{*}",
        "/{**}/{**}",
        "/a{*}",
        "/{*}*",
        "*/{*}",
        "/{a}",
        "/{",
        "/a//{*}",
        "/\0",
        &"/a".repeat(600),
    ] {
        assert_eq!(wrong(text), ["rules.0.paths path_invalid"], "{text}");
    }
}

#[test]
fn an_item_counts_once() {
    assert_eq!(found_in("namespaces", "a, b, a"), ["namespaces twice"]);
}

#[test]
fn lists_and_rows_have_an_end() {
    let items: Vec<_> = (0..201).map(|n| format!("n{n}")).collect();
    assert_eq!(
        found_in("namespaces", &items.join(",")),
        ["namespaces too_many"]
    );
    assert_eq!(found_in("namespaces", &items[..200].join(",")), [""; 0]);
    assert_eq!(found_in("rules.100.methods", "GET"), ["rules too_many"]);
    assert_eq!(
        found_in("rules.99999999999999999999999.x", "GET"),
        ["rules too_many"]
    );
    assert_eq!(
        form(&[("rules.0", ""), ("rules.5000.x", "")]).rows("rules"),
        1
    );
    let last = found_in("rules.99.methods", "GET");
    assert_eq!(last.len(), 99, "each row before it lacks its methods");
}

#[test]
fn no_input_however_wild_is_read_or_makes_trouble() {
    let long = "x/".repeat(500_000);
    let commas = "a,".repeat(500_000);
    let texts = [
        "\0", "\u{202e}", "💥", "/", " ", "true", "-1", &long, &commas, "{**}{*}*", "\n,\r",
    ];
    let paths = [
        "scope",
        "rules",
        "rules.",
        "rules.0",
        "rules.-1.methods",
        "rules.00.methods",
        "rules.1e9.methods",
        "rules.0.methods.0",
        "rules.0.0.0",
        ".rules.0",
        "rules..methods",
        "",
        "\0",
        "port",
        "on",
        "rules.7.paths",
        "service",
        "accounts",
        "namespaces",
        "rules.18446744073709551615.methods",
    ];
    for path in paths {
        for text in texts {
            let mut form = form(&[("scope", "one"), (path, text)]);
            let findings = form.read(FIELDS).unwrap_err();
            assert!(findings.len() < 20 && findings.iter().all(|f| f.says.len() < 300));
            for edit in [
                "add:rules",
                "remove:rules:0",
                "up:rules:1",
                "down:rules:0",
                "remove::0",
                "down:rules:99999999999999999999",
            ] {
                form.apply(&edit.parse().unwrap());
            }
            assert!(form.rows("rules") <= Form::MOST_ROWS);
        }
    }
}

#[test]
fn rows_are_added_removed_and_change_places() {
    let rows = |form: &Form| -> Vec<String> {
        let rows = 0..form.rows("rules");
        rows.map(|row| form.get(&format!("rules.{row}.methods")).into())
            .collect()
    };
    let mut form = form(&[
        ("rules.0.methods", "A"),
        ("rules.1.methods", "B"),
        ("rules.1.paths", "/b"),
        ("rules.2", ""),
        ("rules.2.methods", "C"),
        ("rulesx.0.methods", "other"),
    ]);
    let mut edit = |text: &str| {
        form.apply(&text.parse().unwrap());
        rows(&form)
    };
    assert_eq!(edit("add:rules"), ["A", "B", "C", ""]);
    assert_eq!(edit("up:rules:1"), ["B", "A", "C", ""]);
    assert_eq!(edit("down:rules:1"), ["B", "C", "A", ""]);
    assert_eq!(edit("remove:rules:1"), ["B", "A", ""]);
    for nothing in [
        "up:rules:0",
        "down:rules:2",
        "remove:rules:3",
        "up:rules:3",
        "remove:none:0",
    ] {
        assert_eq!(edit(nothing), ["B", "A", ""], "{nothing}");
    }
    assert_eq!(form.get("rules.0.paths"), "/b");
    assert_eq!(form.get("rulesx.0.methods"), "other");
}

#[test]
fn no_more_rows_are_added_than_are_read() {
    let mut form = Form::default();
    for _ in 0..150 {
        form.apply(&Edit::Add("rules".into()));
    }
    assert_eq!(form.rows("rules"), Form::MOST_ROWS);
    assert_eq!(form.0.len(), Form::MOST_ROWS);
}

#[test]
fn an_edit_is_written_as_it_is_read() {
    for text in [
        "add:rules",
        "remove:rules:1",
        "up:rules:0",
        "down:rules.0.matches:12",
    ] {
        assert_eq!(text.parse::<Edit>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "add",
        "remove:rules",
        "remove:rules:",
        "up:rules:-1",
        "up:rules:01",
        "sort:rules:1",
    ] {
        assert!(text.parse::<Edit>().is_err(), "{text:?}");
    }
}

#[test]
fn whether_a_field_counts_depends_on_its_neighbour() {
    let field = Field::new("b", "B", "", Input::Switch).only("a", &["1", "2"]);
    let form = form(&[("a", "2"), ("rows.0.a", "3")]);
    assert!(form.counts(&field, ""));
    assert!(!form.counts(&field, "rows.0."));
    assert!(!form.counts(&field, "rows.1."));
}
