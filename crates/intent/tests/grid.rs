//! Walks the list of kinds and holds every kind to the same promises. A kind that is added to the list is held
//! to them at once; what it makes is kept in `golden/`, written when `UPDATE_GOLDEN` is set.

use std::{collections::BTreeSet, fs, path::PathBuf};

use intent::{
    CloudName, Facts, Field, Form, Input, Intent, IntentName, KINDS, Owner, Place, kind_named,
};
use serde_json::{Map, Value, json};

fn owner() -> Owner {
    Owner {
        installation: "demo".into(),
        cloud: CloudName::read("shop").expect("it is a DNS label"),
        intent: IntentName::read("example").expect("it is a DNS label"),
    }
}

#[test]
fn every_kind_has_an_example_in_the_order_of_the_list() {
    let examples = Intent::examples();
    let kinds = examples.iter().map(|example| example.info());
    assert!(kinds.eq(KINDS.iter()));
    for kind in KINDS {
        assert_eq!(kind_named(kind.name), Some(kind));
    }
    assert_eq!(kind_named("none"), None);
}

#[test]
fn names_and_labels_are_there_and_each_is_there_once() {
    let names: BTreeSet<_> = KINDS
        .iter()
        .flat_map(|kind| [kind.name, kind.title])
        .collect();
    assert_eq!(names.len(), 2 * KINDS.len());
    for kind in KINDS {
        assert!(kind.purpose.ends_with('.'), "{}", kind.name);
        well_named(kind.fields);
        let groups = kind.fields.iter().map(|field| field.group);
        let mut groups: Vec<_> = groups.collect();
        groups.dedup();
        let unique: BTreeSet<_> = groups.iter().collect();
        assert_eq!(
            unique.len(),
            groups.len(),
            "the groups of {} are apart",
            kind.name
        );
        assert!(groups.iter().all(|group| !group.is_empty()));
    }
}

fn well_named(fields: &[Field]) {
    let names: BTreeSet<_> = fields.iter().map(|field| field.name).collect();
    let labels: BTreeSet<_> = fields.iter().map(|field| field.label).collect();
    assert_eq!((names.len(), labels.len()), (fields.len(), fields.len()));
    for field in fields {
        let (name, label) = (field.name, field.label);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(!name.is_empty() && name.chars().all(plain), "{name}");
        assert!(!label.trim().is_empty(), "{name}");
        assert!(field.help.is_empty() || field.help.ends_with('.'), "{name}");
        if let Some((other, values)) = field.only {
            let on = fields.iter().find(|field| field.name == other);
            let Input::OneOf(choices) = on.expect("it depends on a field beside it").input else {
                panic!("{name} depends on {other}, which is no choice");
            };
            assert!(
                !values.is_empty() && values.iter().all(|v| choices.iter().any(|c| c.value == *v))
            );
        }
        match field.input {
            Input::OneOf(choices) => {
                let values: BTreeSet<_> = choices.iter().map(|choice| choice.value).collect();
                let labels: BTreeSet<_> = choices.iter().map(|choice| choice.label).collect();
                assert_eq!(
                    (values.len(), labels.len()),
                    (choices.len(), choices.len()),
                    "{name}"
                );
                assert!(!values.contains("") && !labels.contains(""), "{name}");
            }
            Input::Port(of) => assert!(!of.is_empty(), "{name}"),
            Input::Rows { one, fields } => {
                assert!(!one.is_empty(), "{name}");
                well_named(fields);
            }
            _ => {}
        }
    }
}

/// JSON in which every field of a kind is there.
fn full(fields: &[Field]) -> Map<String, Value> {
    let value = |field: &Field| match field.input {
        Input::OneOf(choices) => json!(choices[0].value),
        Input::Switch => json!(true),
        Input::Port(_) => json!(80),
        Input::Namespace => json!("a"),
        Input::Service | Input::Workload => json!("a/b"),
        Input::Accounts => json!(["a/b"]),
        Input::Namespaces => json!(["a"]),
        Input::Methods => json!(["GET"]),
        Input::Paths => json!(["/a"]),
        Input::Rows { fields, .. } => json!([full(fields)]),
    };
    let fields = fields.iter();
    fields
        .map(|field| (field.name.into(), value(field)))
        .collect()
}

