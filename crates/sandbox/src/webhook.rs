//! What istiod's validating webhook refuses, for the kinds that are written through it.
//!
//! A selection of its rules. A real site refuses some of this by the schema already, before any
//! webhook is asked, and then answers 422.

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
        "PeerAuthentication" => peer_authentication(spec),
        "AuthorizationPolicy" => authorization_policy(spec),
        "DestinationRule" => destination_rule(spec),
        _ => Ok(()),
    }
}

fn peer_authentication(spec: &Value) -> Verdict {
    const MODES: &[&str] = &["UNSET", "DISABLE", "PERMISSIVE", "STRICT"];
    selector(&spec["selector"])?;
    one_of(MODES, &spec["mtls"]["mode"], "mtls.mode")?;
    let Some(ports) = spec["portLevelMtls"].as_object() else {
        return Ok(());
    };
    if is_empty(&spec["selector"]["matchLabels"]) {
        return Err("portLevelMtls requires a selector with labels".into());
    }
    if ports.is_empty() {
        return Err("portLevelMtls must name at least one port".into());
    }
    for (number, mtls) in ports {
        port(number, "portLevelMtls")?;
        one_of(
            MODES,
            &mtls["mode"],
            &format!("portLevelMtls[{number}].mode"),
        )?;
    }
    Ok(())
}

fn selector(selector: &Value) -> Verdict {
    let labels = selector["matchLabels"].as_object();
    for (key, value) in labels.into_iter().flatten() {
        if key.is_empty() {
            return Err("selector: key must not be empty".into());
        }
        if key.contains('*') || text(value).contains('*') {
            return Err(format!(
                "selector: wildcard is not supported, found in {key}"
            ));
        }
    }
    Ok(())
}

fn one_of(words: &[&str], value: &Value, path: &str) -> Verdict {
    match value.as_str() {
        Some(word) if !words.contains(&word) => Err(format!("unknown value {word:?} for {path}")),
        _ => Ok(()),
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
    fn what_istiod_takes_is_taken() {
        let labels = json!({ "matchLabels": { "app": "a" } });
        for spec in [
            json!({}),
            json!({ "selector": {}, "mtls": { "mode": "STRICT" } }),
            json!({ "selector": labels, "portLevelMtls": { "80": {}, "65535": { "mode": "UNSET" } } }),
        ] {
            assert_eq!(peer_authentication(&spec), Ok(()), "{spec}");
        }
    }

    #[test]
    fn what_istiod_refuses_is_refused() {
        let labels = json!({ "matchLabels": { "app": "a" } });
        for (spec, why) in [
            (json!({ "mtls": { "mode": "strict" } }), "unknown value"),
            (
                json!({ "portLevelMtls": { "80": {} } }),
                "requires a selector",
            ),
            (
                json!({ "selector": { "matchLabels": {} }, "portLevelMtls": { "80": {} } }),
                "requires a selector",
            ),
            (
                json!({ "selector": labels, "portLevelMtls": {} }),
                "at least one port",
            ),
            (
                json!({ "selector": labels, "portLevelMtls": { "0": {} } }),
                "port 0",
            ),
            (
                json!({ "selector": labels, "portLevelMtls": { "65536": {} } }),
                "port 65536",
            ),
            (
                json!({ "selector": labels, "portLevelMtls": { "+80": {} } }),
                "port +80",
            ),
            (
                json!({ "selector": labels, "portLevelMtls": { "80": { "mode": "ON" } } }),
                "portLevelMtls[80].mode",
            ),
        ] {
            let verdict = peer_authentication(&spec).unwrap_err();
            assert!(verdict.contains(why), "{spec}: {verdict}");
        }
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
