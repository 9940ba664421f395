//! An answer that is no success, in the shape of a Kubernetes `Status`.

use serde_json::{Value, json};

use crate::{kinds::Kind, review::Access};

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// The HTTP status.
    pub(crate) code: u16,
    reason: &'static str,
    message: String,
    details: Value,
}

impl Failure {
    /// 404: nothing is served under this path.
    pub(crate) fn no_such_path() -> Self {
        Self::new(
            404,
            "NotFound",
            "the server could not find the requested resource".to_owned(),
        )
    }

    /// 404: the kind is served, but there is no object of this name.
    pub(crate) fn no_such_object(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} not found", kind.resource());
        Self {
            details: json!({ "name": name, "group": kind.group, "kind": kind.plural }),
            ..Self::new(404, "NotFound", message)
        }
    }

    /// 405: the path is served, but not to this method.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource".to_owned(),
        )
    }

    /// 403: the client has no right to do this.
    pub(crate) fn forbidden(kind: &Kind, access: &Access<'_>) -> Self {
        let place = match access.namespace {
            Some(namespace) => format!("in the namespace {namespace:?}"),
            None => "at the cluster scope".to_owned(),
        };
        let message = format!(
            "{} is forbidden: User \"assent\" cannot {} resource {:?} in API group {:?} {place}",
            kind.resource(),
            access.verb,
            access.resource,
            access.group,
        );
        Self {
            details: json!({ "group": kind.group, "kind": kind.plural }),
            ..Self::new(403, "Forbidden", message)
        }
    }

    /// 400: the request makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message.into())
    }

    /// 410: what happened after `version` is no longer known in full.
    pub(crate) fn expired(version: u64, oldest: u64) -> Self {
        Self::new(
            410,
            "Expired",
            format!("too old resource version: {version} ({oldest})"),
        )
    }

    /// The `Status` object a client reads.
    pub(crate) fn status(&self) -> Value {
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "details": self.details,
            "code": self.code,
        })
    }

    fn new(code: u16, reason: &'static str, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            details: json!({}),
        }
    }
}
