//! A digest, as people compare it.

use intent::Digest;
use leptos::prelude::*;

use super::{
    copy::Copying,
    icon::{Icon, Sign},
};

/// Shows the first digits of a digest, and copies all of them.
#[component]
pub(crate) fn DigestShort(digest: Digest) -> impl IntoView {
    let short = digest.short().to_owned();
    let whole = digest.as_str().to_owned();
    let copying = Copying::new();
    let label = {
        let short = short.clone();
        move || {
            let word = if copying.is_done() { "Copied" } else { "Copy" };
            format!("{word} digest {short}")
        }
    };
    let sign = move || {
        if copying.is_done() {
            Sign::Check
        } else {
            Sign::Copy
        }
    };
    let title = format!("SHA-256 {whole}");
    view! {
        <span class="digest">
            <code title=title>{short}</code>
            {move || copying.is_possible().then(|| {
                let (whole, label) = (whole.clone(), label.clone());
                view! {
                    <button type="button" aria-label=label on:click=move |_| copying.copy(&whole)>
                        {move || view! { <Icon sign=sign()/> }}
                    </button>
                }
            })}
        </span>
    }
}
