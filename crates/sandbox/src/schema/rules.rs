//! What the schema of a kind asks beyond the types of its fields: words, what has to be there, and rules in CEL.

use serde_json::Value;

use crate::{cause::Cause, kinds::Kind};

const MODES: &[&str] = &["UNSET", "DISABLE", "PERMISSIVE", "STRICT"];
const ACTIONS: &[&str] = &["ALLOW", "DENY", "AUDIT", "CUSTOM"];
const TLS_MODES: &[&str] = &["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"];

/// Finds all in a spec that its schema refuses; it is of the right types.
pub(crate) fn broken(kind: &Kind, spec: &Value) -> Vec<Cause> {
    let mut causes = match kind.kind {
        "PeerAuthentication" => peer_authentication(spec),
        "AuthorizationPolicy" => authorization_policy(spec),
        "DestinationRule" => destination_rule(spec),
        "VirtualService" => virtual_service(spec),
        _ => return Vec::new(),
    };
    if !causes.is_empty() {
        // The rules are for what is right otherwise.
        causes.push(Cause::unchecked());
        return causes;
    }
    match kind.kind {
        "PeerAuthentication" => peer_authentication_rules(spec),
        "AuthorizationPolicy" => authorization_policy_rules(spec),
        "DestinationRule" => selector(&spec["workloadSelector"], "spec.workloadSelector"),
        _ => Vec::new(),
    }
}

fn peer_authentication(spec: &Value) -> Vec<Cause> {
    let mut causes: Vec<Cause> = one_of(MODES, &spec["mtls"]["mode"], "spec.mtls.mode").collect();
    let ports = &spec["portLevelMtls"];
    for (port, mtls) in fields(ports) {
        let path = format!("spec.portLevelMtls.{port}.mode");
        causes.extend(one_of(MODES, &mtls["mode"], &path));
    }
    if ports.is_object() && fields(ports).next().is_none() {
        let path = "spec.portLevelMtls";
        let why = "spec.portLevelMtls in body should have at least 1 properties";
        causes.push(Cause::invalid_number(path, 0, why));
    }
    causes
}

fn authorization_policy(spec: &Value) -> Vec<Cause> {
    let mut causes: Vec<Cause> = one_of(ACTIONS, &spec["action"], "spec.action").collect();
    for (path, rule) in items(&spec["rules"], "spec.rules") {
        for (path, condition) in items(&rule["when"], &format!("{path}.when")) {
            causes.extend(required(condition, &path, "key"));
        }
    }
    causes
}

fn destination_rule(spec: &Value) -> Vec<Cause> {
    let mut causes: Vec<Cause> = required(spec, "spec", "host").collect();
    causes.extend(traffic_policy(&spec["trafficPolicy"], "spec.trafficPolicy"));
    for (path, subset) in items(&spec["subsets"], "spec.subsets") {
        causes.extend(required(subset, &path, "name"));
        let policy = &subset["trafficPolicy"];
        causes.extend(traffic_policy(policy, &format!("{path}.trafficPolicy")));
    }
    causes
}

fn traffic_policy(policy: &Value, path: &str) -> Vec<Cause> {
    let mode = |policy: &Value, path: &str| {
        one_of(
            TLS_MODES,
            &policy["tls"]["mode"],
            &format!("{path}.tls.mode"),
        )
    };
    let ports = items(
        &policy["portLevelSettings"],
        &format!("{path}.portLevelSettings"),
    );
    let ports = ports.flat_map(|(path, port)| mode(port, &path));
    mode(policy, path).chain(ports).collect()
}

fn virtual_service(spec: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (path, http) in items(&spec["http"], "spec.http") {
        for (path, route) in items(&http["route"], &format!("{path}.route")) {
            causes.extend(required(route, &path, "destination"));
            if let Some(destination) = route.get("destination") {
                causes.extend(required(
                    destination,
                    &format!("{path}.destination"),
                    "host",
                ));
            }
        }
    }
    causes
}

fn peer_authentication_rules(spec: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let ports = &spec["portLevelMtls"];
    let chooses = fields(&spec["selector"]["matchLabels"]).next().is_some();
    if ports.is_object() && !chooses {
        causes.push(Cause::broken("spec", "portLevelMtls requires selector"));
    }
    if fields(ports).any(|(port, _)| !matches!(port.parse::<u16>(), Ok(1..))) {
        let path = "spec.portLevelMtls";
        causes.push(Cause::broken(path, "port must be between 1-65535"));
    }
    causes.extend(selector(&spec["selector"], "spec.selector"));
    causes
}

fn authorization_policy_rules(spec: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let targets = ["selector", "targetRef", "targetRefs"];
    if targets
        .iter()
        .filter(|field| spec.get(field).is_some())
        .count()
        > 1
    {
        let rule = "only one of targetRefs or selector can be set";
        causes.push(Cause::broken("spec", rule));
    }
    for (path, rule) in items(&spec["rules"], "spec.rules") {
        for (path, from) in items(&rule["from"], &format!("{path}.from")) {
            let source = &from["source"];
            let says = |fields: &[&str]| fields.iter().any(|field| source.get(field).is_some());
            if says(&["serviceAccounts", "notServiceAccounts"])
                && says(&["principals", "notPrincipals", "namespaces", "notNamespaces"])
            {
                let rule = "Cannot set serviceAccounts with namespaces or principals";
                causes.push(Cause::broken(&format!("{path}.source"), rule));
            }
        }
    }
    causes.extend(selector(&spec["selector"], "spec.selector"));
    causes
}

