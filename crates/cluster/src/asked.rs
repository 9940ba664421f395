//! Answers about rights, kept for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kube::Client;
use mesh::{Namespace, ResourceKind};
use tokio::{
    sync,
    time::{Instant, timeout},
};

use crate::{
    Error, Rights,
    guard::{ANSWERS_WITHIN, Limit},
    rights::rights,
    watch::ASKS_AGAIN,
};

/// How long an answer holds; a failure holds for as long as the watches wait.
const HOLDS: Duration = Duration::from_secs(60);

/// What was answered about the rights in one cluster, by the namespaces that were asked for.
#[derive(Default)]
pub(crate) struct Asked {
    answers: Mutex<HashMap<Vec<Namespace>, Place>>,
}

/// Where one answer is kept; whoever asks holds it.
type Place = Arc<sync::Mutex<Option<Answer>>>;

struct Answer {
    until: Instant,
    rights: Result<Rights, Error>,
}

impl Asked {
    /// What was answered not long ago, else what is answered now. Those who ask at once ask once.
    pub(crate) async fn rights(
        &self,
        client: &Client,
        root: &Namespace,
        namespaces: &[Namespace],
        writes: &[ResourceKind],
    ) -> Result<Rights, Error> {
        let place = self.place(namespaces);
        let mut place = place.lock().await;
        if let Some(answer) = &*place
            && Instant::now() < answer.until
        {
            return answer.rights.clone();
        }
        // What is asked may have to wait for its turn: that counts.
        let rights = timeout(ANSWERS_WITHIN, rights(client, root, namespaces, writes)).await;
        let rights = rights.unwrap_or_else(|_| Err(Error::Unreachable(Limit::Late.to_string())));
        let holds = if rights.is_ok() { HOLDS } else { ASKS_AGAIN };
        *place = Some(Answer {
            until: Instant::now() + holds,
            rights: rights.clone(),
        });
        rights
    }

    fn place(&self, namespaces: &[Namespace]) -> Place {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.entry(namespaces.to_vec()).or_default().clone()
    }
}
