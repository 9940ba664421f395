//! Which workloads would accept something else than now.

use std::collections::BTreeSet;

use intent::Turn;
use mesh::{
    Namespace, Sidecar, Snapshot, Workload,
    mtls::{Accepts, Mode, Policies},
};

/// The workloads of some namespaces of a site that accept something else afterwards, without the site. A
/// port that does not turn with the rest of its workload is told beside it, even if it stays as it is.
pub(crate) fn turns(before: &Snapshot, after: &Snapshot, namespaces: &[Namespace]) -> Vec<Turn> {
    let (now, then) = (Policies::of(before), Policies::of(after));
    let workloads = before.workloads();
    let ours = workloads
        .iter()
        .filter(|workload| namespaces.contains(&workload.namespace));
    ours.flat_map(|workload| {
        let now = Answer::of(&now, workload);
        let then = Answer::of(&then, workload);
        of_workload(workload, &now, &then)
    })
    .collect()
}

/// What a workload accepts; nothing, if it cannot be told.
struct Answer(Option<Accepts>);

impl Answer {
    fn of(policies: &Policies<'_>, workload: &Workload) -> Self {
        Self(policies.accepts(workload).ok())
    }

    /// On every port that is not named, where there are sidecars.
    fn elsewhere(&self) -> Option<Mode> {
        self.0.as_ref().map(|accepts| accepts.mode)
    }

    /// On a port, where there are sidecars.
    fn on(&self, port: u16) -> Option<Mode> {
        self.0.as_ref().map(|accepts| accepts.proxied_on(port).0)
    }

    /// Whether some pods have a sidecar and others have none.
    fn is_partly(&self) -> bool {
        let accepts = self.0.as_ref();
        accepts.is_some_and(|accepts| accepts.sidecar == Sidecar::Some)
    }

    fn ports(&self) -> impl Iterator<Item = u16> {
        let ports = self.0.iter().flat_map(|accepts| &accepts.ports);
        ports.map(|port| port.port)
    }
}

fn of_workload(workload: &Workload, now: &Answer, then: &Answer) -> Vec<Turn> {
    let now_is_partly = now.is_partly();
    let turn = |port, now, after| Turn {
        workload: workload.to_string(),
        port,
        now,
        after,
        partly: now_is_partly,
        sites: Vec::new(),
    };
    let whole = turn(None, now.elsewhere(), then.elsewhere());
    let ports: BTreeSet<u16> = now.ports().chain(then.ports()).collect();
    let apart: Vec<Turn> = ports
        .into_iter()
        .map(|port| turn(Some(port), now.on(port), then.on(port)))
        .filter(|port| (port.now, port.after) != (whole.now, whole.after))
        .filter(|port| port.now != port.after || whole.now != whole.after)
        .collect();
    let whole = (whole.now != whole.after).then_some(whole);
    whole.into_iter().chain(apart).collect()
}
