//! What one rule of client access says that another says already.

use std::collections::{BTreeMap, BTreeSet};

use mesh::{Finding, Level};

use super::super::{super::words::few_and, ClientAccess, Rule};
use crate::Place;

/// What the rules of an intent say, as sets: each is looked at once, and no two of them are compared twice.
pub(super) struct Already<'a> {
    rules: BTreeMap<usize, Said<'a>>,
    /// The first rule of those that say the same.
    first: BTreeMap<Said<'a>, usize>,
    /// The rules that let in all of a namespace.
    naming: BTreeMap<&'a str, Vec<usize>>,
}

/// What a rule says, in whatever order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said<'a> {
    accounts: BTreeSet<&'a str>,
    namespaces: BTreeSet<&'a str>,
    methods: BTreeSet<&'a str>,
    paths: BTreeSet<&'a str>,
}

impl<'a> Already<'a> {
    /// Reads the rules that count.
    pub(super) fn of(intent: &'a ClientAccess) -> Self {
        let rules = intent.counted().map(|(row, rule)| (row, Said::of(rule)));
        let rules: BTreeMap<usize, Said<'a>> = rules.collect();
        let mut first = BTreeMap::new();
        let mut naming: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, said) in &rules {
            first.entry(said.clone()).or_insert(*row);
            for namespace in &said.namespaces {
                naming.entry(namespace).or_default().push(*row);
            }
        }
        Self {
            rules,
            first,
            naming,
        }
    }

    /// What a rule says in vain.
    pub(super) fn findings(&self, at: &Place<'_>, row: usize) -> Vec<Finding> {
        let Some(said) = self.rules.get(&row) else {
            return Vec::new();
        };
        let note = |code, says| {
            let field = format!("rules.{row}.accounts");
            at.finding(Level::Note, code, field, says, "")
        };
        let first = self.first[said];
        if first < row {
            let says = format!("Rule {} says the same as rule {}.", row + 1, first + 1);
            return vec![note("rule_twice", says)];
        }
        let mut by_namespace: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for account in &said.accounts {
            if let Some((namespace, name)) = account.split_once('/') {
                by_namespace.entry(namespace).or_default().push(name);
            }
        }
        let mut allows: BTreeMap<usize, bool> = BTreeMap::new();
        let mut allows_all = |other: &usize| {
            let compare = || self.rules[other].allows_all_of(said);
            *allows.entry(*other).or_insert_with(compare)
        };
        let within = by_namespace.into_iter().filter_map(|(namespace, names)| {
            let mut naming = self.naming.get(namespace).into_iter().flatten();
            let other = naming.find(|other| allows_all(other))?;
            let says = format!(
                "Rule {} lets in all of {namespace} already, {} with it.",
                other + 1,
                few_and(&names)
            );
            Some(note("account_within_namespace", says))
        });
        within.collect()
    }
}

impl<'a> Said<'a> {
    fn of(rule: &'a Rule) -> Self {
        let set = |list: &'a [String]| list.iter().map(String::as_str).collect();
        Self {
            accounts: set(&rule.accounts),
            namespaces: set(&rule.namespaces),
            methods: set(&rule.methods),
            paths: set(&rule.paths),
        }
    }

    /// Whether it lets do all that another rule does, whoever may.
    fn allows_all_of(&self, other: &Self) -> bool {
        #[cfg(test)]
        tests::COMPARED.with(|compared| compared.set(compared.get() + 1));
        let covers = |own: &BTreeSet<&str>, others: &BTreeSet<&str>| {
            own.is_empty() || !others.is_empty() && others.is_subset(own)
        };
        covers(&self.methods, &other.methods) && covers(&self.paths, &other.paths)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::{CloudName, Facts, IntentName, Owner, kinds::client_access::Access};

    thread_local! {
        pub(super) static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn no_two_rules_are_compared_twice_however_many_accounts_they_name() {
        let texts =
            |all: std::ops::Range<usize>, text: &dyn Fn(usize) -> String| all.map(text).collect();
        let rule = |row: usize| Rule {
            accounts: texts(0..3, &|n| format!("n{n}/a{row}")),
            namespaces: texts(0..2, &|n| format!("n{n}")),
            methods: texts(0..200, &|n| format!("M{n}")),
            paths: texts(0..200, &|n| format!("/{row}/{n}")),
        };
        let intent = ClientAccess {
            service: "default/ratings".into(),
            access: Access::Listed,
            rules: (0..100).map(rule).collect(),
        };
        let owner = Owner {
            installation: "demo".into(),
            cloud: CloudName::read("shop").unwrap(),
            intent: IntentName::read("it").unwrap(),
        };
        let facts = Facts::example();
        let at = Place::at(&facts, &owner);
        let said = Already::of(&intent);
        COMPARED.set(0);
        let found: usize = (0..100).map(|row| said.findings(&at, row).len()).sum();
        // Each says in two namespaces what it says itself of all of them; before it, each of the others was compared.
        assert_eq!((found, COMPARED.get()), (200, 100 * 101 / 2));
    }
}
