//! What istiod refuses in an AuthorizationPolicy.

use std::net::IpAddr;

use serde_json::Value;

use super::{Verdict, is_empty, list, port, text};

pub(super) fn authorization_policy(spec: &Value) -> Verdict {
    let action = spec["action"].as_str().unwrap_or("ALLOW");
    let rules = list(&spec["rules"]);
    if rules.is_empty() && matches!(action, "DENY" | "CUSTOM") {
        let why = "is meaningless as it will never be triggered";
        return Err(format!("{action} action without `rules` {why}"));
    }
    let provider = &spec["provider"];
    if action == "CUSTOM" && text(&provider["name"]).is_empty() {
        return Err("`provider.name` must be set with CUSTOM action".into());
    }
    if action != "CUSTOM" && !provider.is_null() {
        return Err(format!(
            "`provider` must not be with non CUSTOM action, found {action}"
        ));
    }
    for (index, it) in rules.iter().enumerate() {
        rule(it, index)?;
    }
    Ok(())
}

/// An empty `from` or `to` is the same as none, but each entry has to say something.
fn rule(rule: &Value, index: usize) -> Verdict {
    for from in list(&rule["from"]) {
        let source = &from["source"];
        speaks(source)
            .ok_or_else(|| format!("`from.source` must not be empty, found at rule {index}"))?;
        filled(source)?;
        for field in [
            "ipBlocks",
            "notIpBlocks",
            "remoteIpBlocks",
            "notRemoteIpBlocks",
        ] {
            each(&source[field], address)?;
        }
    }
    for to in list(&rule["to"]) {
        let operation = &to["operation"];
        speaks(operation)
            .ok_or_else(|| format!("`to.operation` must not be empty, found at rule {index}"))?;
        filled(operation)?;
        for field in ["ports", "notPorts"] {
            each(&operation[field], |number| port(number, field))?;
        }
    }
    for condition in list(&rule["when"]) {
        let key = text(&condition["key"]);
        if key.is_empty() {
            return Err("`key` must not be empty".into());
        }
        if is_empty(&condition["values"]) && is_empty(&condition["notValues"]) {
            return Err(format!(
                "at least one of `values` or `notValues` must be set for key {key}"
            ));
        }
        filled(condition)?;
    }
    Ok(())
}

/// Refuses lists that hold an empty text.
fn filled(fields: &Value) -> Verdict {
    for (field, value) in fields.as_object().into_iter().flatten() {
        if list(value).iter().any(|item| text(item).is_empty()) {
            return Err(format!("`{field}` must not contain an empty value"));
        }
    }
    Ok(())
}

fn each(values: &Value, check: impl Fn(&str) -> Verdict) -> Verdict {
    list(values).iter().try_for_each(|value| check(text(value)))
}

fn address(block: &str) -> Verdict {
    let (address, length) = match block.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (block, None),
    };
    let longest = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return Err(format!("bad IP address ({block})")),
    };
    match length.map(str::parse::<u8>) {
        None => Ok(()),
        Some(Ok(length)) if length <= longest => Ok(()),
        Some(_) => Err(format!("bad CIDR range ({block})")),
    }
}

/// Something, if a list of the object says something.
fn speaks(object: &Value) -> Option<()> {
    let mut values = object.as_object()?.values();
    values.any(|value| !is_empty(value)).then_some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_istiod_takes_is_taken() {
        for spec in [
            json!({}),
            json!({ "rules": [{}] }),
            json!({ "rules": [{ "from": [], "to": [] }] }),
            json!({ "action": "CUSTOM", "provider": { "name": "p" }, "rules": [{}] }),
            json!({ "rules": [{
                "from": [{ "source": { "ipBlocks": ["10.0.0.1", "10.0.0.0/8", "::1/128"] } }],
                "to": [{ "operation": { "ports": ["80"], "paths": ["/a*"], "methods": ["GET"] } }],
                "when": [{ "key": "request.headers[x]", "notValues": ["y"] }],
            }] }),
        ] {
            assert_eq!(authorization_policy(&spec), Ok(()), "{spec}");
        }
    }

    #[test]
    fn what_istiod_refuses_is_refused() {
        let from = |source: Value| json!({ "rules": [{ "from": [{ "source": source }] }] });
        let to = |operation: Value| json!({ "rules": [{ "to": [{ "operation": operation }] }] });
        let when = |condition: Value| json!({ "rules": [{ "when": [condition] }] });
        for (spec, why) in [
            (json!({ "action": "DENY" }), "without `rules`"),
            (
                json!({ "action": "CUSTOM", "rules": [{}] }),
                "`provider.name`",
            ),
            (
                json!({ "provider": { "name": "p" } }),
                "`provider` must not",
            ),
            (json!({ "rules": [{ "from": [{}] }] }), "`from.source`"),
            (from(json!({})), "`from.source`"),
            (from(json!({ "principals": [] })), "`from.source`"),
            (from(json!({ "namespaces": ["a", ""] })), "`namespaces`"),
            (from(json!({ "ipBlocks": ["10.0.0.0/33"] })), "bad CIDR"),
            (from(json!({ "notRemoteIpBlocks": ["here"] })), "bad IP"),
            (json!({ "rules": [{ "to": [{}] }] }), "`to.operation`"),
            (to(json!({ "methods": [""] })), "`methods`"),
            (to(json!({ "paths": ["/a", ""] })), "`paths`"),
            (to(json!({ "notPorts": ["0"] })), "notPorts: port 0"),
            (when(json!({ "key": "", "values": ["a"] })), "`key`"),
            (when(json!({ "key": "source.ip" })), "at least one of"),
        ] {
            let verdict = authorization_policy(&spec).unwrap_err();
            assert!(verdict.contains(why), "{spec}: {verdict}");
        }
    }
}
