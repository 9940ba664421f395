//! Which objects a list or watch is about, by label and by field.

use serde_json::Value;

use crate::failure::Failure;

/// The fields every kind can be selected by.
const FIELDS: [&str; 2] = ["metadata.name", "metadata.namespace"];

/// What an object has to be like to be listed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
}

#[derive(Debug, PartialEq)]
struct Requirement {
    key: String,
    test: Test,
}

/// `NotIn` also holds where the key is missing, as in Kubernetes.
#[derive(Debug, PartialEq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Absent,
}

impl Selector {
    /// Reads the two query parameters; an empty one selects everything.
    pub(crate) fn parse(labels: &str, fields: &str) -> Result<Self, Failure> {
        let labels = requirements(labels)?;
        let fields = requirements(fields)?;
        for requirement in &fields {
            let Requirement { key, test } = requirement;
            if !FIELDS.contains(&key.as_str()) {
                return Err(Failure::bad_request(format!(
                    "field label not supported: {key}"
                )));
            }
            if matches!(test, Test::Exists | Test::Absent) {
                return Err(Failure::bad_request(format!(
                    "invalid field selector: {key:?} is compared with nothing"
                )));
            }
        }
        Ok(Self { labels, fields })
    }

    /// Answers whether everything is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    pub(crate) fn selects(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        let label = |key: &str| metadata["labels"][key].as_str();
        let field = |key: &str| {
            let name = key.strip_prefix("metadata.")?;
            // A cluster-scoped object counts as one of the namespace "".
            Some(metadata[name].as_str().unwrap_or_default())
        };
        self.labels.iter().all(|r| r.holds(label(&r.key)))
            && self.fields.iter().all(|r| r.holds(field(&r.key)))
    }
}

impl Requirement {
    fn holds(&self, value: Option<&str>) -> bool {
        match &self.test {
            Test::In(values) => value.is_some_and(|v| values.iter().any(|x| x == v)),
            Test::NotIn(values) => value.is_none_or(|v| values.iter().all(|x| x != v)),
            Test::Exists => value.is_some(),
            Test::Absent => value.is_none(),
        }
    }
}

fn requirements(text: &str) -> Result<Vec<Requirement>, Failure> {
    let mut depth = 0;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
    .map(|part| {
        requirement(part)
            .ok_or_else(|| Failure::bad_request(format!("unable to parse requirement: {part:?}")))
    })
    .collect()
}

fn requirement(text: &str) -> Option<Requirement> {
    let (key, test) = if let Some((key, value)) = text.split_once("!=") {
        (key, Test::NotIn(vec![value.trim().to_owned()]))
    } else if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        (key, Test::In(vec![value.trim().to_owned()]))
    } else if let Some(key) = text.strip_prefix('!') {
        (key, Test::Absent)
    } else if let Some((head, values)) = text.split_once('(') {
        let values = values.strip_suffix(')')?.split(',');
        let values = values.map(|value| value.trim().to_owned()).collect();
        match head.trim().rsplit_once(' ')? {
            (key, "in") => (key, Test::In(values)),
            (key, "notin") => (key, Test::NotIn(values)),
            _ => return None,
        }
    } else {
        (text, Test::Exists)
    };
    let key = key.trim();
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let are_words = match &test {
        Test::In(values) | Test::NotIn(values) => {
            values.iter().all(|value| value.chars().all(is_word))
        }
        Test::Exists | Test::Absent => true,
    };
    (!key.is_empty() && key.chars().all(is_word) && are_words).then(|| Requirement {
        key: key.to_owned(),
        test,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn selects(labels: &str, fields: &str) -> bool {
        let pod = json!({ "metadata": {
            "name": "a", "namespace": "n", "labels": { "app": "web", "example.com/tier": "front" },
        }});
        Selector::parse(labels, fields).unwrap().selects(&pod)
    }

    #[test]
    fn every_operator_selects_as_in_kubernetes() {
        for holds in [
            "",
            "app=web",
            "app==web",
            "app!=db",
            "app in (db, web)",
            "app notin (db,cache)",
            "app",
            "!gone",
            "gone!=x",
            "gone notin (x)",
            "app=web, example.com/tier in (front,back),!gone",
        ] {
            assert!(selects(holds, ""), "{holds}");
        }
        for fails in [
            "app=db",
            "app!=web",
            "app in (db,cache)",
            "app notin (web)",
            "gone",
            "!app",
            "gone=x",
            "app=web,app=db",
        ] {
            assert!(!selects(fails, ""), "{fails}");
        }
    }

    #[test]
    fn fields_select_by_name_and_namespace() {
        assert!(selects("", "metadata.name=a,metadata.namespace==n"));
        assert!(!selects("", "metadata.name!=a"));
    }

    #[test]
    fn what_cannot_be_read_is_a_bad_request() {
        for (labels, fields) in [
            ("=x", ""),
            ("a b", ""),
            ("a===b", ""),
            ("app in web", ""),
            ("app in (web", ""),
            ("app is (web)", ""),
            ("", "spec.nodeName=n"),
            ("", "metadata.name"),
        ] {
            let failure = Selector::parse(labels, fields).unwrap_err();
            assert_eq!(failure.code, 400, "{labels} {fields}");
        }
    }
}