/// The fields that a struct says it has when it is asked for one that it does not have.
fn fields_by_its_own_words(mut value: Value, at: &str) -> BTreeSet<String> {
    value.pointer_mut(at).expect("every field is there")["no such field"] = json!(0);
    let error = serde_json::from_value::<Intent>(value)
        .expect_err("it has no such field")
        .to_string();
    let words = error.split('`').skip(1).step_by(2).map(String::from);
    words.filter(|word| word != "no such field").collect()
}

#[test]
fn the_fields_are_exactly_those_of_the_struct() {
    for kind in KINDS {
        let mut value = full(kind.fields);
        value.insert("kind".into(), kind.name.into());
        let value = Value::Object(value);
        let read: Intent = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), value, "{}", kind.name);
        assert_eq!(
            fields_by_its_own_words(value.clone(), ""),
            names(kind.fields)
        );
        for field in kind.fields {
            if let Input::Rows { fields, .. } = field.input {
                let at = format!("/{}/0", field.name);
                assert_eq!(fields_by_its_own_words(value.clone(), &at), names(fields));
            }
        }
    }
}

fn names(fields: &[Field]) -> BTreeSet<String> {
    fields.iter().map(|field| field.name.into()).collect()
}

#[test]
fn an_example_survives_being_a_form_and_being_json() {
    for example in Intent::examples() {
        let read = Intent::read(example.info().name, &example.form()).unwrap();
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Intent>(&json).unwrap(), example);
    }
}

#[test]
fn an_empty_form_is_found_wanting_and_never_reads() {
    for kind in KINDS {
        let findings = Intent::read(kind.name, &Form::default()).unwrap_err();
        assert!(
            findings
                .iter()
                .all(|finding| finding.blocks() && finding.code == "required")
        );
    }
    let unknown = Intent::read("none", &Form::default()).unwrap_err();
    assert_eq!(unknown[0].code, "kind_unknown");
}

#[test]
fn an_example_is_fine_on_the_site_of_the_example() {
    let (facts, owner) = (Facts::example(), owner());
    for example in Intent::examples() {
        let place = Place::at(&facts, &owner);
        assert_eq!(example.check(&place), [], "{}", example.info().name);
        let says = example.says(&place);
        assert!(says.ends_with('.') && !says.contains("  "), "{says}");
    }
}

#[test]
fn what_a_kind_says_and_finds_on_an_empty_site_is_still_said() {
    let (facts, owner) = (Facts::default(), owner());
    for example in Intent::examples() {
        let place = Place::at(&facts, &owner);
        assert!(example.says(&place).ends_with('.'));
        assert_eq!(example.check(&place), []);
        let findings = example.compile(&place).unwrap_err();
        assert!(
            findings
                .iter()
                .all(|finding| finding.blocks() && finding.path().is_some())
        );
    }
}

#[test]
fn what_an_example_makes_is_what_it_made_before() {
    let (facts, owner) = (Facts::example(), owner());
    for example in Intent::examples() {
        let name = example.info().name;
        let made = example.compile(&Place::at(&facts, &owner)).unwrap();
        assert_eq!(example.compile(&Place::at(&facts, &owner)).unwrap(), made);
        let makes = example.info().makes;
        assert!(
            made.iter()
                .all(|manifest| makes.contains(&manifest.key.kind))
        );
        let keys: BTreeSet<_> = made.iter().map(|manifest| &manifest.key).collect();
        assert_eq!(keys.len(), made.len(), "{name} makes one object twice");
        for manifest in &made {
            assert_eq!(manifest.labels, owner.labels());
        }
        let yaml: Vec<_> = made.iter().map(mesh::Manifest::yaml).collect();
        golden(&format!("{name}.yaml"), &yaml.join("---\n"));
    }
}

#[test]
fn what_is_stored_of_an_example_is_what_was_stored_before() {
    for example in Intent::examples() {
        let name = format!("{}.json", example.info().name);
        let mut stored = serde_json::to_string_pretty(&example).unwrap();
        stored.push('\n');
        golden(&name, &stored);
        let kept = fs::read_to_string(path(&name)).unwrap();
        assert_eq!(serde_json::from_str::<Intent>(&kept).unwrap(), example);
    }
}

fn golden(name: &str, now: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path(name), now).expect("the folder can be written");
    }
    let kept = fs::read_to_string(path(name)).unwrap_or_default();
    assert_eq!(
        now, kept,
        "{name} changed; set UPDATE_GOLDEN if that is meant, and read the difference"
    );
}

fn path(name: &str) -> PathBuf {
    let crate_root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    crate_root.join("tests/golden").join(name)
}
