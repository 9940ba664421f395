//! What istiod's validating webhook refuses, for the kinds that are written through it.
//!
//! A selection of its rules, without those that the schema holds: it is asked first.

mod authorization;
mod destination;

use serde_json::Value;

use authorization::authorization_policy;
use destination::destination_rule;

/// Nothing, or why an object is refused.
type Verdict = Result<(), String>;

/// Looks at an object that fits its schema.
pub(crate) fn review(kind: &str, object: &Value) -> Verdict {
    let spec = &object["spec"];
    match kind {
        "AuthorizationPolicy" => authorization_policy(spec),
        "DestinationRule" => destination_rule(spec),
        "VirtualService" => virtual_service(spec),
        _ => Ok(()),
    }
}

fn virtual_service(spec: &Value) -> Verdict {
    let routes = list(&spec["http"])
        .iter()
        .flat_map(|http| list(&http["route"]));
    let mut weights = routes.filter_map(|route| route["weight"].as_i64());
    match weights.find(|weight| *weight < 0) {
        Some(weight) => Err(format!("weight {weight} < 0")),
        None => Ok(()),
    }
}

fn port(number: &str, place: &str) -> Verdict {
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<u16>() {
        Ok(1..) if is_plain => Ok(()),
        _ => Err(format!(
            "{place}: port {number} must be in range [1..65535]"
        )),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        other => other.is_null(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{kinds::KINDS, shop};

    #[test]
    fn no_route_has_less_than_nothing() {
        let to = |weight: i32| json!({ "http": [{ "route": [{ "weight": weight }] }] });
        assert_eq!(virtual_service(&to(0)), Ok(()));
        assert_eq!(virtual_service(&to(-60)), Err("weight -60 < 0".into()));
    }

    #[test]
    fn nothing_in_the_shop_is_refused() {
        let sandbox = shop("eu-west");
        for kind in KINDS {
            for object in sandbox.objects(kind.kind) {
                assert_eq!(review(kind.kind, &object), Ok(()), "{object}");
            }
        }
    }
}