fn selector(selector: &Value, path: &str) -> Vec<Cause> {
    let path = format!("{path}.matchLabels");
    let labels = || fields(&selector["matchLabels"]);
    let mut causes = Vec::new();
    if labels().any(|(key, _)| key.contains('*')) {
        causes.push(Cause::broken(
            &path,
            "wildcard not allowed in label key match",
        ));
    }
    if labels().any(|(key, _)| key.is_empty()) {
        causes.push(Cause::broken(&path, "key must not be empty"));
    }
    for (key, value) in labels() {
        if value.as_str().is_some_and(|value| value.contains('*')) {
            let path = format!("{path}.{key}");
            causes.push(Cause::broken(
                &path,
                "wildcard not allowed in label value match",
            ));
        }
    }
    causes
}

fn one_of(words: &[&str], value: &Value, path: &str) -> impl Iterator<Item = Cause> + use<> {
    let word = value.as_str().filter(|word| !words.contains(word));
    let cause = word.map(|word| Cause::unsupported(path, word, words));
    cause.into_iter()
}

fn required(object: &Value, path: &str, field: &str) -> impl Iterator<Item = Cause> + use<> {
    let is_there = object.get(field).is_some();
    let cause = (!is_there).then(|| Cause::missing(&format!("{path}.{field}")));
    cause.into_iter()
}

/// The items of a list, each with its path.
fn items<'a>(list: &'a Value, path: &str) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
    let path = path.to_owned();
    let items = list.as_array().into_iter().flatten().enumerate();
    items.map(move |(index, item)| (format!("{path}[{index}]"), item))
}

fn fields(map: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = map.as_object().into_iter().flatten();
    fields.map(|(field, value)| (field.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The first thing that is wrong, with its place.
    fn told(kind: &str, spec: Value) -> Option<(String, String)> {
        let causes = broken(Kind::named(kind).unwrap(), &spec);
        let first = causes.first()?.told();
        let text = |field: &str| first[field].as_str().unwrap().to_owned();
        Some((text("field"), text("message")))
    }

    #[test]
    fn what_a_schema_takes_is_taken() {
        let labels = json!({ "matchLabels": { "app": "a" } });
        for (kind, spec) in [
            (
                "PeerAuthentication",
                json!({ "selector": {}, "mtls": { "mode": "STRICT" } }),
            ),
            (
                "PeerAuthentication",
                json!({ "selector": labels, "portLevelMtls": { "80": {}, "65535": { "mode": "UNSET" } } }),
            ),
            (
                "AuthorizationPolicy",
                json!({ "action": "DENY", "rules": [{}] }),
            ),
            (
                "DestinationRule",
                json!({ "host": "", "trafficPolicy": {} }),
            ),
            (
                "VirtualService",
                json!({ "http": [{ "route": [{ "destination": { "host": "a" } }] }] }),
            ),
        ] {
            assert_eq!(told(kind, spec.clone()), None, "{spec}");
        }
    }

    #[test]
    fn what_a_schema_refuses_is_refused_with_its_place() {
        let labels = json!({ "matchLabels": { "app": "a" } });
        let source = |source: Value| json!({ "rules": [{ "from": [{ "source": source }] }] });
        for (kind, spec, field, why) in [
            (
                "PeerAuthentication",
                json!({ "mtls": { "mode": "strict" } }),
                "spec.mtls.mode",
                "Unsupported",
            ),
            (
                "PeerAuthentication",
                json!({ "portLevelMtls": { "80": {} } }),
                "spec",
                "requires selector",
            ),
            (
                "PeerAuthentication",
                json!({ "selector": { "matchLabels": {} }, "portLevelMtls": { "80": {} } }),
                "spec",
                "requires selector",
            ),
            (
                "PeerAuthentication",
                json!({ "selector": labels, "portLevelMtls": {} }),
                "spec.portLevelMtls",
                "at least 1",
            ),
            (
                "PeerAuthentication",
                json!({ "selector": labels, "portLevelMtls": { "65536": {} } }),
                "spec.portLevelMtls",
                "between 1-65535",
            ),
            (
                "PeerAuthentication",
                json!({ "selector": labels, "portLevelMtls": { "80": { "mode": "ON" } } }),
                "spec.portLevelMtls.80.mode",
                "Unsupported",
            ),
            (
                "AuthorizationPolicy",
                json!({ "action": "PERMIT" }),
                "spec.action",
                "Unsupported",
            ),
            (
                "AuthorizationPolicy",
                json!({ "selector": {}, "targetRef": {} }),
                "spec",
                "only one of",
            ),
            (
                "AuthorizationPolicy",
                json!({ "selector": { "matchLabels": { "a": "b*" } } }),
                "spec.selector.matchLabels.a",
                "wildcard",
            ),
            (
                "AuthorizationPolicy",
                json!({ "selector": { "matchLabels": { "": "b" } } }),
                "spec.selector.matchLabels",
                "key must not",
            ),
            (
                "AuthorizationPolicy",
                source(json!({ "serviceAccounts": ["a"], "namespaces": ["b"] })),
                "spec.rules[0].from[0].source",
                "serviceAccounts",
            ),
            (
                "AuthorizationPolicy",
                json!({ "rules": [{ "when": [{ "values": ["a"] }] }] }),
                "spec.rules[0].when[0].key",
                "Required",
            ),
            ("DestinationRule", json!({}), "spec.host", "Required"),
            (
                "DestinationRule",
                json!({ "host": "a", "trafficPolicy": { "tls": { "mode": "BAD" } } }),
                "spec.trafficPolicy.tls.mode",
                "Unsupported",
            ),
            (
                "VirtualService",
                json!({ "http": [{ "route": [{ "weight": 1 }] }] }),
                "spec.http[0].route[0].destination",
                "Required",
            ),
        ] {
            let (at, says) = told(kind, spec.clone()).unwrap();
            assert_eq!(at, field, "{spec}");
            assert!(says.contains(why), "{spec}: {says}");
        }
    }
}
