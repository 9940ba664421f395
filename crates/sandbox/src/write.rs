//! Requests that change something: what they ask, and what becomes of them.

mod apply;
mod body;
mod change;
mod delete;
mod options;
mod settle;
mod validate;

use std::{io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, Method, header, request::Parts};
use serde_json::{Value, json};

use crate::{
    failure::Failure,
    faults::{Hits, Target},
    journal::{APPLY, JSON_PATCH, Journalled, MERGE_PATCH, Verb},
    kinds::Kind,
    list::{Query, query},
    review::permit,
    route::{Route, route},
    sandbox::Sandbox,
    state::{Key, State},
};
use options::Options;

/// A request to change one object.
#[derive(Debug)]
pub(crate) struct Write {
    verb: Verb,
    kind: &'static Kind,
    /// Empty for an object of the cluster itself.
    namespace: String,
    /// The name in the path; a new object mostly brings its own.
    name: Option<String>,
    path: String,
    query: String,
    body: Bytes,
    /// Who sends it, as the client calls itself.
    agent: String,
}

/// A write with everything that decides how it is carried out.
#[derive(Debug)]
struct Task<'a> {
    write: &'a Write,
    options: Options,
    hits: &'a Hits,
}

/// The HTTP status of a success, and what it tells.
pub(crate) type Answer = (u16, Value);

impl Write {
    /// Reads a request; none if it is not one to change an object.
    pub(crate) fn read(parts: &Parts, body: &Bytes) -> Result<Option<Self>, Failure> {
        let (kind, namespace, name) = match route(parts.uri.path()) {
            Some(Route::Collection { kind, namespace })
                if kind.is_kept() && kind.namespaced == namespace.is_some() =>
            {
                (kind, namespace.unwrap_or_default(), None)
            }
            Some(Route::Object {
                kind,
                namespace,
                name,
            }) => (kind, namespace, Some(name)),
            _ => return Ok(None),
        };
        let text = |header: HeaderName| {
            let value = parts.headers.get(header);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let verb = match name {
            None if parts.method == Method::POST => Verb::Create,
            None => return Ok(None),
            // A new object may be sent to where it will be.
            Some(_) if parts.method == Method::POST => Verb::Create,
            Some(_) => match Verb::on_object(&parts.method, text(header::CONTENT_TYPE)) {
                Some(verb) => verb,
                None if parts.method == Method::PATCH => {
                    let read = [JSON_PATCH, MERGE_PATCH, APPLY];
                    return Err(Failure::unsupported_body(&read));
                }
                None => return Ok(None),
            },
        };
        Ok(Some(Self {
            verb,
            kind,
            namespace: namespace.to_owned(),
            name: name.map(str::to_owned),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body: body.clone(),
            agent: text(header::USER_AGENT).to_owned(),
        }))
    }

    /// Carries it out, as far as the faults that hit it allow; an error is one of the connection.
    pub(crate) async fn carry_out(self, sandbox: &Sandbox) -> io::Result<Result<Answer, Failure>> {
        let hits = sandbox.state().traps.strike(&self.target());
        wait(hits.request_takes()).await;
        if hits.loses_request() {
            let mut state = sandbox.state();
            self.note(&mut state, None);
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let answer = sandbox.change(|state| {
            let answer = self.answer(state, &hits);
            let status = match &answer {
                Ok((code, _)) => *code,
                Err(failure) => failure.code,
            };
            self.note(state, Some(status));
            answer
        });
        wait(hits.answer_takes()).await;
        if hits.loses_answer() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(answer)
    }

    fn answer(&self, state: &mut State, hits: &Hits) -> Result<Answer, Failure> {
        if let Some(failure) = hits.failure() {
            return Err(failure);
        }
        permit(state, self.kind, self.verb.right(), self.place())?;
        let task = Task {
            options: Options::read(self)?,
            write: self,
            hits,
        };
        let (code, mut object) = match self.verb {
            Verb::Create => change::create(&task, state)?,
            Verb::Apply => apply::apply(&task, state)?,
            Verb::JsonPatch => change::json_patch(&task, state)?,
            Verb::MergePatch => change::merge_patch(&task, state)?,
            Verb::Update => change::update(&task, state)?,
            Verb::Delete => delete::delete(&task, state)?,
        };
        if hits.pretends() && object["kind"] != "Status" {
            let next = (state.version + 1).to_string();
            object["metadata"]["resourceVersion"] = json!(next);
        }
        hits.tell(&mut object);
        Ok((code, object))
    }

    /// Answers whether nothing is to be stored; deletions say so in the body.
    fn is_dry_run(&self) -> bool {
        let body = || serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        let query = self.parameters();
        query.get("dryRun").is_some_and(|said| !said.is_empty())
            || (self.verb == Verb::Delete && body()["dryRun"][0].is_string())
    }

    fn parameters(&self) -> Query {
        query(&self.query)
    }

    fn target(&self) -> Target {
        Target {
            verb: self.verb,
            kind: self.kind.kind,
            name: self.name.clone().or_else(|| {
                let body: Value = serde_json::from_slice(&self.body).ok()?;
                body["metadata"]["name"].as_str().map(str::to_owned)
            }),
            dry_run: self.is_dry_run(),
        }
    }

    fn note(&self, state: &mut State, status: Option<u16>) {
        state.journal.note(Journalled {
            at: (state.clock)(),
            verb: self.verb,
            path: self.path.clone(),
            query: self.query.clone(),
            body: self.body.clone(),
            dry_run: self.is_dry_run(),
            status,
        });
    }

    /// The namespace it is about, if any.
    fn place(&self) -> Option<&str> {
        Some(self.namespace.as_str()).filter(|namespace| !namespace.is_empty())
    }

    fn key(&self, name: &str) -> Key {
        Key {
            kind: self.kind.kind,
            namespace: self.namespace.clone(),
            name: name.to_owned(),
        }
    }
}

impl Task<'_> {
    /// The name in the path.
    fn name(&self) -> &str {
        let name = self.write.name.as_deref();
        name.expect("only a creation has no name in its path, and it does not ask")
    }

    /// The object it is about.
    fn live(&self, state: &State) -> Result<Arc<Value>, Failure> {
        let live = state.objects.get(&self.write.key(self.name())).cloned();
        live.ok_or_else(|| Failure::no_such_object(self.write.kind, self.name()))
    }

    /// Answers whether nothing is stored.
    fn is_rehearsed(&self) -> bool {
        self.options.dry_run || self.hits.pretends()
    }
}

/// Says that an object is not the one a client means.
fn failed(what: &str, said: &str, found: &str) -> String {
    format!("Precondition failed: {what} in precondition: {said}, {what} in object meta: {found}")
}

async fn wait(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}
