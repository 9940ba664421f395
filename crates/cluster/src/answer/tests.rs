//! What answers mean, in the words of a real API server.

use http::StatusCode;
use mesh::ResourceKind;
use serde_json::json;

use super::*;

fn key() -> ResourceKey {
    ResourceKey::new(ResourceKind::PeerAuthentication, "default", "reviews")
}

fn seen() -> Seen {
    Seen {
        uid: Some("u".into()),
        resource_version: Some("7".into()),
    }
}

fn object() -> Value {
    json!({
        "apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {
            "name": "reviews", "namespace": "default", "uid": "u", "resourceVersion": "8",
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {},
    })
}

fn answered(code: u16, body: Value) -> Result<Answered, Lost> {
    let code = StatusCode::from_u16(code).unwrap();
    Ok(Answered { code, body })
}

fn status(code: u16, reason: &str, message: &str, causes: Value) -> Result<Answered, Lost> {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "details": {"causes": causes}, "code": code,
    });
    answered(code, body)
}

/// What it means to a change of the object that was seen.
fn to_update(answer: Result<Answered, Lost>) -> Answer {
    Answer::to_apply(&key(), &seen(), answer)
}

fn refused(code: u16, says: &str, field: Option<&str>) -> Answer {
    Answer::Refused {
        code,
        says: says.into(),
        field: field.map(Into::into),
    }
}

#[test]
fn what_is_stored_is_done() {
    let resource = Box::new(shown(&key(), &object()).unwrap());
    let done = Answer::Done {
        uid: "u".into(),
        resource_version: "8".into(),
        resource,
    };
    assert_eq!(to_update(answered(200, object())), done);
    let made = Answer::to_apply(&key(), &Seen::nothing(), answered(201, object()));
    assert_eq!(made, done);
    assert_eq!(
        Answer::to_patch(&key(), &seen(), answered(200, object())),
        done
    );
}

#[test]
fn a_success_that_does_not_fit_what_was_asked_is_looked_at() {
    let mut other = object();
    other["metadata"]["uid"] = json!("another");
    let unknown = |answer| matches!(answer, Answer::Unknown(_));
    assert!(unknown(to_update(answered(200, other))));
    assert!(unknown(to_update(answered(201, object()))));
    assert!(unknown(to_update(answered(200, json!({"kind": "Status"})))));
    assert!(unknown(to_update(answered(200, Value::Null))));
    assert!(unknown(to_update(answered(302, object()))));
    let nothing = Seen::nothing();
    let merged = Answer::to_apply(&key(), &nothing, answered(200, object()));
    assert!(unknown(merged));
}

#[test]
fn a_field_of_somebody_else_is_named_with_its_owner() {
    let message = "conflict with \"kubectl-patch\" using security.istio.io/v1";
    let causes = json!([
        {"reason": "FieldManagerConflict", "message": message, "field": ".spec.mtls.mode"},
        {"reason": "FieldManagerConflict", "message": message, "field": ".spec.selector"},
    ]);
    let answer = to_update(status(
        409,
        "Conflict",
        "Apply failed with 2 conflicts",
        causes,
    ));
    let conflict = Answer::Conflict {
        owner: "kubectl-patch".into(),
        field: ".spec.mtls.mode".into(),
    };
    assert_eq!(answer, conflict);
}

