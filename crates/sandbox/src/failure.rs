//! An answer that is no success, in the shape of a Kubernetes `Status`.

use serde_json::{Value, json};

use crate::{
    cause::{Cause, sentence},
    kinds::Kind,
    review::Access,
};

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// The HTTP status.
    pub(crate) code: u16,
    /// What the header `Retry-After` says.
    pub(crate) retry_after: Option<&'static str>,
    reason: &'static str,
    message: String,
    details: Value,
    /// What is said instead of all that where nobody of the API was reached.
    pub(crate) page: Option<&'static str>,
}

impl Failure {
    /// 400: the request makes no sense.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 400: an admission webhook does not want this object.
    pub(crate) fn denied(message: &str) -> Self {
        let message = format!(
            "admission webhook \"rev.validation.istio.io\" denied the request: configuration is \
             invalid: {message}"
        );
        Self::new(400, "", message)
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

    /// 404: nothing is served under this path, of the core group or of any other.
    pub(crate) fn no_such_path(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("api") => Self::not_of_core(),
            _ => Self::no_such_page(),
        }
    }

    /// 404: the core group does not have this.
    pub(crate) fn not_of_core() -> Self {
        Self::new(
            404,
            "NotFound",
            "the server could not find the requested resource",
        )
    }

    /// 404: nobody of the API was reached, so that it is no `Status` that says so.
    pub(crate) fn no_such_page() -> Self {
        Self {
            page: Some("404 page not found\n"),
            ..Self::new(404, "", "")
        }
    }

    /// 404: the kind is served, but there is no object of this name.
    pub(crate) fn no_such_object(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} not found", kind.resource());
        Self::about(kind, name, Self::new(404, "NotFound", message))
    }

    /// 405: the path is served, but not to this method.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        )
    }

    /// 409: an object of this name is there already.
    pub(crate) fn already_exists(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", kind.resource());
        Self::about(kind, name, Self::new(409, "AlreadyExists", message))
    }

    /// 409: the object is not what the client took it for.
    pub(crate) fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} {name:?}: {why}",
            kind.resource()
        );
        Self::about(kind, name, Self::new(409, "Conflict", message))
    }

    /// 409: somebody changed the object since the client read it.
    pub(crate) fn modified(kind: &Kind, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version \
                   and try again";
        Self::conflict(kind, name, why)
    }

    /// 409: fields belong to other managers.
    pub(crate) fn contested(message: String, causes: &[Cause]) -> Self {
        let causes: Vec<Value> = causes.iter().map(Cause::told).collect();
        Self {
            details: json!({ "causes": causes }),
            ..Self::new(409, "Conflict", message)
        }
    }

    /// 410: what happened after `version` is no longer known in full.
    pub(crate) fn expired(version: u64, oldest: u64) -> Self {
        let message = format!("too old resource version: {version} ({oldest})");
        Self::new(410, "Expired", message)
    }

    /// 415: the body is of a type that is not read.
    pub(crate) fn unsupported_body(read: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            read.join(", ")
        );
        Self::new(415, "UnsupportedMediaType", message)
    }

    /// 422: an object breaks rules.
    pub(crate) fn invalid(kind: &Kind, name: &str, causes: &[Cause]) -> Self {
        Self::breaks_rules(&kind.qualified(), [kind.group, kind.kind], name, causes)
    }

    /// 422: an object is of another kind than those under its path.
    pub(crate) fn of_another_kind(kind: &Kind, found: &str, name: &str) -> Self {
        let cause = Cause::invalid("kind", found, &format!("must be {}", kind.kind));
        let what = format!("{found}.{}", kind.group);
        Self::breaks_rules(&what, [kind.group, found], name, &[cause])
    }

    /// 422: the query of a request breaks rules.
    pub(crate) fn invalid_options(options: &str, cause: Cause) -> Self {
        let group = "meta.k8s.io";
        Self::breaks_rules(
            &format!("{options}.{group}"),
            [group, options],
            "",
            &[cause],
        )
    }

    /// 422: the body of a patch breaks rules.
    pub(crate) fn invalid_patch(cause: Cause) -> Self {
        Self::breaks_rules("", ["", ""], "", &[cause])
    }

    /// 422: a JSON patch does not fit the object; a real server does not say where either.
    pub(crate) fn rejected_patch() -> Self {
        Self::new(
            422,
            "Invalid",
            "the server rejected our request due to an error in our request",
        )
    }

    /// 500 without a reason: the way some faults of a request are told, though none of the server.
    pub(crate) fn unexplained(message: impl Into<String>) -> Self {
        Self::new(500, "", message)
    }

    /// What somebody who breaks a sandbox wants to be answered.
    pub(crate) fn injected(
        code: u16,
        reason: &'static str,
        message: &str,
        retry_after: Option<&'static str>,
    ) -> Self {
        let seconds: Option<u32> = retry_after.and_then(|text| text.parse().ok());
        let details = match seconds {
            Some(seconds) => json!({ "retryAfterSeconds": seconds }),
            None => json!({}),
        };
        Self {
            retry_after,
            details,
            ..Self::new(code, reason, message)
        }
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

    fn about(kind: &Kind, name: &str, failure: Self) -> Self {
        Self {
            details: json!({ "name": name, "group": kind.group, "kind": kind.plural }),
            ..failure
        }
    }

    fn breaks_rules(what: &str, [group, kind]: [&str; 2], name: &str, causes: &[Cause]) -> Self {
        let message = format!("{what} {name:?} is invalid: {}", sentence(causes));
        let causes: Vec<Value> = causes.iter().map(Cause::told).collect();
        Self {
            details: json!({ "name": name, "group": group, "kind": kind, "causes": causes }),
            ..Self::new(422, "Invalid", message)
        }
    }

    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            retry_after: None,
            reason,
            message: message.into(),
            details: json!({}),
            page: None,
        }
    }
}
