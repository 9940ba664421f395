//! The one place from which clusters are changed: by requests of a rollout that was claimed, one at a time.

use cluster::{Answer, Cluster, Seen};
use intent::rollout::{Ask, Direction, How, Saw, Step, Told};

/// Sends a request. What it asks for are the bytes that were kept when its rollout was claimed.
#[expect(
    clippy::disallowed_methods,
    reason = "a claimed rollout was approved, and its journal says that this is about to be sent"
)]
pub(crate) async fn send(cluster: &Cluster, ask: &Ask) -> Told {
    let seen = Seen {
        uid: ask.lock.uid.clone(),
        resource_version: ask.lock.resource_version.clone(),
    };
    told(match (&ask.wanted, ask.how) {
        (Some(manifest), How::Apply) => cluster.apply(manifest, &seen).await,
        (Some(manifest), How::Restore) => cluster.restore(manifest, &seen).await,
        (None, _) => cluster.remove(&ask.key, &seen).await,
    })
}

/// Looks at the object of a step.
pub(crate) async fn look(cluster: &Cluster, step: &Step, direction: Direction) -> Saw {
    match cluster.read(&step.key).await {
        Ok(live) => step.saw(direction, live.as_ref()),
        Err(error) => Saw::Unknown(error.to_string()),
    }
}

/// An answer as it is kept.
fn told(answer: Answer) -> Told {
    match answer {
        Answer::Done {
            uid,
            resource_version,
            resource: _,
        } => Told::Done {
            uid,
            resource_version,
        },
        Answer::Removed { uid: _ } => Told::Removed,
        Answer::Refused { code, says, field } => Told::Refused { code, says, field },
        Answer::Conflict { owner, field } => Told::Conflict { owner, field },
        Answer::Moved => Told::Moved,
        Answer::Unknown(says) => Told::Unknown(says),
        Answer::Unreachable(says) => Told::Unreachable(says),
    }
}
