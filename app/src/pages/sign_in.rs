//! Who are you?

use intent::Role;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::entry,
    parts::{
        field::Field,
        icon::{Icon, Sign},
        submit::{Submit, error_of, leave_when_done},
        trouble::Trouble,
    },
    visit::visit,
};

/// Asks for name and password; in a demo, offers a role by one click.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let visit = visit();
    let wanted = use_query_map()
        .with_untracked(|query| query.get("next"))
        .unwrap_or_default();
    let asked = wanted.clone();
    view! {
        <Title text="Sign in · Assent"/>
        {visit.me.map(|me| view! {
            <p class="notice-line info">
                <Icon sign=Sign::Info/>
                <span>{format!("You are signed in as {}. Signing in as somebody else signs you out.", me.name)}</span>
                <a class="do" rel="external" href="/">"Open the overview"</a>
            </p>
        })}
        <h1>"Sign in to "<strong>{visit.host}</strong></h1>
        {visit.demo.then(|| view! { <Demo wanted=asked/> })}
        <Own wanted demo=visit.demo/>
    }
}

#[component]
fn Demo(wanted: String) -> impl IntoView {
    let enter = ServerAction::<entry::EnterDemo>::new();
    leave_when_done(enter);
    view! {
        <section aria-labelledby="demo">
            <p class="notice-line info">
                <Icon sign=Sign::Info/>
                <span>"Demo, reachable from this machine only. Nothing here touches a real cluster."</span>
            </p>
            <h2 id="demo">"One click, one role"</h2>
            <ActionForm action=enter>
                <input type="hidden" name="wanted" value=wanted/>
                <ul class="pick">
                    {Role::ALL.into_iter().map(|role| view! {
                        <li>
                            <button type="submit" name="role" value=role.word()>
                                <span class="initial" aria-hidden="true">{role.word()[..1].to_uppercase()}</span>
                                <span><b>{role.word()}</b>{role.does()}</span>
                                <Icon sign=Sign::Right/>
                            </button>
                        </li>
                    }).collect_view()}
                </ul>
            </ActionForm>
            <Trouble error=error_of(enter)/>
        </section>
    }
}

#[component]
fn Own(wanted: String, demo: bool) -> impl IntoView {
    let sign_in = ServerAction::<entry::SignIn>::new();
    leave_when_done(sign_in);
    let error = error_of(sign_in);
    let title = if demo {
        "Or with your own account"
    } else {
        "With your account"
    };
    view! {
        <section aria-labelledby="own">
            <h2 id="own">{title}</h2>
            <ActionForm action=sign_in>
                <input type="hidden" name="wanted" value=wanted/>
                <Field name="name" label="Name" complete="username" error/>
                <Field name="password" label="Password" kind="password" complete="current-password" error/>
                <Trouble error/>
                <Submit label="Sign in" look="primary" waiting=sign_in.pending()/>
            </ActionForm>
        </section>
    }
}
