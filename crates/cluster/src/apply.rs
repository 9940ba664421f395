//! Carries out single requests. What they are for, and in which order, others decide and write down.

use http::{HeaderValue, header::CONTENT_TYPE};
use kube::{
    Resource as _,
    api::{DeleteParams, Patch, PatchParams, Preconditions},
    core::{self, DynamicObject},
};
use mesh::{Manifest, ResourceKey};

use crate::{
    Answer, Cluster, Error, Seen,
    guard::Guard,
    object::{body, give_version, without_extras},
    watch::resource,
};

/// Under which name our fields are ours.
const MANAGER: &str = "assent";

impl Cluster {
    /// Applies a manifest to what was seen: makes it where nothing was, else changes just that version of just that
    /// object. Fields of others stop it.
    pub async fn apply(&self, manifest: &Manifest, seen: &Seen) -> Answer {
        apply(self.hands(), &ours(), manifest, seen).await
    }

    /// Removes the object that was seen. What nobody saw is not removed.
    pub async fn remove(&self, key: &ResourceKey, seen: &Seen) -> Answer {
        remove(self.hands(), &DeleteParams::default(), key, seen).await
    }

    /// Applies a manifest to what was seen whoever owns the fields, then removes the fields of its spec that others
    /// added. For an object by name that somebody asked to have restored, and for nothing else.
    pub async fn restore(&self, manifest: &Manifest, seen: &Seen) -> Answer {
        match self.read(&manifest.key).await {
            Ok(Some(live)) if *seen == Seen::from(&live) => {}
            Ok(_) => return Answer::Moved,
            Err(error) => return unread(error),
        }
        let applied = apply(self.hands(), &ours().force(), manifest, seen).await;
        let Answer::Done { resource, .. } = &applied else {
            return applied;
        };
        let Some(patch) = without_extras(resource, manifest) else {
            return applied;
        };
        let Some(at) = address(&manifest.key) else {
            return nameless();
        };
        let name = manifest.key.name.as_str();
        // kube knows this kind of patch only by a crate of its own.
        let mut request = match at.patch(name, &ours(), &Patch::Merge(patch)) {
            Ok(request) => request,
            Err(_) => return nameless(),
        };
        let json_patch = HeaderValue::from_static("application/json-patch+json");
        request.headers_mut().insert(CONTENT_TYPE, json_patch);
        let answer = self.hands().call(request).await;
        match Answer::to_patch(&manifest.key, &Seen::from(&**resource), answer) {
            done @ Answer::Done { .. } => done,
            // The first half was done, so nobody may go on as if nothing had been.
            other => Answer::Unknown(format!(
                "what others added to it could not be removed: {}",
                why(other)
            )),
        }
    }
}

/// Why something was not done.
fn why(answer: Answer) -> String {
    match answer {
        Answer::Refused { says, .. } | Answer::Unknown(says) | Answer::Unreachable(says) => says,
        Answer::Conflict { owner, field } => format!("{field} belongs to {owner}"),
        Answer::Moved | Answer::Done { .. } | Answer::Removed { .. } => {
            "somebody else changed it meanwhile".into()
        }
    }
}

/// How we apply: under our name, nothing but what the schema knows, and never by force unless that is added.
pub(crate) fn ours() -> PatchParams {
    PatchParams::apply(MANAGER).validation_strict()
}

/// Applies a manifest to what was seen.
pub(crate) async fn apply(
    hands: &Guard,
    how: &PatchParams,
    manifest: &Manifest,
    seen: &Seen,
) -> Answer {
    let patch = Patch::Apply(body(manifest, seen));
    let name = manifest.key.name.as_str();
    let request = address(&manifest.key).map(|at| at.patch(name, how, &patch));
    let Some(Ok(request)) = request else {
        return nameless();
    };
    let mut answer = hands.call(request).await;
    if let (true, Ok(answered)) = (how.dry_run, &mut answer) {
        give_version(&mut answered.body);
    }
    Answer::to_apply(&manifest.key, seen, answer)
}

/// Removes what was seen.
pub(crate) async fn remove(
    hands: &Guard,
    how: &DeleteParams,
    key: &ResourceKey,
    seen: &Seen,
) -> Answer {
    let Some(uid) = &seen.uid else {
        return Answer::Moved;
    };
    let how = how.clone().preconditions(Preconditions {
        uid: Some(uid.clone()),
        resource_version: seen.resource_version.clone(),
    });
    let request = address(key).map(|at| at.delete(key.name.as_str(), &how));
    let Some(Ok(request)) = request else {
        return nameless();
    };
    Answer::to_removal(uid, hands.call(request).await)
}

/// Where objects of this kind and namespace are; none if the name could lead anywhere else.
pub(crate) fn address(key: &ResourceKey) -> Option<core::Request> {
    let leads_there = |name: &str| {
        let stands_in_names = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        !["", ".", ".."].contains(&name) && name.bytes().all(stands_in_names)
    };
    let namespace = Some(key.namespace.as_str()).filter(|_| key.kind.is_namespaced());
    let is_address = leads_there(key.name.as_str()) && namespace.is_none_or(leads_there);
    is_address.then(|| {
        let path = DynamicObject::url_path(&resource(key.kind), namespace);
        core::Request::new(path)
    })
}

fn nameless() -> Answer {
    Answer::Refused {
        code: 400,
        says: "no object can be called so".into(),
        field: Some("metadata.name".into()),
    }
}

/// What becomes of a change before which nothing could be read.
fn unread(error: Error) -> Answer {
    let refused = |code| Answer::Refused {
        code,
        says: error.to_string(),
        field: None,
    };
    match error {
        Error::Credentials => refused(401),
        Error::Missing(_) => refused(403),
        Error::Unreachable(says) => Answer::Unreachable(says),
        Error::Kubeconfig { .. } | Error::UnknownCloud(_) | Error::UnknownSite(_) => {
            Answer::Unreachable(error.to_string())
        }
    }
}