#[test]
fn an_object_that_is_not_what_was_seen_has_moved() {
    let modified = "Operation cannot be fulfilled: the object has been modified";
    let immutable = json!([{
        "reason": "FieldValueInvalid", "message": "field is immutable", "field": "metadata.uid",
    }]);
    for answer in [
        status(409, "Conflict", modified, json!([])),
        status(409, "AlreadyExists", "it already exists", json!([])),
        status(422, "Invalid", "metadata.uid: Invalid value", immutable),
    ] {
        assert_eq!(to_update(answer), Answer::Moved);
    }
    let not_found = || status(404, "NotFound", "not found", json!([]));
    assert_eq!(Answer::to_removal("u", not_found()), Answer::Moved);
    assert_eq!(
        Answer::to_patch(&key(), &seen(), not_found()),
        Answer::Moved
    );
    let contested = json!([{"reason": "FieldManagerConflict", "field": ".spec", "message": ""}]);
    let contested = status(409, "Conflict", "Apply failed with 1 conflict", contested);
    let made = Answer::to_apply(&key(), &Seen::nothing(), contested);
    assert_eq!(made, Answer::Moved);
    let failed_test = "the server rejected our request due to an error in our request";
    let failed_test = status(422, "Invalid", failed_test, json!([]));
    assert_eq!(
        Answer::to_patch(&key(), &seen(), failed_test),
        Answer::Moved
    );
}

#[test]
fn what_would_be_refused_again_is_refused() {
    let invalid = json!([{
        "reason": "FieldValueInvalid", "message": "Invalid value: \"hunter2\"", "field": "spec.mtls.mode",
    }]);
    let untyped = "failed to create typed patch object (/reviews; security.istio.io/v1, Kind=PeerAuthentication): .spec.bogus: field not declared in schema";
    let webhook = "admission webhook \"rev.validation.istio.io\" denied the request: configuration is invalid: weight -60 < 0";
    let silent = "Internal error occurred: failed calling webhook \"w\": context deadline exceeded";
    for (answer, means) in [
        (
            status(
                422,
                "Invalid",
                "spec.mtls.mode: Invalid value: \"hunter2\"",
                invalid,
            ),
            refused(
                422,
                "spec.mtls.mode: Invalid value: \"…\"",
                Some("spec.mtls.mode"),
            ),
        ),
        (
            status(500, "", untyped, json!([])),
            refused(500, untyped, Some(".spec.bogus")),
        ),
        (
            status(400, "BadRequest", webhook, json!([])),
            refused(400, webhook, None),
        ),
        (
            status(500, "InternalError", silent, json!([])),
            refused(500, silent, None),
        ),
        (
            status(
                403,
                "Forbidden",
                "exceeded quota: q",
                json!([{"field": "<nil>"}]),
            ),
            refused(403, "exceeded quota: q", None),
        ),
        (
            status(404, "NotFound", "namespaces \"x\" not found", json!([])),
            refused(404, "namespaces \"x\" not found", None),
        ),
        (
            status(401, "Unauthorized", "Unauthorized", json!([])),
            refused(401, "the cluster does not accept our credentials", None),
        ),
        // From something on the way, whose words are not ours to show.
        (
            answered(403, json!({"message": "hunter2"})),
            refused(403, "the API server answers 403", None),
        ),
    ] {
        assert_eq!(to_update(answer), means);
    }
}

#[test]
fn what_may_have_been_done_is_unknown() {
    for code in [408, 500, 502, 503, 504] {
        let says = format!("the API server answers {code} Because");
        let answer = status(code, "Because", "the database was slow", json!([]));
        assert_eq!(to_update(answer), Answer::Unknown(says));
    }
    let lost = Lost::Unknown("the connection was reset".into());
    assert_eq!(
        to_update(Err(lost)),
        Answer::Unknown("the connection was reset".into())
    );
}

#[test]
fn what_was_not_done_can_be_tried_later() {
    let unsent = Lost::Unsent("the connection is refused".into());
    assert_eq!(
        to_update(Err(unsent)),
        Answer::Unreachable("the connection is refused".into())
    );
    let busy = status(429, "TooManyRequests", "too many requests", json!([]));
    assert_eq!(
        Answer::to_removal("u", busy),
        Answer::Unreachable("the API server has too much to do".into())
    );
}

#[test]
fn a_removal_is_told_by_its_uid() {
    let gone = || Answer::Removed { uid: "u".into() };
    let status = json!({"kind": "Status", "status": "Success", "details": {"uid": "u"}});
    assert_eq!(Answer::to_removal("u", answered(200, status)), gone());
    assert_eq!(Answer::to_removal("u", answered(202, object())), gone());
}
