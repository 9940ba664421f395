//! The first administrator, and whoever was invited.

use intent::{Grant, Invitation, Welcome as Link};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api::entry,
    parts::{
        field::Field,
        submit::{Submit, error_of, leave_when_done},
        trouble::Trouble,
    },
};

/// Lets in whoever came by a one-time link.
#[component]
pub(crate) fn Welcome() -> impl IntoView {
    let token = use_params_map()
        .with_untracked(|params| params.get("token"))
        .unwrap_or_default();
    let works = Resource::new_blocking(
        {
            let token = token.clone();
            move || token.clone()
        },
        entry::link,
    );
    view! {
        <Title text="Welcome · Assent"/>
        <Suspense>
            {move || {
                let token = token.clone();
                Suspend::new(async move {
                    match works.await {
                        Ok(Some(Link::Administrator)) => view! { <NewAdministrator token/> }.into_any(),
                        Ok(Some(Link::Invited(invitation))) => {
                            view! { <Invited token invitation/> }.into_any()
                        }
                        Ok(None) => view! { <NoLonger/> }.into_any(),
                        Err(error) => view! { <Trouble error=Some(error)/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn NewAdministrator(token: String) -> impl IntoView {
    let accept = ServerAction::<entry::AcceptLink>::new();
    leave_when_done(accept);
    let error = error_of(accept);
    view! {
        <h1><strong>"You will administer this installation."</strong>" Choose how you sign in."</h1>
        <ActionForm action=accept>
            <input type="hidden" name="token" value=token/>
            <Field
                name="name" label="Name" complete="username" error
                help="Colleagues see it beside what you do."
            />
            <Field
                name="password" label="Password" kind="password" complete="new-password" error
                help="At least 8 characters; several words are better."
            />
            <Field name="again" label="Password again" kind="password" complete="new-password" error/>
            <Trouble error/>
            <Submit label="Create my account" look="primary" waiting=accept.pending()/>
        </ActionForm>
    }
}

#[component]
fn Invited(token: String, invitation: Invitation) -> impl IntoView {
    let accept = ServerAction::<entry::AcceptInvitation>::new();
    leave_when_done(accept);
    let error = error_of(accept);
    let name = invitation.name.to_string();
    let roles = Grant::phrase(&invitation.grants);
    view! {
        <h1><strong>{format!("{} invited you as {name}.", invitation.by)}</strong>" Choose how you sign in."</h1>
        <p class="help">{format!("What you will be here: {roles}.")}</p>
        <ActionForm action=accept>
            <input type="hidden" name="token" value=token/>
            <div class="field">
                <label for="name">"Name"</label>
                <div class="input off"><input id="name" readonly autocomplete="username" value=name/></div>
            </div>
            <Field
                name="password" label="Password" kind="password" complete="new-password" error
                help="At least 8 characters; several words are better."
            />
            <Field name="again" label="Password again" kind="password" complete="new-password" error/>
            <Trouble error/>
            <Submit label="Create my account" look="primary" waiting=accept.pending()/>
        </ActionForm>
    }
}

#[component]
fn NoLonger() -> impl IntoView {
    view! {
        <h1><strong>"This link does not work any more."</strong>" It works once, and not for long."</h1>
        <p class="help">
            "An administrator can invite you again. While nobody administers Assent, it prints a new link when it starts."
        </p>
        <p class="actions"><a class="button primary" rel="external" href="/sign-in">"Open the sign-in"</a></p>
    }
}
