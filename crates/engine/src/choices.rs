//! What can be chosen in forms, from the facts of all sites.

use std::collections::BTreeMap;

use intent::{Choices, Facts, Offer};

/// Joins what the sites of a cloud offer; what is not on all of them says where it is.
pub(crate) fn choices<'a>(sites: impl IntoIterator<Item = &'a Facts>) -> Choices {
    let mut all = Joined::default();
    for facts in sites {
        all.add(facts);
    }
    let sites = all.sites;
    let own = all.namespaces.offers(sites);
    let everywhere = own.iter().cloned().chain(all.others.offers(sites));
    Choices {
        everywhere: everywhere.collect(),
        namespaces: own,
        services: all.services.offers(sites),
        workloads: all.workloads.offers(sites),
        accounts: all.accounts.offers(sites),
        ports: all.ports.offers(sites),
    }
}

#[derive(Default)]
struct Joined {
    sites: usize,
    namespaces: Things,
    others: Things,
    services: Things,
    workloads: Things,
    accounts: Things,
    ports: Things,
}

impl Joined {
    fn add(&mut self, facts: &Facts) {
        self.sites += 1;
        let site = facts.site.as_str();
        for namespace in &facts.namespaces {
            self.namespaces.add(site, namespace, "");
        }
        for namespace in &facts.others {
            self.others.add(site, namespace, "");
        }
        for service in &facts.services {
            let name = service.to_string();
            let about = [labels(&service.selector), pods(service.pods)].join(" · ");
            self.services.add(site, &name, &about);
            for port in &service.ports {
                let about = [port.name.as_str(), &port.protocol].join(" ");
                for target in &port.targets {
                    self.ports.add_of(site, *target, &name, about.trim());
                }
            }
        }
        let mut runs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for workload in &facts.workloads {
            let name = workload.to_string();
            let about = [labels(&workload.selector), pods(workload.pods)].join(" · ");
            self.workloads.add(site, &name, &about);
            for port in &workload.ports {
                self.ports.add_of(site, *port, &name, "");
            }
            let account = workload.account.as_str();
            runs.entry(account).or_default().push(&workload.name);
        }
        for account in &facts.accounts {
            let about = runs
                .get(account.as_str())
                .map_or(String::new(), |who| who.join(", "));
            self.accounts.add(site, account, &about);
        }
    }
}

/// Things by what they belong to, name and number, with what each site says of them.
#[derive(Default)]
struct Things(BTreeMap<Thing, Vec<(String, String)>>);

/// What something belongs to, its number if it has one, and its name.
type Thing = (Option<String>, u16, String);

impl Things {
    fn add(&mut self, site: &str, name: &str, about: &str) {
        let key = (None, 0, name.to_owned());
        self.say(key, site, about);
    }

    fn add_of(&mut self, site: &str, port: u16, of: &str, about: &str) {
        let key = (Some(of.to_owned()), port, port.to_string());
        self.say(key, site, about);
    }

    /// A workload and a service of one name may offer the same port; whoever says more of it counts.
    fn say(&mut self, key: Thing, site: &str, about: &str) {
        let says = self.0.entry(key).or_default();
        match says.iter_mut().find(|(known, _)| known == site) {
            Some((_, known)) if known.is_empty() => about.clone_into(known),
            Some(_) => {}
            None => says.push((site.into(), about.into())),
        }
    }

    fn offers(self, sites: usize) -> Vec<Offer> {
        let things = self.0.into_iter();
        things
            .map(|((of, _, value), says)| Offer {
                value,
                about: about(&says, sites),
                of,
            })
            .collect()
    }
}

/// Joins what the sites say: once, where all say the same.
fn about(says: &[(String, String)], sites: usize) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (site, text) in says {
        match groups.iter_mut().find(|(known, _)| known == text) {
            Some((_, known)) => known.push(site),
            None => groups.push((text, vec![site])),
        }
    }
    if let [(text, on)] = &groups[..]
        && on.len() == sites
    {
        return (*text).into();
    }
    let parts = groups.iter().map(|(text, on)| {
        let on = on.join(" and ");
        let part = format!("{text} on {on}");
        part.trim_start().to_owned()
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn labels(selector: &mesh::Labels) -> String {
    if selector.is_empty() {
        return "no selector".into();
    }
    let labels = selector.iter().map(|(key, value)| format!("{key}={value}"));
    labels.collect::<Vec<_>>().join(", ")
}

fn pods(count: usize) -> String {
    match count {
        1 => "1 pod".into(),
        count => format!("{count} pods"),
    }
}

#[cfg(test)]
mod tests {
    use intent::{PortFact, ServiceFact, WorkloadFact};
    use mesh::Labels;

    use super::*;

    fn site(name: &str, pods: usize) -> Facts {
        let selector = Labels::from([("app".into(), "reviews".into())]);
        Facts {
            site: name.into(),
            namespaces: vec!["default".into()],
            others: vec!["tools".into()],
            services: vec![ServiceFact {
                namespace: "default".into(),
                name: "reviews".into(),
                selector: selector.clone(),
                ports: vec![PortFact {
                    port: 80,
                    name: "http".into(),
                    protocol: "HTTP".into(),
                    http: Some(true),
                    targets: vec![9080],
                }],
                pods,
                ..ServiceFact::default()
            }],
            workloads: vec![WorkloadFact {
                namespace: "default".into(),
                name: "reviews".into(),
                selector,
                ports: vec![9080, 9090],
                pods,
                account: "default/bookinfo".into(),
                ..WorkloadFact::default()
            }],
            accounts: vec!["default/bookinfo".into(), "tools/sleep".into()],
            ..Facts::default()
        }
    }

    fn offer(value: &str, about: &str, of: Option<&str>) -> Offer {
        Offer {
            value: value.into(),
            about: about.into(),
            of: of.map(Into::into),
        }
    }

    #[test]
    fn what_is_alike_on_all_sites_is_told_once() {
        let (eu, us) = (site("eu", 1), site("us", 1));
        let choices = choices([&eu, &us]);
        let default = offer("default", "", None);
        assert_eq!(choices.namespaces, std::slice::from_ref(&default));
        assert_eq!(choices.everywhere, [default, offer("tools", "", None)]);
        let reviews = offer("default/reviews", "app=reviews · 1 pod", None);
        assert_eq!(choices.services, std::slice::from_ref(&reviews));
        assert_eq!(choices.workloads, [reviews]);
        let accounts = [
            offer("default/bookinfo", "reviews", None),
            offer("tools/sleep", "", None),
        ];
        assert_eq!(choices.accounts, accounts);
        let of = Some("default/reviews");
        let ports = [offer("9080", "http HTTP", of), offer("9090", "", of)];
        assert_eq!(choices.ports, ports);
    }

    #[test]
    fn what_differs_says_where() {
        let (eu, us, ap) = (site("eu", 1), site("us", 2), Facts::default());
        let choices = choices([&eu, &us, &ap]);
        let about = "app=reviews · 1 pod on eu; app=reviews · 2 pods on us";
        assert_eq!(choices.services, [offer("default/reviews", about, None)]);
        assert_eq!(choices.namespaces, [offer("default", "on eu and us", None)]);
    }
}
