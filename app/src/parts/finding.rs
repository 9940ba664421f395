//! What is wrong or worth knowing, and the field it is about.

use intent::{Field, Input, Level};
use leptos::prelude::*;
use mesh::{At, Finding};

use super::{
    icon::Icon,
    plain::Plain,
    status::of_level,
    words::{count, listed},
};

/// Shows a finding beside what it is about: what is so, what to do, and where, if not on all sites.
pub(crate) fn beside(finding: &Finding) -> AnyView {
    shown(finding, ().into_any())
}

/// Shows a finding in a list, with what it is about. Of a field of these it leads to the field.
pub(crate) fn listed_with(finding: &Finding, fields: &'static [Field]) -> AnyView {
    let about = match &finding.at {
        At::Field(path) => place_of(fields, path).map(|place| {
            let (href, path) = (format!("#{}", id_of(path)), path.clone());
            let focus = move |event: leptos::ev::MouseEvent| {
                if focus(&path) {
                    event.prevent_default();
                }
            };
            view! { <a rel="external" href=href on:click=focus>{place}</a>" · " }.into_any()
        }),
        At::Object { key, path } => {
            let path = (!path.is_empty()).then(|| format!(", {path}"));
            Some(view! { <code>{key.to_string()}{path}</code>" · " }.into_any())
        }
        At::Whole => None,
    };
    let sites = (!finding.sites.is_empty()).then(|| format!("on {} · ", listed(&finding.sites)));
    let code = finding.code.to_string();
    let foot = view! { <p>{about}{sites}<code>{code}</code></p> };
    shown(finding, foot.into_any())
}

fn shown(finding: &Finding, foot: AnyView) -> AnyView {
    let (tone, sign, _) = of_level(finding.level);
    let todo = (!finding.todo.is_empty()).then(|| format!(" {}", finding.todo));
    view! {
        <div class=format!("finding {tone}")>
            <Icon sign/>
            <p><span class="spoken">{word(finding.level)}</span><strong><Plain text=finding.says.clone()/></strong>{todo}</p>
            {foot}
        </div>
    }
    .into_any()
}

/// What a screen reader says before a finding, where others see a sign.
fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "Error: ",
        Level::Warning => "Warning: ",
        Level::Note => "Note: ",
    }
}

/// The id of a field's control.
pub(crate) fn id_of(path: &str) -> String {
    format!("at-{}", path.replace('.', "-"))
}

/// Moves the focus to a field. Says whether it is there.
pub(crate) fn focus(path: &str) -> bool {
    focus_id(&id_of(path))
}

/// Moves the focus to an element. Says whether it is there.
pub(crate) fn focus_id(id: &str) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id);
    let element = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// A field as people find it: "Mode", "Rules, rule 2, Accounts". None if there is no such field.
pub(crate) fn place_of(fields: &[Field], path: &str) -> Option<String> {
    if path == "name" {
        return Some("Name".into());
    }
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = fields.iter().find(|field| field.name == name)?;
    let Input::Rows { one, fields } = field.input else {
        return Some(field.label.into());
    };
    let (row, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let Ok(row) = row.parse::<usize>() else {
        return Some(field.label.into());
    };
    let place = format!("{}, {one} {}", field.label, row.saturating_add(1));
    match place_of(fields, rest) {
        Some(inner) => Some(format!("{place}, {inner}")),
        None => Some(place),
    }
}

/// Whether a finding is about this field or something in it that has no place of its own.
pub(crate) fn is_about(finding: &Finding, path: &str) -> bool {
    finding.path().is_some_and(|at| {
        at.strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Whether a finding is about one of these fields in a row of `rows`.
pub(crate) fn is_in_row(finding: &Finding, rows: &str, fields: &[Field]) -> bool {
    let within = finding.path().and_then(|at| {
        let row = at.strip_prefix(rows)?.strip_prefix('.')?;
        let (_, field) = row.split_once('.')?;
        field.split('.').next()
    });
    within.is_some_and(|name| fields.iter().any(|field| field.name == name))
}

/// How many errors there are, and how many warnings.
pub(crate) fn tally(findings: &[Finding]) -> (usize, usize) {
    let of = |level| findings.iter().filter(|f| f.level == level).count();
    (of(Level::Error), of(Level::Warning))
}

/// What keeps something from being submitted, in words; none if nothing does.
pub(crate) fn to_mend(findings: &[Finding]) -> Option<String> {
    let (errors, _) = tally(findings);
    (errors > 0).then(|| format!("{} to mend", count(errors, "thing")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: Field = Field {
        name: "methods",
        label: "Methods",
        help: "",
        group: "",
        required: false,
        input: Input::Methods,
        only: None,
    };
    const FIELDS: &[Field] = &[
        Field {
            name: "mode",
            label: "Mode",
            input: Input::Switch,
            ..INNER
        },
        Field {
            name: "rules",
            label: "Rules",
            input: Input::Rows {
                one: "rule",
                fields: &[INNER],
            },
            ..INNER
        },
    ];

    #[test]
    fn a_field_is_found_by_its_words() {
        let places = [
            ("name", Some("Name")),
            ("mode", Some("Mode")),
            ("rules", Some("Rules")),
            ("rules.1", Some("Rules, rule 2")),
            ("rules.1.methods", Some("Rules, rule 2, Methods")),
            ("rules.1.methods.0", Some("Rules, rule 2, Methods")),
            ("rules.x", Some("Rules")),
            ("other", None),
        ];
        for (path, place) in places {
            assert_eq!(place_of(FIELDS, path).as_deref(), place, "{path}");
        }
    }

    #[test]
    fn a_finding_is_about_what_it_is_in() {
        let finding = Finding::field(Level::Error, "x", "rules.1.methods", "", "");
        for path in ["rules", "rules.1", "rules.1.methods"] {
            assert!(is_about(&finding, path), "{path}");
        }
        for path in ["rule", "rules.1.method", "rules.11", "mode"] {
            assert!(!is_about(&finding, path), "{path}");
        }
    }

    #[test]
    fn what_is_about_a_field_of_a_row_stands_beside_that_and_not_below_the_rows() {
        let at = |path: &str| Finding::field(Level::Error, "x", path, "", "");
        assert!(is_in_row(&at("rules.1.methods"), "rules", &[INNER]));
        for path in ["rules", "rules.1", "rules.1.other", "mode"] {
            assert!(!is_in_row(&at(path), "rules", &[INNER]), "{path}");
        }
    }

    #[test]
    fn only_errors_have_to_be_mended() {
        let of = |level| Finding::field(level, "x", "mode", "", "");
        let findings = [of(Level::Error), of(Level::Warning), of(Level::Note)];
        assert_eq!(to_mend(&findings), Some("1 thing to mend".into()));
        assert_eq!(to_mend(&findings[1..]), None);
        assert_eq!(tally(&findings), (1, 1));
    }
}
