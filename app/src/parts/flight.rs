//! What waits for me, for the whole frame.

use intent::{CloudName, InFlight};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{AppError, api::reviews::in_flight, live::ear};

/// What waits for whoever is here, in the cloud that the frame shows. Read again on each page, and once
/// anybody did something about it.
#[derive(Clone, Copy)]
pub(crate) struct Flight {
    /// What was read last; none where there is no cloud.
    pub(crate) now: Resource<Result<Option<InFlight>, AppError>>,
    again: RwSignal<u32>,
}

impl Flight {
    /// Reads it again.
    pub(crate) fn look_again(self) {
        self.again.update(|times| *times += 1);
    }

    /// How many revisions wait for me; none where it is not known.
    pub(crate) async fn waiting(self) -> u32 {
        match self.now.await {
            Ok(Some(flight)) => flight.waiting,
            Ok(None) | Err(_) => 0,
        }
    }
}

/// Begins to read what waits, for the frame and the pages in it.
pub(crate) fn provide_flight(cloud: Memo<Option<CloudName>>) {
    let path = use_location().pathname;
    let again = RwSignal::new(0);
    let papers = ear().papers;
    let now = Resource::new_blocking(
        move || (cloud.get(), path.get(), again.get() + papers.get()),
        |(cloud, ..)| async move {
            match cloud {
                Some(cloud) => in_flight(cloud).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // What is heard later is compared with what is in this.
    let base = ear().base;
    Effect::new(move |_| {
        if let Some(Ok(Some(flight))) = now.get() {
            base.set(Some((flight.acts, flight.notes)));
        }
    });
    provide_context(Flight { now, again });
}

/// What waits for me.
pub(crate) fn flight() -> Flight {
    expect_context::<Flight>()
}
