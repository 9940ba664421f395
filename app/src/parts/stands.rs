//! How intents stand on each site, as it changes.

use intent::{SiteStatus, Status};
use leptos::prelude::*;

use super::{status::StatusMark, time::Moment, words::count};

/// How an intent stands on a site, in the cell of a table.
#[component]
pub(crate) fn StandsAt(standing: Memo<Option<SiteStatus>>) -> impl IntoView {
    let show = move || match standing.get() {
        Some(SiteStatus { status, since, .. }) => {
            let since = (status == Status::Unknown)
                .then(|| view! { <small>" since "<Moment at=since/></small> });
            view! { <StatusMark status/>{since} }.into_any()
        }
        None => view! { <span class="quiet">"not rolled out"</span> }.into_any(),
    };
    view! { <span class:changed=changed(standing)>{show}</span> }
}

/// What an intent differs in on a site: "1 of 2 objects differs".
pub(crate) fn differs(standing: &SiteStatus) -> String {
    let SiteStatus {
        status, differ, of, ..
    } = *standing;
    if status == Status::Unknown {
        return format!("{}, not read now", count(of, "object"));
    }
    match differ {
        0 => format!("{} as applied", count(of, "object")),
        1 => format!("1 of {} differs", count(of, "object")),
        differ => format!("{differ} of {} differ", count(of, "object")),
    }
}

/// Whether something changed a moment ago: it glows for a second.
pub(crate) fn changed<T: PartialEq + Clone + Send + Sync + 'static>(
    value: Memo<T>,
) -> Signal<bool> {
    let glows = RwSignal::new(false);
    Effect::new(move |before: Option<T>| {
        let now = value.get();
        if before.is_some_and(|before| before != now) {
            glows.set(true);
            set_timeout(
                move || {
                    // The row may be gone by then.
                    let _ = glows.try_set(false);
                },
                std::time::Duration::from_secs(1),
            );
        }
        now
    });
    glows.into()
}

#[cfg(test)]
mod tests {
    use mesh::Time;

    use super::*;

    #[test]
    fn what_differs_is_counted_in_words() {
        let standing = |status, differ| SiteStatus {
            status,
            since: Time(0),
            differ,
            of: 2,
        };
        assert_eq!(
            differs(&standing(Status::Synced, 0)),
            "2 objects as applied"
        );
        assert_eq!(
            differs(&standing(Status::Drifted, 1)),
            "1 of 2 objects differs"
        );
        assert_eq!(
            differs(&standing(Status::Missing, 2)),
            "2 of 2 objects differ"
        );
        assert_eq!(
            differs(&standing(Status::Unknown, 0)),
            "2 objects, not read now"
        );
    }
}
