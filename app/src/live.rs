//! What an open page hears of its cloud, as it happens.

#[cfg(feature = "hydrate")]
mod line;
mod retry;

use intent::{Closing, CloudName, IntentLive, IntentName, Live, SiteStatus, Time};
use leptos::prelude::*;

/// How well this page hears of its cloud.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only browsers listen")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hearing {
    /// It does not listen: there is no cloud, or nobody looks.
    Off,
    /// It began to listen.
    Opening,
    /// What changes arrives as it happens.
    Live,
    /// Nothing arrives; it tries again.
    Lost,
    /// Nothing will arrive any more.
    Over(Closing),
}

/// What a page heard of its cloud. On the server, nothing ever is.
#[derive(Clone, Copy)]
pub(crate) struct Ear {
    cloud: Memo<Option<CloudName>>,
    /// The latest state that was heard; none before the first.
    pub(crate) now: RwSignal<Option<Live>>,
    /// When anything was heard last, by the clock of the browser.
    pub(crate) heard: RwSignal<Option<Time>>,
    /// How well.
    pub(crate) hearing: RwSignal<Hearing>,
    /// The last act and the last row of a journal that are in what came with the page.
    pub(crate) base: RwSignal<Option<(i64, i64)>>,
    /// Goes up when something was done in the cloud that is not in what came with the page.
    pub(crate) papers: RwSignal<u32>,
    /// Goes up when something was written about a rollout, likewise.
    pub(crate) notes: RwSignal<u32>,
    /// Goes up when something was written or changed on a site, at most once a second.
    pub(crate) turns: RwSignal<u32>,
    /// Goes up to listen anew.
    again: RwSignal<u32>,
}

/// Begins to listen, for the frame and the pages in it.
pub(crate) fn provide_ear(cloud: Memo<Option<CloudName>>) {
    let ear = Ear {
        cloud,
        now: RwSignal::new(None),
        heard: RwSignal::new(None),
        hearing: RwSignal::new(Hearing::Off),
        base: RwSignal::new(None),
        papers: RwSignal::new(0),
        notes: RwSignal::new(0),
        turns: RwSignal::new(0),
        again: RwSignal::new(0),
    };
    provide_context(ear);
    #[cfg(feature = "hydrate")]
    line::listen(ear);
}

/// What this page hears.
pub(crate) fn ear() -> Ear {
    expect_context::<Ear>()
}

impl Ear {
    /// The state of the cloud that is shown: what was heard last, or what came with the page where that is newer.
    pub(crate) fn over(self, cloud: &CloudName, page: Live) -> Memo<Live> {
        let cloud = cloud.clone();
        Memo::new(move |_| {
            let is_of_it = self.cloud.with(|here| here.as_ref() == Some(&cloud));
            self.now.with(|heard| match heard {
                Some(heard) if is_of_it && heard.at >= page.at => heard.clone(),
                _ => page.clone(),
            })
        })
    }

    /// Listens anew, at once.
    pub(crate) fn again(self) {
        self.again.update(|times| *times += 1);
    }
}

/// How one intent stands.
pub(crate) fn intent(live: Memo<Live>, name: IntentName) -> Memo<Option<IntentLive>> {
    Memo::new(move |_| live.with(|live| live.intents.get(&name).cloned()))
}

/// How one intent stands on one site.
pub(crate) fn at(live: Memo<Live>, name: IntentName, site: String) -> Memo<Option<SiteStatus>> {
    Memo::new(move |_| live.with(|live| live.intents.get(&name)?.sites.get(&site).copied()))
}
