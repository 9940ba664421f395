//! One scene: questions that build upon each other, with their answers.

use std::{collections::BTreeSet, fs, path::PathBuf};

use kube::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::seen::Seen;
use crate::common::{Question, ask};

const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/answers");

#[derive(Clone, Debug)]
pub struct Scene {
    pub name: String,
    pub exchanges: Vec<Exchange>,
}

/// A question, and what is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What is asked for, in words.
    pub it: String,
    method: String,
    path: String,
    /// What the body is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    body: Value,
    #[serde(default)]
    pub code: u16,
    #[serde(default)]
    pub answer: Value,
}

/// All scenes, by name.
pub fn scenes() -> Vec<Scene> {
    let files = fs::read_dir(ANSWERS).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let scene = |file: PathBuf| Scene {
        name: file.file_stem().unwrap().to_string_lossy().into_owned(),
        exchanges: serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap(),
    };
    files.into_iter().map(scene).collect()
}

impl Scene {
    /// The namespace to which all its questions lead.
    pub fn namespace(&self) -> Value {
        let name = format!("answers-{}", self.name);
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    }

    /// Asks all questions, one after the other, and notes what is answered now.
    pub async fn replay(&self, client: &Client) -> Self {
        let mut seen = Seen::default();
        let mut exchanges = Vec::new();
        for exchange in &self.exchanges {
            let (code, answer) = exchange.ask(client, &seen).await;
            seen.note(&answer);
            exchanges.push(Exchange {
                code,
                answer: seen.named(answer),
                ..exchange.clone()
            });
        }
        Self {
            name: self.name.clone(),
            exchanges,
        }
    }

    pub fn write(&self) {
        let text = serde_json::to_string_pretty(&self.exchanges).unwrap();
        fs::write(format!("{ANSWERS}/{}.json", self.name), format!("{text}\n")).unwrap();
    }

    pub fn assert_same(&self, written: &Self) {
        for (now, written) in self.exchanges.iter().zip(&written.exchanges) {
            assert_eq!(now, written, "{}: {}", self.name, written.it);
        }
    }
}

impl Exchange {
    async fn ask(&self, client: &Client, seen: &Seen) -> (u16, Value) {
        let path = seen.real(&self.path);
        let body: Value = serde_json::from_str(&seen.real(&self.body.to_string())).unwrap();
        let question = Question {
            method: self.method.parse().unwrap(),
            path: &path,
            kind: match self.kind.as_str() {
                "" => "application/json",
                kind => kind,
            },
            body: Some(&body).filter(|body| !body.is_null()),
        };
        let (code, mut answers) = ask(client, &question).await;
        let mut answer = answers.pop().unwrap_or_default();
        // Their order is another each time.
        if let Some(causes) = answer.pointer_mut("/details/causes") {
            let causes = causes.as_array_mut().unwrap();
            causes.sort_by_key(Value::to_string);
        }
        (code, answer)
    }

    /// What whoever asked acts on: of a failure the code, the reason and the fields that it is about; else all, with the
    /// managed fields in short.
    pub fn essence(&self) -> Value {
        let answer = &self.answer;
        if self.code >= 400 {
            let causes = answer["details"]["causes"].as_array().into_iter().flatten();
            let causes = causes.map(|cause| (text(&cause["field"]), text(&cause["reason"])));
            // That some rules were not checked is about no field.
            let causes = causes.filter(|(field, _)| field != "<nil>");
            let causes: BTreeSet<(String, String)> = causes.collect();
            return json!({ "code": self.code, "reason": text(&answer["reason"]), "causes": causes });
        }
        let mut answer = without_blanks(answer);
        if let Some(managed) = answer.pointer_mut("/metadata/managedFields") {
            let mut short: Vec<Value> = managed
                .as_array()
                .into_iter()
                .flatten()
                .map(owned)
                .collect();
            short.sort_by_key(Value::to_string);
            *managed = short.into();
        }
        json!({ "code": self.code, "answer": answer })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Leaves out what says nothing: empty texts in the details of an answer.
fn without_blanks(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(details) = answer["details"].as_object_mut() {
        details.retain(|_, value| value != "");
    }
    if answer["details"].is_null()
        && let Some(fields) = answer.as_object_mut()
    {
        fields.remove("details");
    }
    answer
}

/// An entry of managed fields in short: who owns which fields by which operation.
fn owned(entry: &Value) -> Value {
    let mut fields = BTreeSet::new();
    leaves("", &entry["fieldsV1"], &mut fields);
    json!({ "manager": entry["manager"], "operation": entry["operation"], "fields": fields })
}

/// The fields that are owned, without the maps around them.
fn leaves(at: &str, fields: &Value, found: &mut BTreeSet<String>) {
    let inner = fields.as_object().into_iter().flatten();
    let inner: Vec<_> = inner.filter(|(name, _)| name.starts_with("f:")).collect();
    if inner.is_empty() {
        found.insert(at.to_owned());
    }
    for (name, fields) in inner {
        leaves(&format!("{at}.{}", &name[2..]), fields, found);
    }
}
