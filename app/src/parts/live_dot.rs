//! Whether this page shows what is, in the bar at the top.

use intent::{Closing, Time};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::time::{ago, tick};
use crate::live::{Hearing, ear};

/// A dot with words: live, or since when not.
#[component]
pub(crate) fn LiveDot() -> impl IntoView {
    let ear = ear();
    let path = use_location().pathname;
    let now = tick();
    let age = move || match (ear.heard.get(), now.get()) {
        (Some(heard), Some(now)) => as_of(heard, now),
        _ => String::new(),
    };
    let link = move || {
        match ear.hearing.get() {
        Hearing::Over(Closing::SignedOut) => {
            let href = format!("/sign-in?next={}", path.get());
            view! { <a class="button small" rel="external" href=href>"Sign in"</a> }.into_any()
        }
        Hearing::Over(Closing::Replaced) => view! {
            <button type="button" class="button small" on:click=move |_| ear.again()>"Follow here"</button>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    move || {
        let hearing = ear.hearing.get();
        let (tone, word) = words(hearing)?;
        let is_old = !matches!(hearing, Hearing::Live | Hearing::Opening);
        Some(view! {
            <span class=format!("live {tone}")>
                // Said once when it changes, not each time its age does.
                <span role="status">{word}</span>
                {is_old.then(|| view! { <span class="age" aria-hidden="true">{age}</span> })}
            </span>
            {link}
        })
    }
}

/// The tone and the words of how well a page hears; none where it does not listen.
fn words(hearing: Hearing) -> Option<(&'static str, &'static str)> {
    Some(match hearing {
        Hearing::Off => return None,
        Hearing::Opening => ("opening", "connecting"),
        Hearing::Live => ("good", "live"),
        Hearing::Lost => ("notice", "reconnecting"),
        Hearing::Over(Closing::SignedOut) => ("bad", "signed out"),
        Hearing::Over(Closing::NotAllowed) => ("bad", "no longer yours to see"),
        Hearing::Over(_) => ("notice", "followed in newer windows"),
    })
}

fn as_of(heard: Time, now: Time) -> String {
    format!(", as of {}", ago(now.since(heard).max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_hear_says_so_in_words() {
        assert_eq!(words(Hearing::Off), None);
        for hearing in [Hearing::Lost, Hearing::Over(Closing::SignedOut)] {
            assert_ne!(words(hearing).unwrap().1, "live");
        }
        assert_eq!(as_of(Time(1_000), Time(15_000)), ", as of 14 s ago");
    }
}
