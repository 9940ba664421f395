//! What is said about fields that belong to somebody else.

use std::collections::BTreeMap;

use crate::{cause::Cause, failure::Failure, fields::dotted, kinds::Kind};

use super::{Conflict, Operation, Owner};

/// Says which fields belong to whom, in the words of a real API server.
pub(crate) fn contested(kind: &Kind, conflicts: &[Conflict]) -> Failure {
    let causes: Vec<Cause> = conflicts
        .iter()
        .map(|conflict| {
            let message = format!("conflict with {}", conflict.owner.described(kind));
            Cause::contested(&dotted(&conflict.path), message)
        })
        .collect();
    let message = match conflicts {
        [Conflict { owner, path }] => format!(
            "Apply failed with 1 conflict: conflict with {}: {}",
            owner.described(kind),
            dotted(path)
        ),
        several => {
            let mut by_owner: BTreeMap<&Owner, String> = BTreeMap::new();
            for Conflict { owner, path } in several {
                let paths = by_owner.entry(owner).or_default();
                paths.push_str("\n- ");
                paths.push_str(&dotted(path));
            }
            let owners: Vec<String> = by_owner
                .into_iter()
                .map(|(owner, paths)| format!("conflicts with {}:{paths}", owner.described(kind)))
                .collect();
            let count = several.len();
            format!("Apply failed with {count} conflicts: {}", owners.join("\n"))
        }
    };
    Failure::contested(message, &causes)
}

impl Owner {
    fn described(&self, kind: &Kind) -> String {
        match self.operation {
            Operation::Apply => format!("{:?}", self.manager),
            Operation::Update => format!("{:?} using {}", self.manager, kind.api_version()),
        }
    }
}
