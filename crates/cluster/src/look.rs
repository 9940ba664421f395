//! Looks at one object as it is now, past what the watches have told.

use http::StatusCode;
use kube::api::GetParams;
use mesh::{Manifest, Resource, ResourceKey, carries};

use crate::{
    Cluster, Error, Right, Verb,
    apply::address,
    call::{Answered, Lost},
    object::shown,
};

/// How an object is, compared with how it is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Verified {
    /// It has the wanted spec to the last field, and the wanted labels.
    Same,
    /// It is otherwise.
    Differs(Box<Resource>),
    /// It is not there.
    Gone,
    /// It could not be read.
    Unknown(Error),
}

impl Cluster {
    /// Reads an object; none if it is not there.
    pub async fn read(&self, key: &ResourceKey) -> Result<Option<Resource>, Error> {
        let request = address(key).map(|at| at.get(key.name.as_str(), &GetParams::default()));
        // What cannot be called so cannot be there.
        let Some(Ok(request)) = request else {
            return Ok(None);
        };
        let answered = self.hands().call(request).await;
        let Answered { code, body } = answered.map_err(|lost| match lost {
            Lost::Unsent(says) | Lost::Unknown(says) => Error::Unreachable(says),
        })?;
        match code {
            StatusCode::OK => {
                let resource = shown(key, &body);
                let unknown = || Error::Unreachable("an answer is not understood".into());
                resource.map(Some).ok_or_else(unknown)
            }
            // Not every 404 is an API server's.
            StatusCode::NOT_FOUND if body["reason"] == "NotFound" => Ok(None),
            StatusCode::UNAUTHORIZED => Err(Error::Credentials),
            StatusCode::FORBIDDEN => {
                let there = key.kind.is_namespaced().then(|| key.namespace.clone());
                Err(Error::Missing(Right::new(Verb::Get, key.kind, there)))
            }
            other => {
                let says = format!("the API server answers {}", other.as_u16());
                Err(Error::Unreachable(says))
            }
        }
    }

    /// Reads an object back and compares all of it that is wanted, and all of its spec.
    pub async fn verify(&self, manifest: &Manifest) -> Verified {
        match self.read(&manifest.key).await {
            Ok(Some(live)) if is_as_wanted(&live, manifest) => Verified::Same,
            Ok(Some(live)) => Verified::Differs(Box::new(live)),
            Ok(None) => Verified::Gone,
            Err(error) => Verified::Unknown(error),
        }
    }
}

fn is_as_wanted(live: &Resource, manifest: &Manifest) -> bool {
    live.canonical() == manifest.canonical() && carries(&live.labels, &manifest.labels)
}
