//! Inviting people, and those who were invited.

use intent::{FreshLink, Invitation, People, takes_two};
use leptos::{form::ActionForm, prelude::*};

use super::{
    field::Field,
    prove::ProveYourself,
    roles::{RoleChoices, Roles},
    submit::{Submit, error_of},
    time::Moment,
    trouble::Trouble,
};
use crate::{
    api::people::{Invite, PAGE, RevokeInvitation},
    visit::visit,
};

/// The form by which somebody is invited.
#[component]
pub(crate) fn InviteForm(
    people: StoredValue<People>,
    invite: ServerAction<Invite>,
) -> impl IntoView {
    let (clouds, by_password, waits) = people.with_value(|people| {
        let waits = takes_two(&people.administrators());
        (people.clouds.clone(), people.by_password, waits)
    });
    let error = error_of(invite);
    view! {
        <section class="section" aria-labelledby="invite">
            <header><h2 id="invite">"Invite a person"</h2></header>
            <ActionForm action=invite attr:class="form">
                <Field
                    name="name" label="Name" complete="off" error
                    help="Under it they sign in, and colleagues see it beside what they do."
                />
                <RoleChoices clouds held=Default::default()/>
                <Trouble error/>
                <div class="actions">
                    <Submit label="Invite" look="primary" waiting=invite.pending()/>
                    <a class="button plain" href=PAGE data-noscroll="">"Cancel"</a>
                    <p class="reason">
                        {if waits {
                            "With a role, it becomes a proposal: whoever accepts it sees the link."
                        } else {
                            "The link is shown once, here, and works for 24 hours."
                        }}
                    </p>
                </div>
            </ActionForm>
            <ProveYourself action=invite by_password/>
        </section>
    }
}

/// A link that was just made, once.
#[component]
pub(crate) fn NewLink(link: FreshLink) -> impl IntoView {
    let address = format!("{}/welcome/{}", visit().origin, link.token);
    let (awake, copied) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| awake.set(true));
    let copy = {
        let address = address.clone();
        move |_| {
            // Where a browser refuses, the button goes on saying “Copy”, and the link can be selected.
            let promise = window().navigator().clipboard().write_text(&address);
            leptos::task::spawn_local(async move {
                copied.set(wasm_bindgen_futures::JsFuture::from(promise).await.is_ok());
            });
        }
    };
    let label = move || if copied.get() { "Copied" } else { "Copy link" };
    view! {
        <section class="section" aria-labelledby="link">
            <header><h2 id="link">"Link for "{link.name.to_string()}</h2></header>
            <div class="form">
                <div class="field link">
                    <label for="address">"Hand it over yourself"</label>
                    <div class="input"><input id="address" readonly value=address/></div>
                    <p class="help">"Shown once, here. It works once, and for 24 hours."</p>
                </div>
                {move || awake.get().then(|| view! {
                    <button type="button" class="button" on:click=copy.clone()>{label}</button>
                })}
            </div>
        </section>
    }
}

/// Lists who was invited and has not come yet.
#[component]
pub(crate) fn Invitations(
    people: StoredValue<People>,
    revoke: ServerAction<RevokeInvitation>,
) -> impl IntoView {
    let invitations = people.with_value(|people| people.invitations.clone());
    if invitations.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="section" aria-labelledby="invited">
            <header><h2 id="invited">"Invited"</h2></header>
            <table class="table stacks">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Roles"</th>
                        <th scope="col">"Invited by"</th>
                        <th scope="col">"Link ends"</th>
                        <th scope="col"><span class="spoken">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {invitations.into_iter().map(|invitation| view! { <Row invitation revoke/> }).collect_view()}
                </tbody>
            </table>
            <Trouble error=error_of(revoke)/>
        </section>
    }
    .into_any()
}

#[component]
fn Row(invitation: Invitation, revoke: ServerAction<RevokeInvitation>) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{invitation.name.to_string()}</th>
            <td class="whole"><Roles grants=invitation.grants/></td>
            <td data-label="Invited by">{invitation.by.to_string()}</td>
            <td data-label="Link ends"><Moment at=invitation.expires/></td>
            <td class="number">
                <ActionForm action=revoke>
                    <input type="hidden" name="invitation" value=invitation.id.0/>
                    <button type="submit" class="button small">"Revoke"</button>
                </ActionForm>
            </td>
        </tr>
    }
}
