//! The first administrator.

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

/// Makes an administrator of whoever came by the one-time link.
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
                        Ok(true) => view! { <NewAdministrator token/> }.into_any(),
                        Ok(false) => view! { <NoLonger/> }.into_any(),
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
fn NoLonger() -> impl IntoView {
    view! {
        <h1><strong>"This link does not work any more."</strong>" It works once, and for 15 minutes."</h1>
        <p class="help">
            "A new one is printed when Assent starts, as long as nobody administers it."
        </p>
        <p class="actions"><a class="button primary" href="/sign-in">"Open the sign-in"</a></p>
    }
}
