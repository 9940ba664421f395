//! What istiod refuses in a DestinationRule.

use std::net::IpAddr;

use serde_json::Value;

use super::{Verdict, list, port, text};

pub(super) fn destination_rule(spec: &Value) -> Verdict {
    host(text(&spec["host"]))?;
    traffic_policy(&spec["trafficPolicy"])?;
    let mut names: Vec<&str> = Vec::new();
    for subset in list(&spec["subsets"]) {
        let name = text(&subset["name"]);
        if !is_label(name) {
            return Err(format!("subset name is invalid: {name}"));
        }
        if names.contains(&name) {
            return Err(format!("duplicate subset names: {name}"));
        }
        names.push(name);
        traffic_policy(&subset["trafficPolicy"])?;
    }
    Ok(())
}

fn traffic_policy(policy: &Value) -> Verdict {
    if policy.is_null() {
        return Ok(());
    }
    if policy.as_object().is_none_or(|fields| fields.is_empty()) {
        return Err("traffic policy must have at least one field".into());
    }
    tls(&policy["tls"])?;
    for settings in list(&policy["portLevelSettings"]) {
        match settings["port"]["number"].as_u64() {
            Some(number) => port(&number.to_string(), "portLevelSettings")?,
            None => return Err("portLevelSettings must set a port".into()),
        }
        if settings.as_object().is_none_or(|fields| fields.len() < 2) {
            return Err("port traffic policy must have at least one field beside its port".into());
        }
        tls(&settings["tls"])?;
    }
    Ok(())
}

fn tls(tls: &Value) -> Verdict {
    if tls["mode"] != "MUTUAL" || !text(&tls["credentialName"]).is_empty() {
        return Ok(());
    }
    for (field, what) in [
        ("clientCertificate", "client certificate"),
        ("privateKey", "private key"),
    ] {
        if text(&tls[field]).is_empty() {
            return Err(format!("{what} required for mutual tls"));
        }
    }
    Ok(())
}

/// A host name, whose first label may be a wildcard or begin with one.
fn host(name: &str) -> Verdict {
    let invalid = || format!("domain name {name:?} invalid");
    let plain = name.strip_suffix('.').unwrap_or(name);
    if plain.is_empty() || name.len() > 255 || name.parse::<IpAddr>().is_ok() {
        return Err(invalid());
    }
    let mut labels = plain.split('.');
    let first = labels.next().unwrap_or_default();
    let is_wild = first == "*";
    let first = first.strip_prefix('*').unwrap_or(first);
    let first = first
        .strip_prefix('-')
        .filter(|_| name.starts_with('*'))
        .unwrap_or(first);
    let is_host = |label: &str| is_label(&label.to_ascii_lowercase());
    if (is_wild || is_host(first)) && labels.all(is_host) {
        Ok(())
    } else {
        Err(invalid())
    }
}

fn is_label(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&text.len())
        && text.chars().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn to(policy: Value) -> Value {
        json!({ "host": "a", "trafficPolicy": policy })
    }

    #[test]
    fn what_istiod_takes_is_taken() {
        for spec in [
            json!({ "host": "reviews" }),
            json!({ "host": "*.example.com" }),
            json!({ "host": "*-x.example.com." }),
            json!({ "host": "*" }),
            to(json!({ "tls": { "mode": "ISTIO_MUTUAL" } })),
            to(json!({ "tls": { "mode": "MUTUAL", "credentialName": "c" } })),
            to(json!({ "portLevelSettings": [{ "port": { "number": 80 }, "tls": {} }] })),
            json!({ "host": "a", "subsets": [{ "name": "v1" }, { "name": "v2" }] }),
        ] {
            assert_eq!(destination_rule(&spec), Ok(()), "{spec}");
        }
    }

    #[test]
    fn what_istiod_refuses_is_refused() {
        let ports = |settings: Value| to(json!({ "portLevelSettings": [settings] }));
        for (spec, why) in [
            (json!({}), "domain name"),
            (json!({ "host": "a.*.b" }), "domain name"),
            (json!({ "host": "1.1.1.1" }), "domain name"),
            (to(json!({})), "at least one field"),
            (
                to(json!({ "tls": { "mode": "MUTUAL" } })),
                "client certificate",
            ),
            (ports(json!({ "tls": {} })), "must set a port"),
            (
                ports(json!({ "port": { "number": 0 }, "tls": {} })),
                "port 0",
            ),
            (
                ports(json!({ "port": { "number": 80 } })),
                "beside its port",
            ),
            (
                json!({ "host": "a", "subsets": [{ "name": "a_b" }] }),
                "subset name",
            ),
            (
                json!({ "host": "a", "subsets": [{ "name": "x" }, { "name": "x" }] }),
                "duplicate",
            ),
            (
                json!({ "host": "a", "subsets": [{ "name": "x", "trafficPolicy": {} }] }),
                "at least one field",
            ),
        ] {
            let verdict = destination_rule(&spec).unwrap_err();
            assert!(verdict.contains(why), "{spec}: {verdict}");
        }
    }
}
