//! The kinds of intents, to begin one.

use intent::{CloudName, KINDS, KindInfo};
use leptos::{form::ActionForm, prelude::*};

use super::{
    icon::{Icon, Sign},
    submit::{error_of, go_on_when_done},
    trouble::Trouble,
};
use crate::api::drafts::BeginDraft;

/// Offers every kind; pressing one begins a draft of it and opens its page.
#[component]
pub(crate) fn KindCards(
    /// The cloud that the intent is for.
    cloud: CloudName,
) -> impl IntoView {
    let begin = ServerAction::<BeginDraft>::new();
    go_on_when_done(begin);
    let cards = KINDS
        .iter()
        .map(|kind| card(begin, cloud.to_string(), kind));
    let cards = cards.collect_view();
    view! {
        <ul class="pick kinds">
            {cards}
        </ul>
        <Trouble error=error_of(begin)/>
    }
}

fn card(begin: ServerAction<BeginDraft>, cloud: String, kind: &'static KindInfo) -> AnyView {
    view! {
        <li>
            <ActionForm action=begin>
                <input type="hidden" name="cloud" value=cloud/>
                <input type="hidden" name="kind" value=kind.name/>
                <button type="submit">
                    <Icon sign=Sign::Intents/>
                    <span><b>{kind.title}</b>{kind.purpose}</span>
                    <Icon sign=Sign::Right/>
                </button>
            </ActionForm>
        </li>
    }
    .into_any()
}
